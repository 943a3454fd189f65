#include "migrate/runtime/outside_run.hpp"

#include <fmt/format.h>

#include <utility>

#include "migrate/base/digest.hpp"
#include "migrate/runtime/failure.hpp"
#include "migrate/runtime/probe.hpp"
#include "migrate/sql/checksum.hpp"

namespace migrate::runtime {
namespace {

using sql::SubjectKind;
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

bool makes_index(const OutsideStatement& statement) {
  return statement.subject && statement.subject->kind == SubjectKind::create_index_concurrently;
}

/// What is known of the end of a statement that an earlier run began.
constexpr std::string_view k_unseen = "an earlier run ended inside of this statement, and nobody saw how";
constexpr std::string_view k_taken_back = "an earlier run carried this statement out, but a downgrade came after that";

constexpr std::string_view k_answered = "an earlier run carried this statement out";

/// In front of the checksum of statements that were committed together.
constexpr std::string_view k_group = "g:";

std::string checksum_of(std::string_view sql, std::span<const sql::Statement> statements) {
  const auto each = sql::statement_checksums(sql, statements);
  return each.empty() ? std::string() : each.front();
}

}  // namespace

OutsideStatement outside_statement(const PreparedStep& step, const sql::Statement& statement, std::string checksum) {
  return {.sql = statement.text.of(step.text),
          .facts = statement,
          .checksum = std::move(checksum),
          .place = place(step.path, step.text, statement.text.offset),
          .subject = sql::subject_of(step.text, statement),
          .add_to = [&step, &statement](Message& message) { message.add(step, statement); }};
}

OutsideStatement outside_statement(const PlacedStatement& statement) {
  OutsideStatement result;
  result.sql = statement.sql;
  result.place = statement.place;
  result.add_to = [&statement](Message& message) { message.add(statement); };
  // Its COPY data travels apart from it, and belongs behind it.
  std::string text = statement.sql;
  if (statement.copy_data) {
    text.append(";\n").append(*statement.copy_data);
    if (!text.ends_with('\n')) text += '\n';
    text.append("\\.\n");
  }
  const auto statements = sql::split(text);
  if (statements.empty()) return result;
  result.facts = statements.front();
  result.checksum = checksum_of(text, statements);
  result.subject = sql::subject_of(text, result.facts);
  return result;
}

OutsideRun::OutsideRun(Session& session, const PreparedStep& step, std::size_t statements)
    : session_(session), step_(step), statements_(statements) {}

void OutsideRun::run(const OutsideStatement& statement) {
  ++number_;
  const bool in_transaction = session_.connection().transaction_status() != engine::TransactionStatus::idle;
  if (!journaled() || prepares_session(statement.facts)) {
    if (makes_index(statement)) refuse_foreign_index(statement);
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
  } else if (makes_index(statement)) {
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

const BegunStatement* OutsideRun::begun(std::size_t number) {
  if (!begun_) {
    begun_.emplace();
    if (!session_.half_done(step_.step.revision)) return nullptr;
    try {
      for (auto& one :
           session_.journal().begun(session_.connection(), step_.step.revision, to_string(step_.step.direction))) {
        begun_->emplace(one.statement, std::move(one));
      }
    } catch (const engine::DatabaseError& error) {
      session_.fail(step_, nullptr, error);
    }
  }
  const auto found = begun_->find(number);
  return found == begun_->end() ? nullptr : &found->second;
}

OutsideRun::Todo OutsideRun::resume(const OutsideStatement& statement, const BegunStatement& before) {
  const bool same = before.checksum == statement.checksum;
  if (before.outcome == "done" || before.outcome == "skipped") {
    if (before.doubtful) {
      return same ? ask_catalog(statement, k_taken_back) : ask_user(statement, k_taken_back, "it was another one then");
    }
    if (same) {
      session_.tell_resumed(step_, number_);
      return Todo::skip;
    }
    refuse(statement, StepFailure::uncertain,
           fmt::format("statement {} was another one when an earlier run carried it out", number_),
           "Write it as it was: what comes after it can be changed. `migrate log` tells when it ran.");
  }
  // The server said no, and meant the old text: the new one starts afresh.
  if (before.outcome == "failed" && !same) {
    if (makes_index(statement)) refuse_foreign_index(statement);
    return Todo::run;
  }
  if (!same) {
    refuse(statement, StepFailure::uncertain,
           fmt::format("an earlier run ended inside of statement {}, which has been changed since", number_),
           "Write it as it was and run again: then migrate finds out whether it took effect.");
  }
  if (before.outcome == "failed" && !makes_index(statement) &&
      !(statement.subject && statement.subject->kind == SubjectKind::reindex_concurrently)) {
    return Todo::run;
  }
  return ask_catalog(statement, k_unseen);
}

OutsideRun::Todo OutsideRun::ask_catalog(const OutsideStatement& statement, std::string_view how) {
  if (!statement.subject) return ask_user(statement, how, "what it is about cannot be read from its text");
  const auto answer = ask(statement);
  switch (answer.fate) {
    case ProbeAnswer::Fate::to_run:
      return Todo::run;
    case ProbeAnswer::Fate::broken:
      repair(statement, answer);
      return Todo::run;
    case ProbeAnswer::Fate::finalize:
      repair(statement, answer);
      [[fallthrough]];
    case ProbeAnswer::Fate::done:
      write(session_.journal().finish(entry(statement.checksum, "done")));
      session_.tell_resumed(step_, number_);
      return Todo::skip;
    case ProbeAnswer::Fate::busy:
      refuse(statement, StepFailure::timeout, fmt::format("an earlier run began this statement; {}", answer.found),
             "Wait until that is done, then run again.");
    case ProbeAnswer::Fate::different:
    case ProbeAnswer::Fate::unknown:
      break;
  }
  return ask_user(statement, how, answer.found);
}

OutsideRun::Todo OutsideRun::ask_user(const OutsideStatement& statement, std::string_view how,
                                      const std::string& found) {
  switch (session_.options().uncertain) {
    case UncertainStatement::retry:
      return Todo::run;
    case UncertainStatement::skip:
      write(session_.journal().finish(entry(statement.checksum, "skipped")));
      return Todo::skip;
    case UncertainStatement::stop:
      break;
  }
  refuse(statement, StepFailure::uncertain,
         statements_ == 0 ? fmt::format("{}: {}", how, found)
                          : fmt::format("{} ({} of {}): {}", how, number_, statements_, found),
         fmt::format(
             "Look whether it took effect. Then `migrate {}` runs it again with --retry-statement, and goes on behind"
             " it with --skip-statement.",
             to_string(step_.step.direction)));
}

/// An index that somebody else left half built would make IF NOT EXISTS a success that helps nobody.
void OutsideRun::refuse_foreign_index(const OutsideStatement& statement) {
  if (statement.subject->object.name.empty()) return;
  const auto answer = ask(statement);
  if (answer.fate != ProbeAnswer::Fate::broken) return;
  refuse(statement, StepFailure::sql, fmt::format("{}, and nothing tells that this revision made it", answer.found),
         fmt::format("If nobody needs it: {}; then run again.", answer.repair.front()));
}

void OutsideRun::repair(const OutsideStatement& statement, const ProbeAnswer& answer) {
  for (const auto& sql : answer.repair) {
    Message message;
    message.add(Purpose::revision, sql, statement.place);
    session_.send_alone(message, step_, true);
  }
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

bool OutsideRun::committed_before(const PlacedStatement& statement) {
  if (!journaled()) return false;
  ++number_;
  const auto* last = begun(number_);
  if (committed_through_ < number_) {
    // The row of a group has the number of its last statement.
    const auto group = begun_->lower_bound(number_);
    const bool is_group = group != begun_->end() && group->second.checksum.starts_with(k_group);
    if (is_group && counts(statement, group->second)) committed_through_ = group->first;
  }
  collected_ += base::sha256_hex(statement.sql + statement.copy_data.value_or(""));
  if (number_ > committed_through_) return false;
  if (number_ == committed_through_ && last != nullptr) {
    const bool same = last->checksum == group_checksum();
    collected_.clear();
    if (!same) {
      refuse(outside_statement(statement), StepFailure::uncertain,
             "the revision asks for other statements than an earlier run that committed the first of them",
             "Write its beginning as it was: what comes after it can be changed. `migrate log` tells when it ran.");
    }
    session_.tell_resumed(step_, number_);
  }
  return true;
}

bool OutsideRun::asked_before(const PlacedStatement& statement, bool alone) {
  if (!journaled()) return false;
  if (!alone) {
    if (!committed_before(statement)) return false;
    return ask_user(outside_statement(statement), k_answered, "what it answered is not kept") == Todo::skip;
  }
  ++number_;
  if (session_.connection().transaction_status() != engine::TransactionStatus::idle) return false;
  const auto outside = outside_statement(statement);
  const auto* before = begun(number_);
  if (before != nullptr && before->outcome != "failed") {
    const bool seen = before->outcome != "started";
    if (ask_user(outside, seen ? k_answered : k_unseen, "what it answered is not kept") == Todo::skip) return true;
  }
  write(session_.journal().insert(entry(outside.checksum, "started")));
  return false;
}

void OutsideRun::note_answer(const PlacedStatement& statement, std::string_view outcome) {
  if (!journaled() || session_.connection().transaction_status() != engine::TransactionStatus::idle) return;
  write(session_.journal().finish(entry(outside_statement(statement).checksum, outcome)));
}

/// Whether what an earlier run committed is to be taken for done.
bool OutsideRun::counts(const PlacedStatement& statement, const BegunStatement& group) {
  if (!group.doubtful) return true;
  if (session_.options().uncertain == UncertainStatement::stop) {
    ask_user(outside_statement(statement), k_taken_back, "it was committed with those behind it");
  }
  return session_.options().uncertain == UncertainStatement::skip;
}

std::string OutsideRun::group_checksum() const {
  return std::string(k_group) + base::sha256_hex(collected_).substr(0, 16);
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

ProbeAnswer OutsideRun::ask(const OutsideStatement& statement) {
  try {
    return probe(session_.connection(), *statement.subject, statement.sql);
  } catch (const engine::DatabaseError& error) {
    session_.fail(step_, describe_failure(step_, statement.place, std::string(statement.sql), error));
  }
}

void OutsideRun::refuse(const OutsideStatement& statement, StepFailure cause, std::string message, std::string hint) {
  StepFailureFacts facts;
  facts.cause = cause;
  facts.step = step_.step;
  facts.title = step_.title;
  facts.place = statement.place;
  facts.statement = statement.sql;
  facts.message = std::move(message);
  facts.hint = std::move(hint);
  session_.leave_statement();
  session_.fail(step_, std::move(facts));
}

}  // namespace migrate::runtime
