#include "migrate/runtime/failure.hpp"

#include <fmt/format.h>

#include "migrate/base/text.hpp"

namespace migrate::runtime {
namespace {

StepFailure cause_of(const engine::DatabaseError& error) {
  if (dynamic_cast<const engine::DatabaseInterrupted*>(&error) != nullptr) return StepFailure::interrupted;
  if (dynamic_cast<const engine::DatabaseConnectionError*>(&error) != nullptr) return StepFailure::connection;
  if (dynamic_cast<const engine::DatabaseTimeoutError*>(&error) != nullptr) return StepFailure::timeout;
  const auto* sql = dynamic_cast<const engine::SqlError*>(&error);
  return sql != nullptr && sql->is_timeout() ? StepFailure::timeout : StepFailure::sql;
}

std::string hint_for(const PreparedStep& step, const engine::SqlError& error) {
  const std::string& code = error.sqlstate();
  if (code == "55P03") {
    return "Another session holds the lock: look in pg_stat_activity, or raise safety.lock_timeout or lock_retries.";
  }
  if (code == "57014") return "Raise safety.statement_timeout, or make the statement smaller.";
  if (code == "25001") {
    return step.cpp_body ? "Put it under op.autocommit_block(), or write `// transaction: false` into the header."
                         : "Give this statement a section with transaction:false at its marker.";
  }
  return error.fields().hint;
}

std::string describe_kept(const PreparedStep& step, const Kept& kept) {
  if (!step.cpp_body) {
    return fmt::format("the section runs outside a transaction, and {} of its {} statements took effect and stay.",
                       kept.statements, step.statements.size());
  }
  std::string text = kept.backfill;
  if (kept.statements > 0) {
    text += fmt::format("{}{} statement{} sent before {} committed and stay{}.", text.empty() ? "" : " ",
                        kept.statements, kept.statements == 1 ? "" : "s", kept.statements == 1 ? "is" : "are",
                        kept.statements == 1 ? "s" : "");
  }
  return text;
}

/// Or could not be read or locked: a missed lock stays a timeout.
void describe_refused_row(StepFailureFacts& facts, const engine::SqlError& error) {
  facts.cause = facts.cause == StepFailure::sql ? StepFailure::version_row : facts.cause;
  facts.message = fmt::format("the version table refused its new row: {}", error.fields().message);
}

void describe_sql_error(StepFailureFacts& facts, const PreparedStep& step, const Message& message,
                        const engine::SqlError& error) {
  const Message::Blame blame = message.blame(error);
  facts.fields = error.fields();
  facts.hint = hint_for(step, error);
  facts.message = error.fields().message;
  switch (blame.purpose) {
    case Purpose::revision:
      facts.statement = blame.statement;
      if (blame.offset) facts.place = place(step.path, step.text, *blame.offset);
      if (!blame.place.empty()) facts.place = blame.place;
      break;
    case Purpose::row_guard:
      if (error.sqlstate() != "22012") {
        describe_refused_row(facts, error);
        break;
      }
      facts.cause = StepFailure::version_row;
      facts.message = "the version table changed while the step ran: the row it starts from is gone";
      facts.hint =
          "Another run moved the database, or the revision's own SQL touched the version table."
          " Look with `migrate current`, then run again.";
      break;
    case Purpose::row_change:
      describe_refused_row(facts, error);
      break;
    case Purpose::journal:
      facts.statement = blame.statement;
      facts.message = fmt::format("the journal refused its row: {}", error.fields().message);
      if (facts.hint.empty()) facts.hint = "The role needs INSERT on it; safety.journal = false does without one.";
      break;
    case Purpose::hook:
      facts.statement = blame.statement;
      facts.place = blame.place;
      facts.message = fmt::format("on_version_apply hook failed: {}", error.fields().message);
      break;
    case Purpose::commit:
      facts.statement = "COMMIT";
      facts.message += " (found at COMMIT: a deferred constraint or trigger)";
      break;
    case Purpose::reset:
      facts.statement = blame.statement;
      break;
    case Purpose::frame:
      facts.statement = blame.statement;
      if (error.sqlstate() == "42501")
        facts.hint = "The role needs CREATE on the schema that holds the version table and the journal.";
      break;
  }
}

}  // namespace

StepError::StepError(StepFailureFacts facts)
    : Error(fmt::format("{}: {}", facts.place, facts.message), facts.hint), facts_(std::move(facts)) {}

StepFailureFacts describe_failure(const PreparedStep& step, const Message* message,
                                  const engine::DatabaseError& error) {
  StepFailureFacts facts;
  facts.cause = cause_of(error);
  facts.step = step.step;
  facts.title = step.title;
  facts.place = step.path.string();
  facts.message = error.what();
  facts.hint = error.hint();
  facts.sqlstate = error.sqlstate();
  const auto* sql = dynamic_cast<const engine::SqlError*>(&error);
  if (sql != nullptr && message != nullptr) describe_sql_error(facts, step, *message, *sql);
  return facts;
}

StepFailureFacts describe_failure(const PreparedStep& step, const std::string& place, const std::string& statement,
                                  const engine::DatabaseError& error) {
  StepFailureFacts facts = describe_failure(step, nullptr, error);
  facts.place = place;
  facts.statement = statement;
  if (const auto* sql = dynamic_cast<const engine::SqlError*>(&error)) {
    facts.fields = sql->fields();
    facts.message = sql->fields().message;
    facts.hint = hint_for(step, *sql);
  }
  return facts;
}

std::string describe_state(const StepFailureFacts& facts, const PreparedStep& step,
                           const std::vector<std::string>& rows_before, const Kept& kept) {
  const auto stand = [](const std::vector<std::string>& rows) {
    return rows.empty() ? std::string("at base (no revision applied)") : "at " + base::join(rows, ", ");
  };
  if (!facts.rows_certain) {
    return fmt::format(
        "The connection is lost, so whether {} was committed is not known; before it the database stood {}."
        " `migrate current` will tell.",
        step.step.revision, stand(rows_before));
  }
  if (!kept.nothing()) return fmt::format("The database stands {}; {}", stand(facts.rows), describe_kept(step, kept));
  if (facts.rows == step.step.rows_after && facts.rows != rows_before) {
    return fmt::format("The step was committed all the same: the database stands {}.", stand(facts.rows));
  }
  return fmt::format("The database stands {}; nothing of this step remains.", stand(facts.rows));
}

}  // namespace migrate::runtime
