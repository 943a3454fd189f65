#include "migrate/runtime/executor.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <chrono>
#include <random>

#include "migrate/base/clock.hpp"
#include "migrate/runtime/failure.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::runtime {
namespace {

/// The statements that bring a session back to how it was when it was opened, short of DISCARD ALL, which would drop
/// the run's advisory lock and is refused inside a transaction.
constexpr std::string_view k_reset_settings = "SET SESSION AUTHORIZATION DEFAULT; RESET ROLE; RESET ALL";
constexpr std::string_view k_reset_objects =
    "DEALLOCATE ALL; CLOSE ALL; UNLISTEN *; DISCARD TEMP; DISCARD SEQUENCES; DISCARD PLANS";

void add_each(Message& message, Purpose purpose, std::string_view statements) {
  while (!statements.empty()) {
    const auto end = statements.find("; ");
    message.add(purpose, statements.substr(0, end));
    statements.remove_prefix(end == std::string_view::npos ? statements.size() : end + 2);
  }
}

bool runs_in_transaction(const PreparedStep& step) {
  return step.transaction || step.step.stamp;
}

}  // namespace

Executor::Executor(engine::Connection& connection, VersionTable table, std::vector<std::string> rows,
                   ExecutorOptions options, ExecutorEvents events)
    : connection_(connection),
      table_(std::move(table)),
      rows_(std::move(rows)),
      options_(std::move(options)),
      events_(std::move(events)) {}

void Executor::run(std::span<const PreparedStep> steps) {
  if (steps.empty()) return;
  row_changes_ = RowChanges(steps.size());
  Message timeouts;
  add_timeouts(timeouts);
  if (!timeouts.empty()) send(timeouts, steps.front());
  while (!steps.empty()) {
    std::size_t together = 1;
    if (!runs_in_transaction(steps.front())) {
      run_outside_transaction(steps.front());
    } else {
      const bool share = !options_.transaction_per_migration;
      while (share && together < steps.size() && runs_in_transaction(steps[together])) ++together;
      run_together(steps.first(together));
    }
    steps = steps.subspan(together);
  }
}

void Executor::run_together(std::span<const PreparedStep> steps) {
  const bool table_existed = table_.exists();
  for (int attempt = 1;; ++attempt) {
    try {
      attempt_together(steps);
      break;
    } catch (const StepError& error) {
      const auto& fields = error.facts().fields;
      const bool lock_missed = fields && fields->sqlstate == "55P03";
      if (row_changes_.failed(fields) && connection_.alive()) {
        table_.set_exists(table_existed);
        continue;
      }
      if (!lock_missed || attempt > options_.lock_retries || !connection_.alive()) throw;
      if (events_.on_retry) events_.on_retry(steps.front(), attempt, error.facts().message);
      if (!wait_before_retry(attempt)) throw;
      table_.set_exists(table_existed);
    }
  }
  rows_ = steps.back().step.rows_after;
  run_command_hooks(steps);
}

void Executor::attempt_together(std::span<const PreparedStep> steps) {
  for (const auto& step : steps) {
    if (events_.on_start) events_.on_start(step);
    const base::Stopwatch watch;
    const Message message = transactional_message(step, &step == &steps.front(), &step == &steps.back());
    send(message, step);
    row_changes_.sent(deallocates(step));
    table_.set_exists(true);
    if (events_.on_done) events_.on_done(step, watch.milliseconds());
  }
}

bool Executor::deallocates(const PreparedStep& step) const {
  return step.touches_session() || options_.on_version_apply.has_sql();
}

Message Executor::transactional_message(const PreparedStep& step, bool first, bool last) {
  Message message;
  if (first) message.add(Purpose::frame, "BEGIN");
  if (!table_.exists()) message.add(Purpose::frame, table_.create_statement(false));
  for (const auto& statement : step.statements) message.add(step, statement);
  const bool touched = step.touches_session();
  if (touched) add_reset(message);
  row_changes_.add(message, table_, step, !touched);
  add_hooks(message, step);
  if (last) message.add(Purpose::commit, "COMMIT");
  if (deallocates(step)) add_each(message, Purpose::reset, k_reset_objects);
  return message;
}

