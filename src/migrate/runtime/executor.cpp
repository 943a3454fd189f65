#include "migrate/runtime/executor.hpp"

#include "migrate/base/clock.hpp"
#include "migrate/runtime/outside_run.hpp"
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
  for (int attempt = 1;; ++attempt) {
    session_.begin_attempt();
    try {
      attempt_together(steps);
      break;
    } catch (const StepError& error) {
      const auto& fields = error.facts().fields;
      const bool lock_missed = fields && fields->sqlstate == "55P03";
      const bool again = session_.kept().nothing() && session_.connection().alive();
      // A revision that left its transaction had the steps before it committed.
      steps = steps.subspan(session_.steps_committed());
      if (session_.lost_row_change(error) && again) continue;
      if (!lock_missed || attempt > session_.options().lock_retries || !again) throw;
      if (session_.events().on_retry) session_.events().on_retry(steps.front(), attempt, error.facts().message);
      if (!session_.wait_before_retry(attempt)) throw;
    }
  }
  recordings_.clear();
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
  for (const auto& statement : step.statements) message.add(step, statement);
  session_.close(message, step, touched, commit);
  session_.send_last(message, step, touched);
}

void Executor::run_outside_transaction(const PreparedStep& step) {
  session_.begin_attempt();
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
