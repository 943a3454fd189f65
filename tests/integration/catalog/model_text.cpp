#include "model_text.hpp"

#include <algorithm>
#include <iterator>

#include "migrate/base/text.hpp"

namespace migrate::test {
namespace {

std::vector<std::string> attribute_lines(const schema::Entity& entity) {
  std::vector<std::string> lines;
  for (const auto& [name, value] : entity.facts) lines.push_back(name + "=" + base::replace_all(value, "\n", "\\n"));
  for (const auto& [name, values] : entity.lists) lines.push_back(name + "={" + base::join(values, "|") + "}");
  std::ranges::sort(lines);
  return lines;
}

}  // namespace

std::vector<std::string> lines_of(const schema::Model& model) {
  std::vector<std::string> lines;
  for (const auto& [id, entity] : model.entities()) {
    const std::string name = describe(id);
    lines.push_back(name);
    for (const auto& line : attribute_lines(entity)) lines.push_back(name + ": " + line);
    for (const auto& needed : entity.needs) lines.push_back(name + " needs " + describe(needed));
  }
  return lines;
}

std::string difference(const schema::Model& from, const schema::Model& to) {
  auto before = lines_of(from), after = lines_of(to);
  std::ranges::sort(before);
  std::ranges::sort(after);
  std::vector<std::string> lost, gained;
  std::ranges::set_difference(before, after, std::back_inserter(lost));
  std::ranges::set_difference(after, before, std::back_inserter(gained));
  std::string text;
  for (const auto& line : lost) text += "- " + line + "\n";
  for (const auto& line : gained) text += "+ " + line + "\n";
  return text;
}

std::string attributes(const schema::Model& model, std::string_view described) {
  for (const auto& [id, entity] : model.entities()) {
    if (describe(id) == described) return base::join(attribute_lines(entity), "\n");
  }
  return {};
}

}  // namespace migrate::test
