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

/// Which revisions are applied, by their index.
auto applied_ones(const script::RevisionGraph& graph, const std::vector<std::string>& rows) {
  std::vector<script::Index> tips;
  for (const auto& row : rows) {
    if (const auto index = graph.find(row)) tips.push_back(*index);
  }
  return graph.ancestors(tips);
}

/// Nothing named: all that are applied.
std::set<std::string> named(const script::RevisionGraph& graph, const std::vector<std::string>& identifiers,
                            const std::vector<std::string>& rows) {
  const auto applied = applied_ones(graph, rows);
  std::set<std::string> ids;
  for (script::Index index = 0; identifiers.empty() && index < graph.size(); ++index) {
    if (applied[index]) ids.insert(graph[index].id);
  }
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

/// Those of `wanted` that were applied before there was a journal, or were stamped: what they held is not known.
std::vector<std::string> unknown(const script::RevisionGraph& graph, const std::set<std::string>& wanted,
                                 const runtime::Journal& journal, engine::Connection& connection) {
  std::vector<std::string> ids;
  const auto known = journal.applied(connection);
  for (script::Index index = 0; index < graph.size(); ++index) {
    const auto& id = graph[index].id;
    if (!wanted.contains(id)) continue;
    const auto row = known.find(id);
    if (row == known.end() || row->second.checksum.empty()) ids.push_back(id);
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
  const auto record = [&](const std::string& revision) {
    const auto content = runtime::upgrade_content(project.graph[*project.graph.find(revision)]);
    if (!journal.exists()) database.connection().execute(journal.create_statement(true));
    journal.set_exists(true);
    database.connection().execute(journal.insert(entry_for(revision, content)));
  };
  for (const auto& edited : find_edited(project.graph, rows, journal, database.connection())) {
    if (!wanted.contains(edited.revision)) continue;
    record(edited.revision);
    report.accepted.push_back(edited.revision);
  }
  for (const auto& id : unknown(project.graph, wanted, journal, database.connection())) {
    record(id);
    report.accepted.push_back(id);
  }
  if (identifiers.empty()) return report;
  for (const auto& id : wanted) {
    if (std::ranges::find(report.accepted, id) == report.accepted.end()) report.unchanged.push_back(id);
  }
  return report;
}

}  // namespace migrate::command
