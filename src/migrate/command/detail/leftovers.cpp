#include "migrate/command/detail/leftovers.hpp"

#include <fmt/format.h>

#include "migrate/base/text.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::command::detail {
namespace {

using schema::Change;
using schema::ChangeKind;

/// A value that fits a line; nothing for others.
std::string short_text(const std::vector<std::string>& values) {
  constexpr std::size_t k_longest = 80;
  const auto text = values.empty() ? "none" : base::join(values, ", ");
  return text.size() > k_longest || text.find('\n') != std::string::npos ? std::string() : text;
}

std::string attributes_text(const Change& change) {
  std::vector<std::string> parts;
  for (const auto& attribute : change.attributes) {
    const auto name = base::replace_all(attribute.name, "_", " ");
    const auto is = short_text(attribute.from), was = short_text(attribute.to);
    parts.push_back(is.empty() || was.empty() ? name : fmt::format("{} is {}, was {}", name, is, was));
  }
  return base::join(parts, "; ");
}

std::string text_of(const Change& change) {
  switch (change.kind) {
    case ChangeKind::create:
      return schema::describe(change.to) + " is missing";
    case ChangeKind::drop:
      return schema::describe(change.from) + " is left behind";
    case ChangeKind::rename:
      return fmt::format("{} was called {}", schema::describe(change.from), sql::quote_identifier(change.to.name));
    default:
      return fmt::format("{} differs: {}", schema::describe(change.from), attributes_text(change));
  }
}

/// The differ passes over what it could not alter.
void add_unmanaged(const schema::Model& here, const schema::Model& there, std::string_view word,
                   std::vector<Leftover>& result) {
  for (const auto& [id, entity] : here.entities()) {
    if (id.kind != schema::EntityKind::unmanaged || there.find(id) != nullptr) continue;
    result.push_back({id, fmt::format("{} is {}", id.name, word)});
  }
}

}  // namespace

std::vector<Leftover> leftovers(const schema::Model& found, const schema::Model& wanted) {
  std::vector<Leftover> result;
  for (const auto& change : schema::diff(found, wanted).changes) result.push_back({change.from, text_of(change)});
  add_unmanaged(found, wanted, "left behind", result);
  add_unmanaged(wanted, found, "missing", result);
  return result;
}

}  // namespace migrate::command::detail
