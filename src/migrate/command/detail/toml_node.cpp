#include "migrate/command/detail/toml_node.hpp"

#define TOML_ENABLE_FORMATTERS 0
#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>

#include "migrate/base/text.hpp"
#include "migrate/command/config_error.hpp"

namespace migrate::command {
namespace {

/// Deeper than any setting. It bounds the recursion; what is deeper is unknown anyway.
constexpr int k_deepest = 6;
/// The parser builds and destroys "a.b.c…" by recursion, one level a dot: this many fit on any stack.
constexpr std::ptrdiff_t k_most_dots = 4000;

Place place_of(const toml::source_region& source) {
  return {source.begin.line, source.begin.column};
}

void convert_items(const toml::node& from, TomlNode& into, int depth);

TomlNode convert(const toml::node& from, int depth) {
  TomlNode node;
  node.place = place_of(from.source());
  switch (from.type()) {
    case toml::node_type::boolean:
      node.kind = TomlNode::Kind::boolean;
      node.boolean = from.as_boolean()->get();
      break;
    case toml::node_type::integer:
      node.kind = TomlNode::Kind::integer;
      node.integer = from.as_integer()->get();
      break;
    case toml::node_type::floating_point:
      node.kind = TomlNode::Kind::real;
      node.real = from.as_floating_point()->get();
      break;
    case toml::node_type::string:
      node.kind = TomlNode::Kind::text;
      node.text = from.as_string()->get();
      break;
    case toml::node_type::array:
      node.kind = TomlNode::Kind::array;
      convert_items(from, node, depth);
      break;
    case toml::node_type::table:
      node.kind = TomlNode::Kind::table;
      convert_items(from, node, depth);
      break;
    default:
      node.kind = TomlNode::Kind::date;
  }
  return node;
}

void convert_items(const toml::node& from, TomlNode& into, int depth) {
  if (depth >= k_deepest) return;
  if (const auto* array = from.as_array()) {
    for (const auto& item : *array) into.items.push_back(convert(item, depth + 1));
    return;
  }
  for (const auto& [key, value] : *from.as_table()) {
    into.items.push_back(convert(value, depth + 1));
    into.items.back().key = std::string(key.str());
    into.items.back().key_place = place_of(key.source());
  }
  // The parser keeps its tables sorted by name.
  std::ranges::stable_sort(into.items, {}, &TomlNode::key_place);
}

struct Plain {
  std::string_view technical;
  std::string_view plain;
};

/// The parser's words, and ours.
constexpr std::array k_plain_words{
    Plain{"could not determine value type",
          "this is not a value; text stands in quotes (\"…\"), a number, true and false do not"},
    Plain{"expected value, saw '\\n'", "there is no value after the ="},
    Plain{"expected value, saw '\\r'", "there is no value after the ="},
    Plain{"expected '='", "there is no = after the key"},
    Plain{"expected a comment or whitespace",
          "only a comment may follow a value; is a quote missing, or do two keys share the line?"},
    Plain{"table header: expected ']'", "the table header has no closing ]"},
    Plain{"expected keys, tables, whitespace or comments",
          "a key or a [table] is expected here; a key is made of letters, digits, - and _, or stands in quotes"},
    Plain{"expected key or closing '}'",
          "an inline table { … } must close on the line it starts on, without a last comma"},
    Plain{"expected comma or closing ']'", "a comma or the closing ] of the list is missing"},
    Plain{"array: encountered end-of-file", "the file ends within a list; its closing ] is missing"},
    Plain{"string: encountered end-of-file", "the file ends within a text; its closing quote is missing"},
    Plain{"boolean: ", "true and false are written in lower case, whole and without quotes"},
    Plain{"leading zeroes are prohibited", "a number does not start with 0"},
    Plain{"is not representable in 64 bits", "the number is too large"},
    Plain{"unknown escape sequence",
          "a \\ in double quotes starts an escape; write \\\\, or put the text in single quotes"},
    Plain{"tables with blank bare keys", "the table header has no name"},
    Plain{"exceeded maximum nested value depth", "lists or tables are nested far too deep"},
};

/// The byte that a line and a column in characters point at; the end of the text when there is none.
std::size_t offset_of(std::string_view text, Place place) {
  std::size_t at = 0;
  for (std::size_t line = 1; line < place.line; ++line) {
    at = text.find('\n', at);
    if (at == std::string_view::npos) return text.size();
    ++at;
  }
  for (std::size_t column = 1; column < place.column && at < text.size(); ++column) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  }
  return at;
}

std::string plain_words(std::string_view technical, std::string_view text, Place place) {
  if (technical.find("control characters") != std::string_view::npos) {
    const std::size_t at = offset_of(text, place);
    const bool at_line_end = at >= text.size() || text[at] == '\n' || text[at] == '\r';
    return at_line_end ? "the text has no closing quote on its line"
                       : fmt::format("a control character (U+{:04X}) must be written as an escape",
                                     static_cast<unsigned char>(text[at]));
  }
  if (const auto at = technical.find("cannot redefine existing "); at != std::string_view::npos) {
    const auto open = technical.find('\'', at);
    const auto close = technical.find('\'', open + 1);
    return fmt::format("'{}' is given twice", technical.substr(open + 1, close - open - 1));
  }
  for (const auto& [theirs, ours] : k_plain_words) {
    if (technical.find(theirs) != std::string_view::npos) return std::string(ours);
  }
  constexpr std::string_view prefix = "Error while parsing ";
  if (technical.starts_with(prefix)) technical.remove_prefix(prefix.size());
  return fmt::format("this is not TOML ({})", technical);
}

Place place_of_offset(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, offset);
  const auto line_start = before.rfind('\n') + 1;  // npos + 1 == 0
  return {static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1,
          base::count_characters(before.substr(line_start)) + 1};
}

}  // namespace

const TomlNode* TomlNode::find(std::string_view name) const {
  const auto found = std::ranges::find(items, name, &TomlNode::key);
  return found == items.end() ? nullptr : &*found;
}

std::string_view kind_name(TomlNode::Kind kind) {
  switch (kind) {
    case TomlNode::Kind::boolean:
      return "true or false";
    case TomlNode::Kind::integer:
      return "a whole number";
    case TomlNode::Kind::real:
      return "a fraction";
    case TomlNode::Kind::text:
      return "text";
    case TomlNode::Kind::date:
      return "a date or time";
    case TomlNode::Kind::array:
      return "a list";
    case TomlNode::Kind::table:
      return "a table";
  }
  return "something else";
}

TomlNode parse_toml(std::string_view text, std::string_view file) {
  if (const auto bad = base::first_invalid_utf8(text)) {
    const auto place = place_of_offset(text, *bad);
    throw ConfigError(fmt::format("{}:{}:{}: the byte 0x{:02x} is not UTF-8", file, place.line, place.column,
                                  static_cast<unsigned char>(text[*bad])),
                      "Save the file as UTF-8.");
  }
  if (std::ranges::count(text, '.') > k_most_dots) {
    throw ConfigError(fmt::format("{}: more than {} dots: this is not a configuration file", file, k_most_dots));
  }
  try {
    return convert(toml::parse(text, std::string_view(file)), 0);
  } catch (const toml::parse_error& error) {
    const Place place = place_of(error.source());
    throw ConfigError(
        fmt::format("{}:{}:{}: {}", file, place.line, place.column, plain_words(error.description(), text, place)));
  }
}

}  // namespace migrate::command
