#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace migrate::script::detail {

/// What an expression of a template comes to. Behaves as the Python value of that kind does in mako.
struct Value {
  std::variant<std::monostate, bool, std::int64_t, std::string, std::vector<Value>> data;

  [[nodiscard]] bool is_none() const { return data.index() == 0; }
  [[nodiscard]] const std::string* text() const { return std::get_if<std::string>(&data); }
  [[nodiscard]] const std::vector<Value>* list() const { return std::get_if<std::vector<Value>>(&data); }
  bool operator==(const Value&) const = default;
};

/// None, False, 0, "" and the empty list are false.
bool truth(const Value& value);

/// As Python's str(): what ${…} puts out. None is "None", a list is written as a tuple.
std::string str(const Value& value);

/// As Python's repr(): text in quotes with escapes.
std::string repr(const Value& value);

/// Text as it is, a list joined by ", ", None as nothing: the form of ids in a header.
std::string comma(const Value& value);

/// About how many bytes it takes, those of its items included.
std::size_t weight(const Value& value);

/// "a text", "a list", … for messages.
std::string_view kind_of(const Value& value);

}  // namespace migrate::script::detail
