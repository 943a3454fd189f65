#include "migrate/command/current.hpp"

#include <algorithm>

#include "migrate/script/identifier.hpp"

namespace migrate::command {

CurrentReport current(const Context& context) {
  Project project = open_project(context);
  const auto indexes = script::resolve_rows(project.graph, project.database->rows());
  CurrentReport report;
  report.database = project.database->config().uri();
  report.revisions = views(project.graph, indexes);
  const auto heads = project.graph.real_heads();
  for (const auto head : heads) report.heads.push_back(project.graph[head].id);
  report.at_heads = std::ranges::is_permutation(indexes, heads);
  return report;
}

}  // namespace migrate::command
