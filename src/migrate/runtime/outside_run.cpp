#include "migrate/runtime/outside_run.hpp"

#include <fmt/format.h>

#include <utility>

#include "migrate/runtime/failure.hpp"
#include "migrate/runtime/statement_timeout.hpp"

namespace migrate::runtime {
namespace {

using sql::TransactionControl;

/// What it sets lives in the session, which is another one in the next run.
bool prepares_session(const sql::Statement& facts) {
  for (const std::string_view kind : {"SET", "RESET", "LOAD", "LISTEN", "PREPARE", "DISCARD", "DEALLOCATE"}) {
    if (facts.kind == kind) return true;
  }
  return false;
}

/// PostgreSQL does not let it share its transaction, or it may end that itself, or we do not know.
bool runs_alone(const OutsideStatement& statement) {
  const auto& kind = statement.facts.kind;
  return statement.facts.refuses_transaction || !statement.facts.parsed || kind == "CALL" || kind == "DO";
}

}  // namespace

OutsideRun::OutsideRun(Session& session, const PreparedStep& step, std::size_t statements)
    : session_(session), step_(step), statements_(statements) {}

void OutsideRun::run(const OutsideStatement& statement) {
  ++number_;
  const bool in_transaction = session_.connection().transaction_status() != engine::TransactionStatus::idle;
  if (!journaled() || prepares_session(statement.facts)) {
    if (statement.makes_index()) refuse_foreign_index(statement);
    Message message;
    statement.add_to(message);
    session_.send_alone(message, step_, statement.facts.refuses_transaction);
    count(statement.facts);
    return;
  }
  // What belongs to a transaction that is open now was noted with its BEGIN, or not at all.
  const auto* before = in_transaction ? nullptr : begun(number_);
  if (before != nullptr) {
    if (resume(statement, *before) == Todo::skip) {
      // A C++ revision of which nothing is kept by this run may still be tried again from its start.
      if (!step_.cpp_body) ++session_.kept().statements;
      return;
    }
  } else if (statement.makes_index()) {
    refuse_foreign_index(statement);
  }
  session_.enter_statement(entry(statement.checksum, "failed"));
  if (in_transaction || statement.facts.control == TransactionControl::begins) {
    run_in_transaction(statement);
  } else if (runs_alone(statement)) {
    run_alone(statement);
  } else {
    run_with_note(statement);
  }
  session_.leave_statement();
}

void OutsideRun::run_alone(const OutsideStatement& statement) {
  write(session_.journal().insert(entry(statement.checksum, "started")));
  session_.note_statement_begun();
  Message message;
  statement.add_to(message);
  session_.send_alone(message, step_, statement.facts.refuses_transaction);
  ++session_.kept().statements;
  write(session_.journal().finish(entry(statement.checksum, "done")));
}

void OutsideRun::run_with_note(const OutsideStatement& statement) {
  Message message;
  message.add(Purpose::frame, "BEGIN");
  StatementTimeout(session_.options().statement_timeout).prepare(message, statement.sql);
  statement.add_to(message);
  add_note(message, session_.journal().insert(entry(statement.checksum, "done")));
  message.add(Purpose::commit, "COMMIT");
  session_.send_alone(message, step_, false);
  ++session_.kept().statements;
}

/// The section controls transactions itself: its notes go with what they are about, as a whole or not at all.
void OutsideRun::run_in_transaction(const OutsideStatement& statement) {
  const auto control = statement.facts.control;
  if (control != TransactionControl::savepoint) {
    open_.push_back(session_.journal().insert(entry(statement.checksum, "done")));
  }
  Message message;
  if (control == TransactionControl::ends) {
    for (const auto& note : open_) add_note(message, note);
    open_.clear();
  }
  statement.add_to(message);
  session_.send_alone(message, step_, statement.facts.refuses_transaction);
  count(statement.facts);
}

/// What a transaction of the section's own did is kept when that ends, unless it is taken back.
void OutsideRun::count(const sql::Statement& facts) {
  ++sent_;
  if (session_.connection().transaction_status() != engine::TransactionStatus::idle) return;
  const bool taken_back =
      facts.control == TransactionControl::ends && (facts.kind == "ROLLBACK" || facts.kind == "ABORT");
  const auto sent = std::exchange(sent_, 0);
  if (!taken_back) session_.kept().statements += sent;
}

void OutsideRun::note_answer(const PlacedStatement& statement, std::string_view outcome) {
  if (!journaled() || session_.connection().transaction_status() != engine::TransactionStatus::idle) return;
  write(session_.journal().finish(entry(outside_statement(statement).checksum, outcome)));
}

void OutsideRun::note_collected(Message& message) {
  if (!journaled() || collected_.empty()) return;
  add_note(message, session_.journal().insert(entry(group_checksum(), "done")));
  collected_.clear();
}

JournalEntry OutsideRun::entry(const std::string& checksum, std::string_view outcome) const {
  JournalEntry result;
  result.revision = step_.step.revision;
  result.direction = to_string(step_.step.direction);
  result.statement = number_;
  result.statements = statements_;
  result.checksum = checksum;
  result.outcome = outcome;
  return result;
}

/// The section may have taken on a role that must not write the journal.
void OutsideRun::add_note(Message& message, const std::string& sql) const {
  message.add(Purpose::frame, "SET LOCAL SESSION AUTHORIZATION DEFAULT");
  message.add(Purpose::frame, "SET LOCAL ROLE NONE");
  message.add(Purpose::journal, sql);
}

void OutsideRun::write(const std::string& sql) {
  Message message;
  message.add(Purpose::frame, "BEGIN");
  add_note(message, sql);
  message.add(Purpose::commit, "COMMIT");
  session_.send(message, step_);
}

}  // namespace migrate::runtime
