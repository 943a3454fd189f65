// The executor's dry run: every step goes through one transaction that is rolled back.
#include <algorithm>

#include "migrate/base/clock.hpp"
#include "migrate/runtime/executor.hpp"
#include "migrate/sql/subject.hpp"

namespace migrate::runtime {
namespace {

bool is_outside(const PreparedStep& step) {
  return !step.transaction && !step.step.stamp;
}

bool adds_enum_value(const PreparedStep& step) {
  return std::ranges::any_of(step.statements, [&](const sql::Statement& statement) {
    const auto subject = sql::subject_of(step.text, statement);
    return subject && subject->kind == sql::SubjectKind::add_enum_value;
  });
}

/// PostgreSQL lets nobody use an enum value before the transaction that adds it is committed. A real run commits
/// between two steps.
bool wants_commit(const StepError& error, const PreparedStep& step) {
  const auto& fields = error.facts().fields;
  return fields && fields->sqlstate == "55P04" && !adds_enum_value(step);
}

}  // namespace

void Executor::try_together(std::span<const PreparedStep> steps) {
  session_.open_trial(steps.front());
  try {
    for (const auto& step : steps) {
      const base::Stopwatch watch;
      const bool last = &step == &steps.back();
      session_.start_step(step);
      try_step(step);
      const bool ends = last || is_outside(step) || is_outside(*(&step + 1));
      if (ends || session_.options().transaction_per_migration) session_.check_constraints(step);
      if (session_.events().on_done) session_.events().on_done(step, watch.milliseconds());
    }
  } catch (...) {
    session_.roll_back_trial();
    throw;
  }
  session_.roll_back_trial();
}

void Executor::try_step(const PreparedStep& step) {
  session_.set_savepoint(step);
  if (is_outside(step)) {
    pass_over(step, step.cpp_body ? "it runs outside transactions" : "its section runs outside transactions");
    return;
  }
  try {
    if (step.cpp_body) {
      CppRun(session_, step, false).run(recordings_[&step]);
    } else {
      run_section(step, false);
    }
  } catch (const StepError& error) {
    if (!session_.options().transaction_per_migration || !wants_commit(error, step)) throw;
    pass_over(step, "it uses an enum value that an earlier revision adds, which PostgreSQL allows only after a COMMIT");
  }
}

void Executor::pass_over(const PreparedStep& step, const std::string& why) {
  session_.tell_untried(step, Untried::all, why);
  Message message;
  session_.close(message, step, false, false);
  session_.send_last(message, step, false);
}

}  // namespace migrate::runtime
