#include "migrate/runtime/session.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <utility>

#include "migrate/runtime/failure.hpp"
#include "migrate/runtime/lock_ladder.hpp"
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

}  // namespace

Session::Session(engine::Connection& connection, VersionTable table, std::vector<std::string> rows,
                 ExecutorOptions options, ExecutorEvents events)
    : connection_(connection),
      table_(std::move(table)),
      table_committed_(table_.exists()),
      rows_(std::move(rows)),
      options_(std::move(options)),
      events_(std::move(events)) {}

void Session::start(std::span<const PreparedStep> steps) {
  // What is prepared outlives what a dry run takes back.
  row_changes_ = RowChanges(options_.dry_run ? 0 : steps.size());
  locate_journal(steps.front());
  Message timeouts;
  add_timeouts(timeouts);
  if (!timeouts.empty()) send(timeouts, steps.front());
}

void Session::start_step(const PreparedStep& step) {
  since_start_ = base::Stopwatch();
  if (events_.on_start) events_.on_start(step);
}

void Session::open(Message& message) const {
  if (connection_.transaction_status() == engine::TransactionStatus::idle) {
    message.add(Purpose::frame, "BEGIN");
    if (lock_timeout_) {
      message.add(Purpose::frame, fmt::format("SET LOCAL lock_timeout = {}", lock_timeout_->count()));
    }
  }
  if (!table_.exists()) message.add(Purpose::frame, table_.create_statement(false));
  if (journal_.enabled() && !journal_.exists()) message.add(Purpose::frame, journal_.create_statement(false));
}

void Session::close(Message& message, const PreparedStep& step, bool touched, bool commit) {
  if (touched) add_reset(message);
  auto entry = journal_entry(step);
  // What took several messages began before this one.
  if (touched) entry.milliseconds = since_start_.milliseconds();
  row_changes_.add(message, table_, journal_, step, entry, !touched);
  add_hooks(message, step);
  if (commit) message.add(Purpose::commit, "COMMIT");
  if (deallocates(touched)) add_each(message, Purpose::reset, k_reset_objects);
}

bool Session::deallocates(bool touched) const {
  return touched || options_.on_version_apply.has_sql();
}

void Session::add_timeouts(Message& message) const {
  const auto set = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) message.add(Purpose::frame, fmt::format("SET {} = {}", name, sql::quote_literal(value)));
  };
  set("lock_timeout", options_.lock_timeout);
  set("statement_timeout", options_.statement_timeout);
  set("idle_in_transaction_session_timeout", options_.idle_timeout);
  // Between two tries, or while revisions are compiled, nobody needs to be rid of us.
  if (connection_.server_version() >= 140000) set("idle_session_timeout", "0");
}

void Session::add_reset(Message& message) const {
  add_each(message, Purpose::reset, k_reset_settings);
  add_timeouts(message);
}

/// What a hook sets in the session must not reach the next revision either.
void Session::add_hooks(Message& message, const PreparedStep& step) const {
  if (!options_.on_version_apply.has_sql()) return;
  for (auto& [sql, origin] : options_.on_version_apply.statements(step)) {
    message.add(Purpose::hook, sql, std::move(origin));
  }
  add_reset(message);
}

void Session::send(const Message& message, const PreparedStep& step, bool blocks_others) {
  try {
    const QueueWatch watch(options_.watchdog, connection_, blocks_others);
    message.send(connection_);
  } catch (const engine::DatabaseError& error) {
    fail(step, &message, error);
  }
  // Whatever opens a transaction makes the tables.
  if (connection_.transaction_status() == engine::TransactionStatus::in_transaction) set_tables_exist(true, true);
}

void Session::set_tables_exist(bool versions, bool journal) noexcept {
  table_.set_exists(versions);
  journal_.set_exists(journal);
}

void Session::send_commit(const Message& message, const PreparedStep& step) {
  send(message, step);
  set_tables_exist(true, true);
  committed();
  // What follows cannot be tried again with what stays, so it waits for as long as it may.
  lock_timeout_.reset();
}

void Session::send_last(const Message& message, const PreparedStep& step, bool touched) {
  send(message, step);
  set_tables_exist(true, true);
  row_changes_.sent(deallocates(touched));
}

void Session::send_alone(const Message& statement, const PreparedStep& step, bool refuses_transaction) {
  // CREATE INDEX CONCURRENTLY and its kin wait for others without making anyone wait; a timeout would only leave an
  // invalid index behind.
  if (refuses_transaction) set_timeouts(false, step);
  send(statement, step, !refuses_transaction);
  if (refuses_transaction) set_timeouts(true, step);
}

void Session::set_timeouts(bool on, const PreparedStep& step) {
  Message message;
  for (const auto* name : {"lock_timeout", "statement_timeout"}) {
    message.add(Purpose::frame, on ? fmt::format("RESET {}", name) : fmt::format("SET {} = 0", name));
  }
  if (on) add_timeouts(message);
  send(message, step);
}

