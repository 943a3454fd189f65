#include "migrate/command/accept.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "migrate/command/edited.hpp"
#include "migrate/command/journal_options.hpp"
#include "migrate/runtime/revision_content.hpp"
#include "migrate/script/identifier.hpp"

namespace migrate::command {
namespace {

std::set<std::string> named(const script::RevisionGraph& graph, const std::vector<std::string>& identifiers,
                            const std::vector<std::string>& rows) {
  std::vector<script::Index> tips;
  for (const auto& row : rows) {
    if (const auto index = graph.find(row)) tips.push_back(*index);
  }
  const auto applied = graph.ancestors(tips);
  std::set<std::string> ids;
  for (const auto& identifier : identifiers) {
    for (const auto index : script::resolve(graph, identifier, rows)) {
      if (!applied[index]) {
        throw UsageError(fmt::format("revision {} is not applied: there is nothing to accept", graph[index].id),
                         "Edit it as you like; it is remembered when it is applied.");
      }
      ids.insert(graph[index].id);
    }
  }
  return ids;
}

runtime::JournalEntry entry_for(const std::string& revision, const runtime::RevisionContent& content) {
  runtime::JournalEntry entry;
  entry.revision = revision;
  entry.direction = "accept";
  entry.checksum = content.checksum;
  entry.body = content.section();
  return entry;
}

}  // namespace

AcceptReport accept(const Context& context, const std::vector<std::string>& identifiers) {
  if (!context.config.safety.journal) {
    throw UsageError("there is no journal to accept edits in", "Set safety.journal = true in alembic.toml.");
  }
  Project project = open_project(context);
  Database& database = *project.database;
  const auto rows = database.rows();
  const auto wanted = named(project.graph, identifiers, rows);
  auto journal = runtime::Journal::locate(database.connection(), database.version_table(), journal_options(context));
  AcceptReport report;
  for (const auto& edited : find_edited(project.graph, rows, journal, database.connection())) {
    if (!identifiers.empty() && !wanted.contains(edited.revision)) continue;
    const auto content = runtime::upgrade_content(project.graph[*project.graph.find(edited.revision)]);
    database.connection().execute(journal.insert(entry_for(edited.revision, content)));
    report.accepted.push_back(edited.revision);
  }
  for (const auto& id : wanted) {
    if (std::ranges::find(report.accepted, id) == report.accepted.end()) report.unchanged.push_back(id);
  }
  return report;
}

}  // namespace migrate::command
