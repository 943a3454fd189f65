#include "migrate/schema/naming.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <vector>

#include "migrate/base/error.hpp"
#include "migrate/base/text.hpp"

namespace migrate::schema {
namespace {

constexpr std::size_t k_longest_name = 63;  // bytes; PostgreSQL cuts the rest off
constexpr std::size_t k_cut_at = 55;        // as SQLAlchemy: the underscore and four digits come behind

/// A stretch of a template: text as it is, or the name of a token.
struct Piece {
  bool is_token = false;
  std::string text;
};

struct Template {
  std::vector<Piece> pieces;
  std::optional<std::string> fault;
};

/// Reads the token that opens at `at` up to `closing` and moves behind it; false when it never closes.
bool read_token(std::string_view text, std::size_t& at, std::size_t opening, std::string_view closing, Template& read) {
  const auto end = text.find(closing, at + opening);
  if (end == std::string_view::npos) {
    read.fault = fmt::format("\"{}\" opens a token that is not closed with \"{}\"", text.substr(at, opening), closing);
    return false;
  }
  read.pieces.push_back({true, std::string(text.substr(at + opening, end - at - opening))});
  at = end + closing.size();
  return true;
}

Template parse(std::string_view text) {
  Template read;
  std::string plain;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    const char c = text[at];
    if (rest.starts_with("%%") || rest.starts_with("{{") || rest.starts_with("}}")) {
      plain += c;
      at += 2;
    } else if (c == '%' || c == '{') {
      if (c == '%' && !rest.starts_with("%(")) {
        read.fault = "a single % stands in it; a token is written %(table_name)s, a percent sign %%";
        return read;
      }
      if (!plain.empty()) read.pieces.push_back({false, std::move(plain)});
      plain.clear();
      if (!read_token(text, at, c == '%' ? 2 : 1, c == '%' ? ")s" : "}", read)) return read;
    } else if (c == '}') {
      read.fault = "a single } stands in it; a token is written {table_name}, a brace }}";
      return read;
    } else {
      plain += c;
      ++at;
    }
  }
  if (!plain.empty()) read.pieces.push_back({false, std::move(plain)});
  return read;
}

enum class Part { table, referred_table, constraint_name, column, all_columns };

struct Token {
  Part part = Part::table;
  bool referred = false;  // columns: of the referred table
  std::size_t index = 0;
  bool labelled = false;       // columns with their table before them
  std::string_view separator;  // between all columns
};

std::optional<Token> column_token(std::string_view word) {
  Token token;
  token.part = Part::column;
  if (word.starts_with("referred_")) {
    token.referred = true;
    word.remove_prefix(9);
  }
  if (!word.starts_with("column_")) return std::nullopt;
  word.remove_prefix(7);
  const auto last = word.rfind('_');
  if (last == std::string_view::npos) return std::nullopt;
  const std::string_view which = word.substr(0, last), what = word.substr(last + 1);
  token.labelled = what == "label";
  if (token.referred ? what != "name" : what != "name" && what != "label" && what != "key") return std::nullopt;
  if (which == "0N" || which == "0_N") {
    token.part = Part::all_columns;
    token.separator = which == "0_N" ? "_" : "";
    return token;
  }
  const auto [end, error] = std::from_chars(which.data(), which.data() + which.size(), token.index);
  if (which.empty() || error != std::errc{} || end != which.data() + which.size()) return std::nullopt;
  return token;
}

std::optional<Token> token_of(std::string_view word) {
  Token token;
  if (word == "table_name") return token;
  token.part = Part::referred_table;
  if (word == "referred_table_name") return token;
  token.part = Part::constraint_name;
  if (word == "constraint_name") return token;
  return column_token(word);
}

/// Nothing when `parts` does not have it.
std::optional<std::string> value_of(const Token& token, const NamedParts& parts) {
  const auto given = [](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string>(text);
  };
  const Names& columns = token.referred ? parts.referred_columns : parts.columns;
  const std::string label = token.labelled ? parts.table + "_" : std::string();
  switch (token.part) {
    case Part::table:
      return given(parts.table);
    case Part::referred_table:
      return given(parts.referred_table);
    case Part::constraint_name:
      return given(parts.constraint_name);
    case Part::column:
      if (token.index >= columns.size() || columns[token.index].empty()) return std::nullopt;
      return label + columns[token.index];
    case Part::all_columns:
      break;
  }
  std::string all;
  for (const std::string& column : columns) {
    if (column.empty()) return std::nullopt;
    if (!all.empty()) all += token.separator;
    all += label + column;
  }
  return given(all);
}

/// Four digits that are the same on every machine, for ever: names made of them stand in databases.
std::string short_hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return fmt::format("{:04x}", (hash ^ (hash >> 32U)) & 0xffffU);
}

std::string shortened(const std::string& name) {
  if (name.size() <= k_longest_name) return name;
  std::size_t end = k_cut_at;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;  // never within a character
  return name.substr(0, end) + "_" + short_hash(name);
}

std::string unknown_token(const std::string& word) {
  const std::array<std::string, 9> known{"table_name",          "column_0_name",          "column_0_label",
                                         "column_0_key",        "column_0N_name",         "column_0_N_name",
                                         "referred_table_name", "referred_column_0_name", "constraint_name"};
  const auto meant = base::nearest(word, known);
  if (meant) return fmt::format("\"{}\" is no token; did you mean {}?", word, *meant);
  return fmt::format("\"{}\" is no token; the tokens are {}", word, base::join(known, ", "));
}

}  // namespace

std::optional<std::string> naming_fault(std::string_view kind, std::string_view text) {
  const Template read = parse(text);
  if (read.fault) return read.fault;
  bool has_token = text.empty();
  for (const Piece& piece : read.pieces) {
    if (!piece.is_token) continue;
    has_token = true;
    const auto token = token_of(piece.text);
    if (!token) return unknown_token(piece.text);
    if ((token->referred || token->part == Part::referred_table) && kind != "fk") {
      return fmt::format("{} is only known for foreign keys (fk)", piece.text);
    }
  }
  if (!has_token) return "it has no token: everything would get the same name";
  return std::nullopt;
}

bool convention_fits(std::string_view text, const NamedParts& parts) {
  const Template read = parse(text);
  if (text.empty() || read.fault) return false;
  for (const Piece& piece : read.pieces) {
    if (!piece.is_token) continue;
    const auto token = token_of(piece.text);
    if (!token || !value_of(*token, parts)) return false;
  }
  return true;
}

bool convention_wraps_names(std::string_view text) {
  for (const Piece& piece : parse(text).pieces) {
    if (piece.is_token && piece.text == "constraint_name") return true;
  }
  return false;
}

std::string convention_name(std::string_view text, const NamedParts& parts) {
  const Template read = parse(text);
  if (read.fault) throw base::Error(fmt::format("the naming convention \"{}\" is wrong: {}", text, *read.fault));
  std::string name;
  for (const Piece& piece : read.pieces) {
    if (!piece.is_token) {
      name += piece.text;
      continue;
    }
    const auto token = token_of(piece.text);
    if (!token) {
      throw base::Error(fmt::format("the naming convention \"{}\" is wrong: {}", text, unknown_token(piece.text)));
    }
    const auto value = value_of(*token, parts);
    if (!value) throw base::Error(fmt::format("the naming convention \"{}\" asks for {}", text, piece.text));
    name += *value;
  }
  return shortened(name);
}

}  // namespace migrate::schema
