#include "migrate/command/move.hpp"

#include <fmt/format.h>

#include "migrate/base/text.hpp"
#include "migrate/command/cpp_loader.hpp"
#include "migrate/command/edited.hpp"
#include "migrate/command/journal_options.hpp"
#include "migrate/command/step_run.hpp"
#include "migrate/runtime/offline.hpp"
#include "migrate/script/identifier.hpp"

namespace migrate::command {
namespace {

/// A script does not know where it will be run.
runtime::JournalOptions offline_journal(const Context& context) {
  auto options = journal_options(context);
  options.host.clear();
  options.tool += " --sql";
  options.script = true;
  return options;
}

/// Throws EditedError, or warns.
void compare_applied(const Context& context, const Project& project, const std::vector<std::string>& rows,
                     const MoveEvents& events) {
  const auto policy = context.config.safety.edited;
  if (policy == EditedPolicy::ignore || !context.config.safety.journal) return;
  Database& database = *project.database;
  const auto journal =
      runtime::Journal::locate(database.connection(), database.version_table(), journal_options(context));
  std::vector<std::string> texts;
  for (const auto& edited : find_edited(project.graph, rows, journal, database.connection())) {
    texts.push_back(describe(edited));
  }
  if (texts.empty()) return;
  if (policy == EditedPolicy::error) {
    throw EditedError(base::join(texts, "\n"),
                      "Nothing was run. Undo the edit and write a new revision instead; or, when the file is right and"
                      " the database as well, say so with `migrate accept`.");
  }
  for (const auto& text : texts) {
    if (events.on_warning) events.on_warning(text);
  }
}

}  // namespace

MoveReport move(const Context& context, const Planner& plan, const MoveEvents& events, const MoveOptions& options) {
  Project project = open_project(context);
  Database& database = *project.database;
  MoveReport done;
  done.dry_run = options.dry_run;
  done.rows_before = done.rows = database.rows();
  auto steps = plan(project.graph, done.rows);
  if (options.compare_applied) compare_applied(context, project, done.rows, events);
  if (steps.empty()) return done;
  const auto loader = cpp_loader(context, events.compile);
  const auto prepare = [&](const std::vector<std::string>& rows) {
    auto prepared = runtime::prepare_steps(project.graph, steps, loader);
    if (options.check) options.check(prepared, rows);
    return prepared;
  };
  const auto replan = [&](const std::vector<std::string>& rows) {
    steps = plan(project.graph, rows);
    return prepare(rows);
  };
  StepRun(context, events, options, done).run(project.database, prepare(done.rows), replan);
  return done;
}

MoveReport move_offline(const Context& context, const script::RevisionGraph& graph,
                        const std::vector<std::string>& rows, const std::vector<script::Step>& steps,
                        const MoveEvents& events) {
  const Config& config = context.config;
  MoveReport done;
  done.rows_before = rows;
  done.rows = steps.empty() ? rows : steps.back().rows_after;
  const auto prepared = runtime::prepare_steps(graph, steps, cpp_loader(context, events.compile));
  for (const auto& step : prepared) done.steps.push_back(report_of(step));
  const runtime::VersionTable table(config.version_table_schema, config.version_table, false);
  done.script = runtime::write_offline_script(prepared, table,
                                              {.transaction_per_migration = config.transaction_per_migration,
                                               .create_table = rows.empty(),
                                               .lock_timeout = config.safety.lock_timeout,
                                               .statement_timeout = config.safety.statement_timeout,
                                               .on_version_apply = runtime::VersionApplyHooks(config.on_version_apply),
                                               .inputs = {config.naming_convention, config.x},
                                               .journal = offline_journal(context),
                                               .on_log = [&](const runtime::PreparedStep&, const std::string& text) {
                                                 if (events.on_log) events.on_log(text);
                                               }});
  return done;
}

OfflineRange offline_range(const std::string& text) {
  const auto colon = text.find(':');
  if (colon == std::string::npos) return {std::nullopt, text};
  if (text.find(':', colon + 1) != std::string::npos) {
    throw UsageError(fmt::format("range \"{}\" has more than one colon", text), "Write it as from:to.");
  }
  return {text.substr(0, colon), text.substr(colon + 1)};
}

std::vector<std::string> offline_rows(const script::RevisionGraph& graph, const std::optional<std::string>& from) {
  std::vector<std::string> rows;
  if (!from || from->empty()) return rows;
  for (const auto index : script::resolve(graph, *from)) rows.push_back(graph[index].id);
  return rows;
}

}  // namespace migrate::command
