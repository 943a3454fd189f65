#include "migrate/command/move.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/base/text.hpp"
#include "migrate/command/cpp_loader.hpp"
#include "migrate/command/edited.hpp"
#include "migrate/command/journal_options.hpp"
#include "migrate/runtime/executor.hpp"
#include "migrate/runtime/offline.hpp"
#include "migrate/runtime/outcome.hpp"
#include "migrate/runtime/run_lock.hpp"
#include "migrate/script/identifier.hpp"

namespace migrate::command {
namespace {

StepReport report(const runtime::PreparedStep& step, double milliseconds = 0) {
  return {step.step, step.title, step.path, runtime::describe_step(step.step, step.title), milliseconds};
}

runtime::ExecutorOptions options_of_executor(const Context& context, const MoveOptions& options) {
  const Config& config = context.config;
  return {.transaction_per_migration = config.transaction_per_migration,
          .lock_timeout = config.safety.lock_timeout,
          .statement_timeout = config.safety.statement_timeout,
          .lock_retries = config.safety.lock_retries,
          .lock_deadline = std::chrono::seconds(config.safety.lock_deadline),
          .interrupt_fd = context.interrupt_fd,
          .on_version_apply = runtime::VersionApplyHooks(config.on_version_apply),
          .inputs = {config.naming_convention, config.x},
          .journal = journal_options(context),
          .uncertain = options.uncertain};
}

/// A script does not know where it will be run.
runtime::JournalOptions offline_journal(const Context& context) {
  auto options = journal_options(context);
  options.host.clear();
  options.tool += " --sql";
  options.script = true;
  return options;
}

/// Runs the steps, telling the events and noting down what was done.
void execute(const Context& context, Database& database, std::span<const runtime::PreparedStep> steps,
             const MoveEvents& events, const MoveOptions& options, MoveReport& done) {
  runtime::ExecutorEvents inner;
  inner.on_start = [&](const runtime::PreparedStep& step) {
    if (events.on_start) events.on_start(report(step));
  };
  inner.on_done = [&](const runtime::PreparedStep& step, double milliseconds) {
    done.steps.push_back(report(step, milliseconds));
    if (events.on_done) events.on_done(done.steps.back());
  };
  inner.on_retry = [&](const runtime::PreparedStep& step, int attempt, const std::string& reason) {
    // The steps of the shared transaction were rolled back with the one that failed.
    const auto first =
        std::ranges::find(done.steps, step.step.revision, [](const auto& made) { return made.step.revision; });
    done.steps.erase(first, done.steps.end());
    if (events.on_retry) events.on_retry(report(step), attempt, reason);
  };
  inner.on_resume = [&](const runtime::PreparedStep& step, std::size_t statement) {
    if (events.on_resume) events.on_resume(report(step), statement);
  };
  inner.on_hook_output = events.on_hook_output;
  inner.on_log = [&](const runtime::PreparedStep&, const std::string& text) {
    if (events.on_log) events.on_log(text);
  };
  inner.on_backfill = [&](const runtime::PreparedStep& step, const runtime::BackfillProgress& progress) {
    if (events.on_backfill) events.on_backfill(report(step), progress);
  };
  const int pid = database.connection().backend_pid();
  inner.read_rows_again = [&, pid](const runtime::FailureNote& note) {
    return runtime::rows_after_loss(database.config(), pid, context.config.version_table_schema,
                                    context.config.version_table, note);
  };
  runtime::QueueWatchdog watchdog(database.config(),
                                  {.max_blocked_sessions = context.config.safety.max_blocked_sessions,
                                   .max_blocked = std::chrono::milliseconds(context.config.safety.max_blocked_ms)},
                                  events.on_warning);
  auto executor_options = options_of_executor(context, options);
  executor_options.watchdog = &watchdog;
  runtime::Executor executor(database.connection(), database.version_table(), done.rows_before,
                             std::move(executor_options), inner);
  executor.run(steps);
  if (!steps.empty()) done.rows = steps.back().step.rows_after;
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
  done.rows_before = done.rows = database.rows();
  auto steps = plan(project.graph, done.rows);
  if (options.compare_applied) compare_applied(context, project, done.rows, events);
  if (steps.empty()) return done;
  const auto loader = cpp_loader(context, events.compile);
  auto prepared = runtime::prepare_steps(project.graph, steps, loader);

  runtime::RunLock::Options lock_options;
  lock_options.timeout = std::chrono::seconds(context.config.safety.run_lock_timeout);
  lock_options.interrupt_fd = context.interrupt_fd;
  lock_options.on_wait = events.on_lock_wait;
  const runtime::RunLock lock(database.connection(), database.version_table().qualified_name(), lock_options);
  database.locate_version_table();
  if (auto rows = database.rows(); rows != done.rows) {
    // Another run moved the database between our look and our lock.
    done.rows_before = done.rows = std::move(rows);
    steps = plan(project.graph, done.rows);
    prepared = runtime::prepare_steps(project.graph, steps, loader);
  }
  execute(context, database, prepared, events, options, done);
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
  for (const auto& step : prepared) done.steps.push_back(report(step));
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
