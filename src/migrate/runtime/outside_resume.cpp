// What an earlier run left of a step outside transactions, and how it is gone on with.
#include <fmt/format.h>

#include <utility>

#include "migrate/base/digest.hpp"
#include "migrate/runtime/failure.hpp"
#include "migrate/runtime/outside_run.hpp"
#include "migrate/runtime/probe.hpp"

namespace migrate::runtime {
namespace {

using sql::SubjectKind;

/// What is known of the end of a statement that an earlier run began.
constexpr std::string_view k_unseen = "an earlier run ended inside of this statement, and nobody saw how";
constexpr std::string_view k_taken_back = "an earlier run carried this statement out, but a downgrade came after that";

constexpr std::string_view k_answered = "an earlier run carried this statement out";

/// In front of the checksum of statements that were committed together.
constexpr std::string_view k_group = "g:";

}  // namespace

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
    if (statement.makes_index()) refuse_foreign_index(statement);
    return Todo::run;
  }
  if (!same) {
    refuse(statement, StepFailure::uncertain,
           fmt::format("an earlier run ended inside of statement {}, which has been changed since", number_),
           "Write it as it was and run again: then migrate finds out whether it took effect.");
  }
  if (before.outcome == "failed" && !statement.makes_index() &&
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

std::string OutsideRun::group_checksum() const {
  return std::string(k_group) + base::sha256_hex(collected_).substr(0, 16);
}

/// Whether what an earlier run committed is to be taken for done.
bool OutsideRun::counts(const PlacedStatement& statement, const BegunStatement& group) {
  if (!group.doubtful) return true;
  if (session_.options().uncertain == UncertainStatement::stop) {
    ask_user(outside_statement(statement), k_taken_back, "it was committed with those behind it");
  }
  return session_.options().uncertain == UncertainStatement::skip;
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