void Executor::run_outside_transaction(const PreparedStep& step) {
  if (events_.on_start) events_.on_start(step);
  const base::Stopwatch watch;
  if (!table_.exists()) {
    Message create;
    create.add(Purpose::frame, table_.create_statement(true));
    send(create, step);
    table_.set_exists(true);
  }
  statements_done_ = 0;
  for (const auto& statement : step.statements) {
    send_alone(step, statement);
    ++statements_done_;
  }
  if (connection_.transaction_status() != engine::TransactionStatus::idle) {
    connection_.rollback_if_open();
    fail(step, nullptr,
         engine::DatabaseArgumentError("the section ended with its transaction still open; it was rolled back",
                                       "End every BEGIN with a COMMIT inside the section."));
  }
  Message finish;
  add_reset(finish);
  finish.add(Purpose::frame, "BEGIN");
  row_changes_.add(finish, table_, step, false);
  add_hooks(finish, step);
  finish.add(Purpose::commit, "COMMIT");
  add_each(finish, Purpose::reset, k_reset_objects);
  send(finish, step);
  row_changes_.sent(true);
  rows_ = step.step.rows_after;
  statements_done_ = 0;
  if (events_.on_done) events_.on_done(step, watch.milliseconds());
  run_command_hooks({&step, 1});
}

void Executor::send_alone(const PreparedStep& step, const sql::Statement& statement) {
  const auto timeouts = [&](bool on) {
    Message message;
    for (const auto* name : {"lock_timeout", "statement_timeout"}) {
      message.add(Purpose::frame, on ? fmt::format("RESET {}", name) : fmt::format("SET {} = 0", name));
    }
    if (on) add_timeouts(message);
    send(message, step);
  };
  // CREATE INDEX CONCURRENTLY and its kin wait for others without making anyone wait; a timeout would only leave an
  // invalid index behind.
  if (statement.refuses_transaction) timeouts(false);
  Message message;
  message.add(step, statement);
  send(message, step);
  if (statement.refuses_transaction) timeouts(true);
}

void Executor::add_timeouts(Message& message) const {
  const auto set = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) message.add(Purpose::frame, fmt::format("SET {} = {}", name, sql::quote_literal(value)));
  };
  set("lock_timeout", options_.lock_timeout);
  set("statement_timeout", options_.statement_timeout);
}

void Executor::add_reset(Message& message) const {
  add_each(message, Purpose::reset, k_reset_settings);
  add_timeouts(message);
}

/// What a hook sets in the session must not reach the next revision either.
void Executor::add_hooks(Message& message, const PreparedStep& step) const {
  if (!options_.on_version_apply.has_sql()) return;
  for (auto& [sql, origin] : options_.on_version_apply.statements(step)) {
    message.add(Purpose::hook, sql, std::move(origin));
  }
  add_reset(message);
}

/// After the commit: a program cannot be rolled back, and must not hold the step's locks while it runs.
void Executor::run_command_hooks(std::span<const PreparedStep> committed) const {
  for (const auto& step : committed) options_.on_version_apply.run_commands(step, rows_, events_.on_hook_output);
}

void Executor::send(const Message& message, const PreparedStep& step) {
  try {
    message.send(connection_);
  } catch (const engine::DatabaseError& error) {
    fail(step, &message, error);
  }
}

void Executor::fail(const PreparedStep& step, const Message* message, const engine::DatabaseError& error) {
  StepFailureFacts facts = describe_failure(step, message, error);
  facts.rows = rows_;
  const bool open = connection_.alive() && connection_.rollback_if_open();
  // A COMMIT that was under way when the answer stopped coming may have taken effect: ask the database itself.
  if (!open || facts.cause == StepFailure::interrupted || facts.cause == StepFailure::connection) {
    const auto rows = events_.read_rows_again ? events_.read_rows_again() : std::nullopt;
    facts.rows_certain = rows.has_value();
    if (rows) facts.rows = *rows;
  }
  facts.state = describe_state(facts, step, rows_, statements_done_);
  throw StepError(std::move(facts));
}

bool Executor::wait_before_retry(int attempt) const {
  // Full jitter between 200 ms and a ceiling that doubles up to 5 s.
  thread_local std::mt19937 random{std::random_device{}()};
  const int ceiling = std::min(5000, 200 << std::min(attempt, 5));
  const int pause = std::uniform_int_distribution<int>(200, ceiling)(random);
  pollfd interrupt{options_.interrupt_fd, POLLIN, 0};
  return ::poll(&interrupt, options_.interrupt_fd >= 0 ? 1 : 0, pause) <= 0;
}

}  // namespace migrate::runtime