void Session::reset(const PreparedStep& step) {
  Message message;
  add_reset(message);
  send(message, step);
}

void Session::create_tables(const PreparedStep& step) {
  Message create;
  if (!table_.exists()) create.add(Purpose::frame, table_.create_statement(true));
  if (journal_.enabled() && !journal_.exists()) create.add(Purpose::frame, journal_.create_statement(true));
  if (create.empty()) return;
  send(create, step);
  set_tables_exist(true, true);
  table_committed_ = journal_committed_ = true;
}

void Session::committed() {
  table_committed_ = table_.exists();
  journal_committed_ = journal_.exists();
  const auto steps = std::exchange(waiting_, {});
  if (steps.empty()) return;
  steps_committed_ += steps.size();
  kept_ = {};  // what those steps had committed before is no longer half a step
  rows_ = steps.back()->step.rows_after;
  // After the commit: a program cannot be rolled back, and must not hold the step's locks while it runs.
  for (const auto* step : steps) options_.on_version_apply.run_commands(*step, rows_, events_.on_hook_output);
}

void Session::begin_attempt() {
  waiting_.clear();
  steps_committed_ = 0;
  kept_ = {};
  held_failure_.reset();
  statement_.reset();
  set_tables_exist(table_committed_, journal_committed_);
}

void Session::fail(const PreparedStep& step, const Message* message, const engine::DatabaseError& error) {
  fail(step, describe_failure(step, message, error));
}

void Session::fail(const PreparedStep& step, StepFailureFacts facts) {
  facts.rows = rows_;
  const bool open = take_back();
  if (options_.dry_run) fail_trial(std::move(facts));
  const std::string note = failure_note(facts);
  // A COMMIT that was under way when the answer stopped coming may have taken effect: ask the database itself.
  if (!open || facts.cause == StepFailure::interrupted || facts.cause == StepFailure::connection) {
    const auto rows = events_.read_rows_again ? events_.read_rows_again({note, step.step.rows_after}) : std::nullopt;
    facts.rows_certain = rows.has_value();
    if (rows) facts.rows = *rows;
  } else if (holds_notes_) {
    held_failure_ = facts;
  } else {
    write_note(note);
  }
  if (!held_failure_) statement_.reset();
  facts.state = describe_state(facts, step, rows_, kept_);
  throw StepError(std::move(facts));
}

void Session::note_failure(const std::string& message) {
  if (!held_failure_) return;
  held_failure_->message = message;
  write_note(failure_note(*held_failure_));
  held_failure_.reset();
  statement_.reset();
}

std::string Session::failure_note(const StepFailureFacts& facts) const {
  if (!journal_committed_) return {};
  JournalEntry entry;
  entry.revision = facts.step.revision;
  entry.direction = facts.step.stamp ? "stamp" : to_string(facts.step.direction);
  entry.outcome = "failed";
  entry.message = facts.message;
  auto note = journal_.insert(entry);
  if (const auto statement = statement_note(facts); !statement.empty()) note += ";\n" + statement;
  return note;
}

/// Of a statement that was under way when the connection went, nobody knows what became of it.
std::string Session::statement_note(const StepFailureFacts& facts) const {
  if (!statement_ || facts.cause == StepFailure::connection || !connection_.alive()) return {};
  JournalEntry entry = *statement_;
  entry.message = facts.message;
  return statement_begun_ ? journal_.finish(entry) : journal_.insert(entry);
}

void Session::enter_statement(const JournalEntry& failed) {
  statement_ = failed;
  statement_begun_ = false;
}

void Session::tell_resumed(const PreparedStep& step, std::size_t statement) const {
  if (events_.on_resume) events_.on_resume(step, statement);
}

void Session::write_note(const std::string& note) noexcept {
  try {
    if (!note.empty()) connection_.script(note);
  } catch (const std::exception&) {
    // The failure itself is what has to be told; it is told without a row in the journal then.
    return;
  }
}

void Session::locate_journal(const PreparedStep& step) {
  try {
    journal_ = Journal::locate(connection_, table_, options_.journal);
    journal_committed_ = journal_.exists();
    for (auto& one : journal_.half_done(connection_)) half_done_.insert(std::move(one.revision));
  } catch (const engine::DatabaseError& error) {
    fail(step, nullptr, error);
  }
}

std::chrono::milliseconds Session::deadlock_timeout() {
  try {
    const auto result =
        connection_.execute("SELECT setting::int FROM pg_catalog.pg_settings WHERE name = 'deadlock_timeout'");
    return std::chrono::milliseconds(result.scalar<int>());
  } catch (const engine::DatabaseError&) {
    return LadderOptions{}.deadlock_timeout;
  }
}

bool Session::pause(std::chrono::milliseconds time) const {
  pollfd interrupt{options_.interrupt_fd, POLLIN, 0};
  return ::poll(&interrupt, options_.interrupt_fd >= 0 ? 1 : 0, static_cast<int>(time.count())) <= 0;
}

}  // namespace migrate::runtime
