#include "migrate/runtime/cpp_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "migrate/runtime/backfill.hpp"
#include "migrate/runtime/failure.hpp"
#include "migrate/script/error.hpp"

namespace migrate::runtime {
namespace {

using schema::RequestKind;

std::vector<std::optional<std::string>> as_parameters(const schema::Row& row) {
  std::vector<std::optional<std::string>> parameters;
  parameters.reserve(row.size());
  for (const auto& value : row) {
    parameters.push_back(value.kind() == schema::Value::Kind::null ? std::nullopt : std::optional(value.text()));
  }
  return parameters;
}

schema::QueryResult as_query_result(const engine::Result& result) {
  schema::Names columns;
  for (int column = 0; column < result.columns(); ++column) columns.emplace_back(result.column_name(column));
  std::vector<std::vector<schema::QueryResult::Field>> rows(static_cast<std::size_t>(result.rows()));
  for (int row = 0; row < result.rows(); ++row) {
    auto& fields = rows[static_cast<std::size_t>(row)];
    fields.reserve(columns.size());
    for (int column = 0; column < result.columns(); ++column) {
      const auto field = result.get(row, column);
      fields.push_back(field ? std::optional<std::string>(*field) : std::nullopt);
    }
  }
  return {std::move(columns), std::move(rows), result.affected_rows()};
}

/// What only reads, or sets what is the session's own, is done again by a run that goes on.
bool may_change(const PlacedStatement& statement) {
  const auto statements = sql::split(statement.sql);
  return std::ranges::any_of(statements, [](const sql::Statement& one) {
    if (one.control != sql::TransactionControl::none) return false;
    const auto reads =
        std::to_array<std::string_view>({"SELECT", "VALUES", "TABLE", "SHOW", "EXPLAIN", "SET", "RESET"});
    return std::ranges::find(reads, one.kind) == reads.end();
  });
}

script::ServeReply error_reply(schema::ErrorKind kind, const std::string& message, const std::string& sqlstate = {}) {
  return {true, schema::encode(schema::ErrorReply{kind, message, sqlstate})};
}

}  // namespace

CppRun::CppRun(Session& session, const PreparedStep& step, bool commit)
    : session_(session),
      step_(step),
      commit_(commit),
      renderer_(step.path, session.options().inputs.naming, step.transaction),
      outside_(session, step, 0),
      alone_(!step.transaction) {}

void CppRun::run(Recording& recording) {
  if (recording) {
    play(*recording);
  } else {
    call_function();
    auto statements = render(*last_);
    play(statements);
    if (!live_) recording = std::move(statements);
  }
  finish();
}

void CppRun::call_function() {
  schema::RunInfo info;
  info.revision = step_.step.revision;
  info.x = session_.options().inputs.x;
  bool returned = false;
  try {
    returned = step_.cpp_body(schema::encode(info), [this](std::string_view bytes) { return serve(bytes); });
  } catch (const script::Interrupted& error) {
    auto facts = describe_failure(step_, nullptr, engine::DatabaseInterrupted(error.what(), error.hint()));
    session_.fail(step_, std::move(facts));
  } catch (const script::ModuleCrash& error) {
    fault(step_.path.string(), error.what(), error.hint());
  } catch (const script::RevisionError& error) {
    fault(step_.path.string(), error.what(), error.hint());
  }
  if (returned && last_ && last_->kind == RequestKind::finished) return;
  if (last_ && last_->kind == RequestKind::failed) report_thrown();
  fault(step_.path.string(), "the revision ended without saying how",
        "Its module may be of another version of migrate: empty the cache (cpp.cache_dir), or bundle it anew.");
}

script::ServeReply CppRun::serve(std::string_view bytes) {
  schema::Request request;
  try {
    request = schema::decode_request(bytes);
  } catch (const schema::WireError& error) {
    fault(step_.path.string(), fmt::format("the revision sent bytes that make no sense ({})", error.what()),
          "It has probably written over memory that is not its own.");
  }
  if (request.kind == RequestKind::log) {
    if (session_.events().on_log) session_.events().on_log(step_, request.text);
    return {};
  }
  if (request.kind == RequestKind::finished || request.kind == RequestKind::failed) {
    last_ = std::move(request);
    return {};
  }
  live_ = true;
  touched_ = true;
  play(render(request));
  if (request.kind == RequestKind::query) return query(request);
  if (request.kind == RequestKind::backfill) {
    backfill(request);
  } else {
    flush();
  }
  return {};
}

script::ServeReply CppRun::query(const schema::Request& request) {
  const std::string at = cpp_place(step_.path, request.file, request.line);
  for (const auto& parameter : request.parameters) {
    if (parameter.kind() != schema::Value::Kind::expression) continue;
    return error_reply(schema::ErrorKind::other,
                       fmt::format("{}: SQL cannot be a parameter; write it into the statement", at));
  }
  std::vector<PlacedStatement> statements;
  try {
    statements = cut_statements(request.text, at, alone_);
  } catch (const CppFault& error) {
    fault(error.place(), error.what_alone(), error.hint());
  }
  const bool refuses = alone_ && statements.size() == 1 && statements.front().refuses_transaction;
  PlacedStatement asked;
  asked.sql = request.text;
  asked.place = at;
  const bool changes = may_change(asked);
  if (changes && outside_.asked_before(asked, alone_)) return {false, schema::encode(schema::QueryResult({}, {}, 0))};
  if (refuses && is_trial()) {
    session_.tell_untried(step_, Untried::part, fmt::format("the statement at {} runs outside transactions", at));
    return {false, schema::encode(schema::QueryResult({}, {}, 0))};
  }
  if (!alone_) ensure_open();
  flush();
  flushed_ = true;
  if (refuses) session_.set_timeouts(false, step_);
  std::optional<script::ServeReply> reply;
  try {
    const auto parameters = as_parameters(request.parameters);
    const engine::Result result = session_.connection().execute(request.text, parameters);
    reply = {false, schema::encode(as_query_result(result))};
    if (!result.command_tag().starts_with("SELECT")) note_done(request.text);
  } catch (const engine::SqlError& error) {
    reply = refused(request, error);
  } catch (const engine::DatabaseError& error) {
    session_.fail(step_, describe_failure(step_, at, request.text, error));
  }
  if (refuses) session_.set_timeouts(true, step_);
  if (changes && alone_) outside_.note_answer(asked, reply->error ? "failed" : "done");
  return std::move(*reply);
}

/// The revision may know what to do about it.
script::ServeReply CppRun::refused(const schema::Request& request, const engine::SqlError& error) {
  refused_ = describe_failure(step_, cpp_place(step_.path, request.file, request.line), request.text, error);
  if (!session_.connection().alive()) session_.fail(step_, std::move(*refused_));
  return error_reply(schema::ErrorKind::statement, error.fields().message, error.sqlstate());
}

void CppRun::report_thrown() {
  const std::string& type = last_->exception;
  const bool is_ours = refused_ && type.find("StatementError") != std::string::npos && last_->text == refused_->message;
  if (is_ours) session_.fail(step_, std::move(*refused_));
  std::string message = fmt::format("the revision threw {}", type.empty() ? "something that is no exception" : type);
  if (!last_->text.empty()) message += fmt::format(": {}", last_->text);
  const std::string hint = refused_ ? fmt::format("Before that, PostgreSQL had refused its statement at {}: {}",
                                                  refused_->place, refused_->message)
                                    : "Mend the revision, then run again.";
  fault(cpp_place(step_.path, last_->file, last_->line), message, hint);
}

void CppRun::fault(const std::string& place, const std::string& message, const std::string& hint) {
  StepFailureFacts facts;
  facts.cause = StepFailure::revision;
  facts.step = step_.step;
  facts.title = step_.title;
  facts.place = place;
  facts.message = message;
  facts.hint = hint;
  session_.fail(step_, std::move(facts));
}

std::vector<PlacedStatement> CppRun::render(const schema::Request& request) {
  try {
    return renderer_.render(request.operations);
  } catch (const CppFault& error) {
    fault(error.place(), error.what_alone(), error.hint());
  }
}

void CppRun::play(const std::vector<PlacedStatement>& statements) {
  for (const auto& statement : statements) {
    switch (statement.kind) {
      case PlacedStatement::Kind::begin_autocommit:
        commit_so_far();
        alone_ = true;
        if (is_trial()) {
          session_.tell_untried(step_, Untried::part,
                                fmt::format("the block at {} runs outside transactions", statement.place));
        }
        break;
      case PlacedStatement::Kind::end_autocommit:
        if (!is_trial()) require_no_transaction("the block of op.autocommit_block()");
        alone_ = false;
        break;
      case PlacedStatement::Kind::statement:
        touched_ = touched_ || statement.touches_session;
        alone_ ? send_alone(statement) : collect(statement);
        break;
    }
  }
}

void CppRun::ensure_open() {
  if (!opened_) {
    session_.open(message_);
    timeout_ = StatementTimeout(session_.options().statement_timeout);
  }
  opened_ = true;
}

void CppRun::collect(const PlacedStatement& statement) {
  if (outside_.committed_before(statement)) return;
  ensure_open();
  timeout_.prepare(message_, statement.sql);
  message_.add(statement);
  note_done(statement.sql);
}

void CppRun::send_alone(const PlacedStatement& statement) {
  if (is_trial()) return;
  outside_.run(outside_statement(statement));
}

void CppRun::note_done(const std::string& sql) {
  if (alone_) {
    ++session_.kept().statements;
  } else {
    collected_.push_back(sql);
  }
}

void CppRun::flush() {
  if (message_.empty()) return;
  flushed_ = true;
  send_collected(Ends::open);
}

void CppRun::send_collected(Ends how) {
  const Message message = std::exchange(message_, {});
  try {
    if (how == Ends::open) session_.send(message, step_);
    if (how == Ends::commit) session_.send_commit(message, step_);
    if (how == Ends::step) session_.send_last(message, step_, touched_);
  } catch (const StepError& error) {
    const auto& fields = error.facts().fields;
    if (!refused_ || !fields || fields->sqlstate != "25P02") throw;
    // The revision caught the refusal, but nothing can be done in a transaction that has failed.
    StepFailureFacts facts = std::move(*refused_);
    facts.hint =
        "The revision caught this error, but its transaction had failed with it: only ROLLBACK TO a savepoint that was"
        " set before helps.";
    facts.rows = error.facts().rows;
    facts.rows_certain = error.facts().rows_certain;
    facts.state = error.facts().state;
    throw StepError(std::move(facts));
  }
}

void CppRun::commit_so_far() {
  if (is_trial()) return flush();
  const auto status = session_.connection().transaction_status();
  // The version table is made before the revision can set another role.
  if (!session_.table().exists()) ensure_open();
  if (message_.empty() && status == engine::TransactionStatus::idle) return;
  // To COMMIT the server would say ROLLBACK, and not call it an error.
  if (status == engine::TransactionStatus::in_error) message_.add(Purpose::frame, "SELECT 1");
  outside_.note_collected(message_);
  message_.add(Purpose::commit, "COMMIT");
  send_collected(Ends::commit);
  session_.kept().statements += std::exchange(collected_, {}).size();
  opened_ = false;
  flushed_ = false;
}

void CppRun::require_no_transaction(const std::string& what) {
  if (session_.connection().transaction_status() == engine::TransactionStatus::idle) return;
  fault(step_.path.string(), fmt::format("{} ended with its transaction still open; it was rolled back", what),
        "End every BEGIN with a COMMIT of its own.");
}

/// As one statement: its batches would be committed.
void CppRun::try_backfill(const schema::Request& request, const std::string& at) {
  try {
    for (const auto& statement : cut_statements(Backfill::whole_statement(request, at), at, false)) collect(statement);
  } catch (const CppFault& error) {
    fault(error.place(), error.what_alone(), error.hint());
  }
  flush();
}

void CppRun::backfill(const schema::Request& request) {
  const std::string at = cpp_place(step_.path, request.file, request.line);
  if (is_trial()) return try_backfill(request, at);
  if (alone_) require_no_transaction("what came before op.backfill()");
  try {
    Backfill work(session_, step_, request, at, collected_);
    if (work.begun() && !flushed_) {
      // An earlier run has committed these already, with the beginning of the same backfill.
      message_ = {};
      collected_.clear();
      opened_ = false;
    }
    if (!alone_) ensure_open();
    flush();
    work.begin(message_);
    if (!alone_) commit_so_far();
    if (!message_.empty()) send_collected(Ends::open);
    backfilled_ = true;
    work.run();
  } catch (const CppFault& error) {
    fault(error.place(), error.what_alone(), error.hint());
  }
}

void CppRun::finish() {
  if (!step_.transaction) require_no_transaction("the revision");
  touched_ = touched_ || !step_.transaction;
  if (touched_ && !opened_) session_.reset(step_);
  if (backfilled_ && opened_) session_.add_reset(message_);
  ensure_open();
  if (backfilled_) Backfill::add_end(message_, session_.table(), step_);
  timeout_.restore(message_);
  session_.close(message_, step_, touched_, commit_);
  send_collected(Ends::step);
}

}  // namespace migrate::runtime
