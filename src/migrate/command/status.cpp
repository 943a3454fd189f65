#include "migrate/command/status.hpp"

#include <algorithm>

#include "migrate/command/half_done.hpp"
#include "migrate/command/journal_options.hpp"
#include "migrate/command/standing.hpp"

namespace migrate::command {
namespace {

void add_revisions(const script::RevisionGraph& graph, StatusReport& report) {
  const auto found = standing(graph, report.rows);
  report.current = views(graph, found.known);
  report.unknown = found.unknown;
  report.revisions = graph.size();
  const auto applied = graph.ancestors(found.known);
  report.applied = static_cast<std::size_t>(std::ranges::count(applied, true));
  if (graph.size() == 0) return;
  // From nothing to everything: a plan from the rows would refuse those that cannot stand side by side.
  const auto everything = script::plan_upgrade(graph, {}, "heads");
  report.pending = views(graph, pending(graph, found, everything));
}

void read_journal(const Context& context, const script::RevisionGraph& graph, const runtime::Journal& journal,
                  engine::Connection& connection, StatusReport& report) {
  report.half_done = half_done_revisions(graph, report.rows, journal, connection);
  if (auto rows = journal.read(connection, {}, 1); !rows.empty()) report.last = std::move(rows.front());
  if (context.config.safety.edited == EditedPolicy::ignore) return;
  report.edited = find_edited(graph, report.rows, journal, connection);
  report.edits_known = true;
}

void add_journal(const Context& context, const script::RevisionGraph& graph, Database& database, StatusReport& report) {
  const auto journal =
      runtime::Journal::locate(database.connection(), database.version_table(), journal_options(context));
  if (!journal.enabled()) return;
  report.journal_table = journal.qualified_name();
  report.journal_exists = journal.exists();
  try {
    read_journal(context, graph, journal, database.connection(), report);
  } catch (const engine::SqlError& error) {
    if (error.sqlstate() != "42501") throw;
    report.journal_readable = false;
  }
}

}  // namespace

StatusReport status(const Context& context) {
  const Project project = open_project(context);
  Database& database = *project.database;
  StatusReport report;
  report.database = database.config().uri();
  report.version_table = database.version_table().qualified_name();
  report.version_table_exists = database.version_table().exists();
  report.rows = database.rows();
  add_revisions(project.graph, report);
  add_journal(context, project.graph, database, report);
  return report;
}

}  // namespace migrate::command
