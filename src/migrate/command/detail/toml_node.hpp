#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::command {

/// Where something stands in alembic.toml; both from 1, columns in characters. Line 0: nowhere in the file.
struct Place {
  std::size_t line = 0;
  std::size_t column = 0;
  auto operator<=>(const Place&) const = default;  // NOLINT(modernize-use-nullptr): clang-tidy reads <=> 0 into it
};

/// A value of a TOML document as plain data, so that only one source file has to read the parser's headers.
struct TomlNode {
  enum class Kind { boolean, integer, real, text, date, array, table };
  Kind kind = Kind::table;
  bool boolean = false;
  std::int64_t integer = 0;
  double real = 0;
  std::string text;
  std::vector<TomlNode> items;  ///< of an array or a table, in the order of the file
  std::string key;              ///< what the table around it calls it; empty within an array
  Place key_place;
  Place place;

  /// The item of a table with this key, or null.
  [[nodiscard]] const TomlNode* find(std::string_view name) const;
};

/// What a user would call it: "text", "a whole number", "a list" …
std::string_view kind_name(TomlNode::Kind kind);

/// Reads a document. Throws ConfigError "file:line:column: …" for what is not TOML or not UTF-8. Tables nested deeper
/// than any setting are left out.
TomlNode parse_toml(std::string_view text, std::string_view file);

}  // namespace migrate::command
