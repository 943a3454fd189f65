#include "migrate/command/difference_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/base/text.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::command {
namespace {

constexpr std::size_t k_longest_value = 100;

bool fits(const std::string& text) {
  return text.size() <= k_longest_value && text.find('\n') == std::string::npos;
}

std::string value_text(const std::vector<std::string>& values) {
  return values.empty() ? "none" : base::join(values, ", ");
}

std::string attribute_text(const schema::AttributeChange& attribute) {
  const std::string name = base::replace_all(attribute.name, "_", " ");
  const std::string from = value_text(attribute.from), to = value_text(attribute.to);
  if (!fits(from) || !fits(to)) return name + " differs";
  return fmt::format("{} {} -> {}", name, from, to);
}

}  // namespace

std::string describe(const schema::Change& change) {
  std::string text = fmt::format("{} {}", schema::kind_name(change.kind), schema::describe(change.from));
  if (change.kind == schema::ChangeKind::rename) {
    text += " -> " + sql::quote_identifier(change.to.name);
  } else if (change.kind == schema::ChangeKind::create) {
    text = fmt::format("{} {}", schema::kind_name(change.kind), schema::describe(change.to));
  }
  std::vector<std::string> attributes;
  for (const auto& attribute : change.attributes) attributes.push_back(attribute_text(attribute));
  if (!attributes.empty()) text += ": " + base::join(attributes, "; ");
  return text;
}

std::string describe(const schema::Suggestion& suggestion) {
  return fmt::format(
      "{} looks renamed to {}: write `-- renamed: {}` on the line before it in the schema file, or it is "
      "dropped and made anew",
      schema::describe(suggestion.from), sql::quote_identifier(suggestion.to.name),
      sql::quote_identifier(suggestion.from.name));
}

}  // namespace migrate::command
