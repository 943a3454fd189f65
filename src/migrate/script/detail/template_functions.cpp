#include "migrate/script/detail/template_functions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "migrate/base/text.hpp"

namespace migrate::script::detail {
namespace {

using Arguments = std::span<const Value>;

constexpr std::size_t k_longest_text = std::size_t{1} << 22U;

struct Method {
  std::string_view name;
  std::size_t fewest;
  std::size_t most;
  Value (*call)(const std::string& object, Arguments arguments);
};

const std::string& text_argument(const Value& value) {
  if (const auto* text = value.text()) return *text;
  throw CallFault{fmt::format("the argument must be a text, not {}", kind_of(value))};
}

void check_size(std::size_t size) {
  if (size > k_longest_text) throw CallFault{"the text would grow beyond 4 MiB"};
}

Value join_items(const std::string& separator, Arguments arguments) {
  const auto* list = arguments[0].list();
  if (list == nullptr) throw CallFault{fmt::format("join() needs a list, not {}", kind_of(arguments[0]))};
  std::vector<std::string> parts;
  std::size_t size = 0;
  for (const auto& item : *list) size += parts.emplace_back(str(item)).size() + separator.size();
  check_size(size);
  return {base::join(parts, separator)};
}

Value replaced(const std::string& text, Arguments arguments) {
  const auto& from = text_argument(arguments[0]);
  const auto& to = text_argument(arguments[1]);
  std::size_t size = text.size();
  for (auto at = text.find(from); !from.empty() && at != std::string::npos; at = text.find(from, at + from.size())) {
    size += to.size();
  }
  check_size(size);
  return {base::replace_all(text, from, to)};
}

std::string stripped(const std::string& text, Arguments arguments, bool left, bool right) {
  std::string_view away = " \t\r\n\f\v";
  if (!arguments.empty()) away = text_argument(arguments[0]);
  std::string_view rest = text;
  if (left) rest.remove_prefix(std::min(rest.find_first_not_of(away), rest.size()));
  if (right) rest = rest.substr(0, rest.find_last_not_of(away) + 1);
  return std::string(rest);
}

Value lines_of(const std::string& text, Arguments /*none*/) {
  std::vector<Value> lines;
  for (auto line : base::split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back({std::string(line)});
  }
  // A final line end closes the last line and opens no new one.
  if (text.empty() || text.ends_with('\n')) lines.pop_back();
  return {std::move(lines)};
}

Value pieces_of(const std::string& text, Arguments arguments) {
  const auto& separator = text_argument(arguments[0]);
  if (separator.empty()) throw CallFault{"split() needs a separator that is not empty"};
  std::vector<Value> pieces;
  std::size_t from = 0;
  for (auto at = text.find(separator); at != std::string::npos; at = text.find(separator, from)) {
    pieces.push_back({text.substr(from, at - from)});
    from = at + separator.size();
  }
  pieces.push_back({text.substr(from)});
  return {std::move(pieces)};
}

constexpr std::array<Method, 11> k_methods = {{
    {"endswith", 1, 1, [](const std::string& t, Arguments a) { return Value{t.ends_with(text_argument(a[0]))}; }},
    {"join", 1, 1, join_items},
    {"lower", 0, 0, [](const std::string& t, Arguments) { return Value{base::to_lower(t)}; }},
    {"lstrip", 0, 1, [](const std::string& t, Arguments a) { return Value{stripped(t, a, true, false)}; }},
    {"replace", 2, 2, replaced},
    {"rstrip", 0, 1, [](const std::string& t, Arguments a) { return Value{stripped(t, a, false, true)}; }},
    {"split", 1, 1, pieces_of},
    {"splitlines", 0, 0, lines_of},
    {"startswith", 1, 1, [](const std::string& t, Arguments a) { return Value{t.starts_with(text_argument(a[0]))}; }},
    {"strip", 0, 1, [](const std::string& t, Arguments a) { return Value{stripped(t, a, true, true)}; }},
    {"upper", 0, 0, [](const std::string& t, Arguments) { return Value{base::to_upper(t)}; }},
}};

const Method& method(std::string_view name) {
  return *std::ranges::find_if(k_methods, [&](const Method& each) { return each.name == name; });
}

std::int64_t length(const Value& value) {
  if (const auto* text = value.text()) return static_cast<std::int64_t>(base::count_characters(*text));
  if (const auto* list = value.list()) return static_cast<std::int64_t>(list->size());
  throw CallFault{fmt::format("len() of {}", kind_of(value))};
}

}  // namespace

std::vector<std::string> function_names() {
  return {"comma", "len", "repr", "str"};
}

Value call_function(std::string_view name, const Value& argument) {
  if (name == "comma") return {comma(argument)};
  if (name == "len") return {length(argument)};
  if (name == "repr") return {repr(argument)};
  return {str(argument)};
}

std::vector<std::string> method_names() {
  std::vector<std::string> names;
  names.reserve(k_methods.size());
  for (const auto& each : k_methods) names.emplace_back(each.name);
  return names;
}

std::pair<std::size_t, std::size_t> method_arguments(std::string_view name) {
  return {method(name).fewest, method(name).most};
}

Value call_method(std::string_view name, const Value& object, std::span<const Value> arguments) {
  if (const auto* text = object.text()) return method(name).call(*text, arguments);
  throw CallFault{fmt::format("{}() is a method of texts, and this is {}", name, kind_of(object))};
}

}  // namespace migrate::script::detail
