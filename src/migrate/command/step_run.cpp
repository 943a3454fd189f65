#include "migrate/command/step_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "migrate/base/text.hpp"
#include "migrate/command/journal_options.hpp"
#include "migrate/command/lost_connection.hpp"
#include "migrate/engine/pooler.hpp"
#include "migrate/runtime/offline.hpp"
#include "migrate/runtime/outcome.hpp"

namespace migrate::command {

StepReport report_of(const runtime::PreparedStep& step, double milliseconds) {
  return {step.step, step.title, step.path, runtime::describe_step(step.step, step.title), milliseconds};
}

StepRun::StepRun(const Context& context, const MoveEvents& events, const MoveOptions& options, MoveReport& done)
    : context_(context), events_(events), options_(options), done_(done) {}

void StepRun::run(std::unique_ptr<Database>& database, std::vector<runtime::PreparedStep> steps, const Replan& replan) {
  steps_ = std::move(steps);
  LostConnection loss(context_);
  std::optional<runtime::StepError> lost;
  for (;;) {
    try {
      if (!lost) {
        first_try(*database, replan);
      } else {
        go_on(*database, *lost);
      }
      return;
    } catch (const runtime::StepError& error) {
      database = loss.reconnect(error, steps_);
      lost = error;
    }
  }
}

void StepRun::require_own_session(Database& database) {
  auto& connection = database.connection();
  server_pid_ = engine::server_pid(connection);
  if (server_pid_ == connection.backend_pid() || !engine::shares_sessions(connection, database.config())) return;
  throw ConfigError(
      fmt::format("{} leads to a pooler that lends the session to others between two transactions, and a migration "
                  "needs one of its own",
                  context_.config.url_origin),
      "Nothing was run. Set engine.direct_url to the URL of the server itself; migrate goes there, and engine.url is "
      "left to the application.");
}

void StepRun::first_try(Database& database, const Replan& replan) {
  require_own_session(database);
  const runtime::RunLock lock(database.connection(), database.version_table().qualified_name(), lock_options());
  database.locate_version_table();
  if (auto rows = database.rows(); rows != done_.rows) {
    done_.rows_before = done_.rows = std::move(rows);
    steps_ = replan(done_.rows);
  }
  execute(database, steps_);
}

/// The lock is free once the old session is gone, and what it committed can be seen by then.
void StepRun::go_on(Database& database, const runtime::StepError& lost) {
  std::optional<runtime::RunLock> held;
  std::vector<std::string> rows;
  try {
    server_pid_ = engine::server_pid(database.connection());
    held.emplace(database.connection(), database.version_table().qualified_name(), lock_options());
    database.locate_version_table();
    rows = database.rows();
  } catch (const engine::DatabaseInterrupted&) {
    throw;
  } catch (const base::Error&) {
    throw runtime::StepError(lost.facts());
  }
  execute(database, take_stock(rows, lost));
}

std::span<const runtime::PreparedStep> StepRun::take_stock(const std::vector<std::string>& rows,
                                                           const runtime::StepError& lost) {
  const auto left = steps_left(steps_, done_.rows_before, rows);
  if (!left) {
    auto facts = lost.facts();
    facts.rows = rows;
    facts.rows_certain = true;
    facts.state = fmt::format("Another run has moved the database meanwhile: it stands at {}.",
                              rows.empty() ? "base" : base::join(rows, ", "));
    throw runtime::StepError(std::move(facts));
  }
  if (events_.on_reconnect) events_.on_reconnect(lost.facts().message, rows);
  const auto passed = steps_.size() - left->size();
  // In a shared transaction steps had been told as done that are not; and of a COMMIT the answer may have been lost.
  if (done_.steps.size() > passed) done_.steps.resize(passed);
  while (done_.steps.size() < passed) {
    done_.steps.push_back(report_of(steps_[done_.steps.size()]));
    if (events_.on_done) events_.on_done(done_.steps.back());
  }
  done_.rows = rows;
  return *left;
}

void StepRun::execute(Database& database, std::span<const runtime::PreparedStep> steps) {
  const auto& safety = context_.config.safety;
  runtime::QueueWatchdog watchdog(database.config(),
                                  {.max_blocked_sessions = safety.max_blocked_sessions,
                                   .max_blocked = std::chrono::milliseconds(safety.max_blocked_ms),
                                   .server_pid = server_pid_},
                                  events_.on_warning);
  auto options = executor_options();
  options.watchdog = &watchdog;
  runtime::Executor executor(database.connection(), database.version_table(), done_.rows, std::move(options),
                             executor_events(database));
  executor.run(steps);
  if (!steps.empty() && !options_.dry_run) done_.rows = steps.back().step.rows_after;
}

runtime::RunLock::Options StepRun::lock_options() const {
  runtime::RunLock::Options options;
  options.timeout = std::chrono::seconds(context_.config.safety.run_lock_timeout);
  options.interrupt_fd = context_.interrupt_fd;
  options.on_wait = events_.on_lock_wait;
  return options;
}

runtime::ExecutorOptions StepRun::executor_options() const {
  const Config& config = context_.config;
  return {.transaction_per_migration = config.transaction_per_migration,
          .lock_timeout = config.safety.lock_timeout,
          .statement_timeout = config.safety.statement_timeout,
          .idle_timeout = config.safety.idle_timeout,
          .lock_retries = config.safety.lock_retries,
          .lock_deadline = std::chrono::seconds(config.safety.lock_deadline),
          .interrupt_fd = context_.interrupt_fd,
          .on_version_apply = runtime::VersionApplyHooks(config.on_version_apply),
          .inputs = {config.naming_convention, config.x},
          .journal = options_.dry_run ? runtime::JournalOptions{} : journal_options(context_),
          .uncertain = options_.uncertain,
          .dry_run = options_.dry_run};
}

StepReport StepRun::told(const runtime::PreparedStep& step, double milliseconds) const {
  auto report = report_of(step, milliseconds);
  if (!options_.dry_run) return report;
  report.line.replace(0, report.line.find(' '), "Trying");
  report.dry_run = true;
  return report;
}

runtime::ExecutorEvents StepRun::executor_events(Database& database) {
  runtime::ExecutorEvents events;
  events.on_start = [this](const runtime::PreparedStep& step) {
    if (events_.on_start) events_.on_start(told(step));
  };
  events.on_done = [this](const runtime::PreparedStep& step, double milliseconds) {
    done_.steps.push_back(told(step, milliseconds));
    done_.steps.back().untried = std::exchange(untried_, {});
    if (events_.on_done) events_.on_done(done_.steps.back());
  };
  events.on_retry = [this](const runtime::PreparedStep& step, int attempt, const std::string& reason) {
    // The steps of the shared transaction were rolled back with the one that failed.
    const auto first =
        std::ranges::find(done_.steps, step.step.revision, [](const auto& made) { return made.step.revision; });
    done_.steps.erase(first, done_.steps.end());
    if (events_.on_retry) events_.on_retry(told(step), attempt, reason);
  };
  events.on_resume = [this](const runtime::PreparedStep& step, std::size_t statement) {
    if (events_.on_resume) events_.on_resume(told(step), statement);
  };
  events.on_untried = [this](const runtime::PreparedStep& step, runtime::Untried how_much, const std::string& why) {
    if (how_much == runtime::Untried::all) {
      untried_ = why;
    } else if (events_.on_untried) {
      events_.on_untried(told(step), why);
    }
  };
  events.on_hook_output = events_.on_hook_output;
  events.on_log = [this](const runtime::PreparedStep&, const std::string& text) {
    if (events_.on_log) events_.on_log(text);
  };
  events.on_backfill = [this](const runtime::PreparedStep& step, const runtime::BackfillProgress& progress) {
    if (events_.on_backfill) events_.on_backfill(told(step), progress);
  };
  const int pid = server_pid_;
  events.read_rows_again = [this, &database, pid](const runtime::FailureNote& note) {
    return runtime::rows_after_loss(database.config(), pid, context_.config.version_table_schema,
                                    context_.config.version_table, note);
  };
  return events;
}

}  // namespace migrate::command
