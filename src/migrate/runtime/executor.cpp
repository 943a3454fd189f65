#include "migrate/runtime/executor.hpp"

#include <fmt/format.h>

#include <random>
#include <utility>

#include "migrate/base/clock.hpp"
#include "migrate/runtime/outside_run.hpp"
#include "migrate/runtime/statement_timeout.hpp"
#include "migrate/sql/checksum.hpp"

namespace migrate::runtime {
namespace {

bool runs_in_transaction(const PreparedStep& step) {
  return step.transaction || step.step.stamp;
}

}  // namespace

Executor::Executor(engine::Connection& connection, VersionTable table, std::vector<std::string> rows,
                   ExecutorOptions options, ExecutorEvents events)
    : session_(connection, std::move(table), std::move(rows), std::move(options), std::move(events)) {}

void Executor::run(std::span<const PreparedStep> steps) {
  if (steps.empty()) return;
  session_.start(steps);
  if (session_.options().dry_run) return run_together(steps);
  while (!steps.empty()) {
    std::size_t together = 1;
    if (!runs_in_transaction(steps.front())) {
      run_outside_transaction(steps.front());
    } else {
      const bool share = !session_.options().transaction_per_migration;
      while (share && together < steps.size() && runs_in_transaction(steps[together])) ++together;
      run_together(steps.first(together));
    }
    steps = steps.subspan(together);
  }
}

void Executor::run_together(std::span<const PreparedStep> steps) {
  const auto& options = session_.options();
  LockLadder ladder(ladder_options(options.lock_timeout, options.lock_retries, options.lock_deadline),
                    std::random_device{}());
  auto next = ladder.next();
  bool lost_row_change = false;
  session_.hold_notes(true);
  for (;;) {
    session_.begin_attempt();
    session_.set_lock_timeout(next->lock_timeout);
    try {
      options.dry_run ? try_together(steps) : attempt_together(steps);
      break;
    } catch (const StepError& error) {
      const bool again = session_.kept().nothing() && session_.connection().alive();
      // A revision that left its transaction had the steps before it committed.
      steps = steps.subspan(session_.steps_committed());
      if (session_.lost_row_change(error) && again && !std::exchange(lost_row_change, true)) continue;
      next = try_again(error, again, ladder, *next, steps.front());
    }
  }
  session_.hold_notes(false);
  recordings_.clear();
}

LockLadder::Try Executor::try_again(const StepError& error, bool possible, LockLadder& ladder,
                                    const LockLadder::Try& last, const PreparedStep& step) {
  const auto reason = possible ? why_try_again(error) : std::nullopt;
  if (reason && last.number == 1) ladder.set_deadlock_timeout(session_.deadlock_timeout());
  const auto next = reason ? ladder.next() : std::nullopt;
  if (!next) {
    auto facts = reason ? exhausted(error.facts(), *reason, last.number) : error.facts();
    session_.note_failure(facts.message);
    throw StepError(std::move(facts));
  }
  if (session_.events().on_retry) session_.events().on_retry(step, last.number, *reason);
  if (!session_.pause(next->pause_before)) {
    auto facts = error.facts();
    facts.cause = StepFailure::interrupted;
    facts.message = fmt::format("interrupted between two tries: {}", *reason);
    facts.hint.clear();
    session_.note_failure(facts.message);
    throw StepError(std::move(facts));
  }
  return *next;
}

std::optional<std::string> Executor::why_try_again(const StepError& error) const {
  const auto& fields = error.facts().fields;
  if (!fields) return std::nullopt;
  auto* watchdog = session_.options().watchdog;
  if (fields->sqlstate == "57014" && watchdog != nullptr) {
    const auto report = watchdog->take();
    return report ? std::optional(describe(*report)) : std::nullopt;
  }
  if (fields->sqlstate != "55P03" && fields->sqlstate != "40P01") return std::nullopt;
  const auto blockers = watchdog != nullptr ? watchdog->waited_for() : std::vector<Blocker>();
  const auto& message = error.facts().message;
  return blockers.empty() ? message : fmt::format("{}; it waited for {}", message, describe(blockers));
}

StepFailureFacts Executor::exhausted(StepFailureFacts facts, const std::string& reason, int tries) {
  facts.cause = StepFailure::timeout;
  const bool named = reason != facts.message;
  facts.message = tries == 1 ? reason : fmt::format("{} (the last of {} tries)", reason, tries);
  facts.hint = fmt::format(
      "{}, then run again; safety.lock_timeout, lock_retries and lock_deadline say how long to try.",
      named ? "End or wait for the sessions named here"
            : "End or wait for the sessions that use what the statement changes (pg_locks, pg_stat_activity)");
  return facts;
}

void Executor::attempt_together(std::span<const PreparedStep> steps) {
  for (const auto& step : steps) {
    session_.start_step(step);
    const base::Stopwatch watch;
    const bool commit = &step == &steps.back();
    if (step.cpp_body) {
      CppRun(session_, step, commit).run(recordings_[&step]);
    } else {
      run_section(step, commit);
    }
    session_.wait_for_commit(step);
    if (session_.events().on_done) session_.events().on_done(step, watch.milliseconds());
  }
  session_.committed();
}

void Executor::run_section(const PreparedStep& step, bool commit) {
  const bool touched = step.touches_session();
  Message message;
  session_.open(message);
  StatementTimeout timeout(session_.options().statement_timeout);
  for (const auto& statement : step.statements) {
    timeout.prepare(message, statement.text.of(step.text));
    message.add(step, statement);
  }
  timeout.restore(message);
  session_.close(message, step, touched, commit);
  session_.send_last(message, step, touched);
}

void Executor::run_outside_transaction(const PreparedStep& step) {
  session_.begin_attempt();
  session_.set_lock_timeout(std::nullopt);
  session_.start_step(step);
  const base::Stopwatch watch;
  session_.create_tables(step);
  if (step.cpp_body) {
    CppRun(session_, step, true).run(recordings_[&step]);
    recordings_.clear();
  } else {
    run_section_outside(step);
  }
  session_.wait_for_commit(step);
  if (session_.events().on_done) session_.events().on_done(step, watch.milliseconds());
  session_.committed();
}

void Executor::run_section_outside(const PreparedStep& step) {
  OutsideRun outside(session_, step, step.statements.size());
  auto checksums = sql::statement_checksums(step.text, step.statements);
  for (std::size_t i = 0; i < step.statements.size(); ++i) {
    outside.run(outside_statement(step, step.statements[i], std::move(checksums[i])));
  }
  if (session_.connection().transaction_status() != engine::TransactionStatus::idle) {
    session_.fail(step, nullptr,
                  engine::DatabaseArgumentError("the section ended with its transaction still open; it was rolled back",
                                                "End every BEGIN with a COMMIT inside the section."));
  }
  session_.reset(step);
  Message finish;
  session_.open(finish);
  session_.close(finish, step, true, true);
  session_.send_last(finish, step, true);
}

}  // namespace migrate::runtime
