#include "migrate/script/detail/template_value.hpp"

#include <fmt/format.h>

#include "migrate/base/text.hpp"

namespace migrate::script::detail {
namespace {

/// Python prefers single quotes, and takes double ones where that saves escaping.
std::string quoted(std::string_view text) {
  const bool has_single = text.find('\'') != std::string_view::npos;
  const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
  std::string result(1, quote);
  for (const char c : text) {
    switch (c) {
      case '\n':
        result += "\\n";
        break;
      case '\r':
        result += "\\r";
        break;
      case '\t':
        result += "\\t";
        break;
      case '\\':
        result += "\\\\";
        break;
      default:
        if (c == quote) result += '\\';
        if (const auto byte = static_cast<unsigned char>(c); byte < 0x20 || byte == 0x7F) {
          result += fmt::format("\\x{:02x}", byte);
        } else {
          result += c;
        }
    }
  }
  return result += quote;
}

std::string tuple(const std::vector<Value>& items) {
  std::string result = "(";
  for (const auto& item : items) {
    if (&item != items.data()) result += ", ";
    result += repr(item);
  }
  return result += items.size() == 1 ? ",)" : ")";
}

}  // namespace

bool truth(const Value& value) {
  if (const auto* flag = std::get_if<bool>(&value.data)) return *flag;
  if (const auto* number = std::get_if<std::int64_t>(&value.data)) return *number != 0;
  if (const auto* text = value.text()) return !text->empty();
  if (const auto* list = value.list()) return !list->empty();
  return false;
}

std::string str(const Value& value) {
  const auto* text = value.text();
  return text != nullptr ? *text : repr(value);
}

std::string repr(const Value& value) {
  if (const auto* flag = std::get_if<bool>(&value.data)) return *flag ? "True" : "False";
  if (const auto* number = std::get_if<std::int64_t>(&value.data)) return fmt::to_string(*number);
  if (const auto* text = value.text()) return quoted(*text);
  if (const auto* list = value.list()) return tuple(*list);
  return "None";
}

std::string comma(const Value& value) {
  if (value.is_none()) return {};
  const auto* list = value.list();
  if (list == nullptr) return str(value);
  std::vector<std::string> parts;
  for (const auto& item : *list) parts.push_back(str(item));
  return base::join(parts, ", ");
}

std::size_t weight(const Value& value) {
  std::size_t total = sizeof(Value);
  if (const auto* text = value.text()) total += text->size();
  if (const auto* list = value.list()) {
    for (const auto& item : *list) total += weight(item);
  }
  return total;
}

std::string_view kind_of(const Value& value) {
  constexpr std::string_view names[] = {"None", "a truth value", "a number", "a text", "a list"};
  return names[value.data.index()];
}

}  // namespace migrate::script::detail
