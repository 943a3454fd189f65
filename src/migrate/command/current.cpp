#include "migrate/command/current.hpp"

#include <algorithm>

#include "migrate/command/half_done.hpp"
#include "migrate/command/journal_options.hpp"
#include "migrate/script/identifier.hpp"

namespace migrate::command {
namespace {

/// Nothing: this role may not read the journal.
std::optional<std::vector<runtime::Journal::HalfDone>> read_half_done(const Context& context, const Project& project) {
  Database& database = *project.database;
  const auto journal =
      runtime::Journal::locate(database.connection(), database.version_table(), journal_options(context));
  try {
    return half_done_revisions(project.graph, database.rows(), journal, database.connection());
  } catch (const engine::SqlError& error) {
    if (error.sqlstate() != "42501") throw;
    return std::nullopt;
  }
}

}  // namespace

CurrentReport current(const Context& context, bool half_done) {
  Project project = open_project(context);
  const auto indexes = script::resolve_rows(project.graph, project.database->rows());
  CurrentReport report;
  report.database = project.database->config().uri();
  report.revisions = views(project.graph, indexes);
  const auto heads = project.graph.real_heads();
  for (const auto head : heads) report.heads.push_back(project.graph[head].id);
  report.at_heads = std::ranges::is_permutation(indexes, heads);
  if (half_done) report.half_done = read_half_done(context, project);
  return report;
}

}  // namespace migrate::command
