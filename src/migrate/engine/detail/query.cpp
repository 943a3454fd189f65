#include "migrate/engine/detail/query.hpp"

#include <libpq-fe.h>

#include <utility>

#include "migrate/base/text.hpp"
#include "migrate/engine/detail/channel.hpp"
#include "migrate/engine/detail/transaction_words.hpp"

namespace migrate::engine::detail {

namespace {

/// Of a cache that BEGIN and COMMIT may take a place in.
constexpr std::size_t k_room = 8;

bool is_copy(std::string_view sql) {
  return base::to_lower(base::trim(sql).substr(0, 4)) == "copy";
}

}  // namespace

Query::Query(Channel& channel) : Exchange(channel, channel.command_limit()), flight_(channel.wire) {}

void Query::start(std::string_view sql, Parameters parameters, Glue glue) {
  sql_ = sql;
  parameters_ = std::move(parameters);
  glue_ = std::move(glue);
  channel().announce(sql_, parameters_.size());
  // COPY is not possible in the flight that prepares a statement.
  if (!is_copy(sql_)) statement_ = channel().statements.find(sql_);
  launch();
}

void Query::start(std::shared_ptr<Statement> statement, Parameters parameters, Glue glue) {
  if (!channel().statements.owns(*statement)) {
    throw DatabaseArgumentError("a prepared statement was used on another connection than the one it is of",
                                "Prepare it there as well; or let the connections keep statements by themselves.");
  }
  statement_ = std::move(statement);
  parameters_ = std::move(parameters);
  glue_ = std::move(glue);
  channel().announce(statement_->sql(), parameters_.size());
  launch();
}

void Query::start_prepare(std::shared_ptr<Statement> statement) {
  statement_ = std::move(statement);
  run_ = false;
  channel().announce(statement_->sql(), 0);
  launch();
}

void Query::launch() {
  parameters_.require_sendable();
  outside_ = wire().transaction_status() == TransactionStatus::idle;
  const bool to_prepare = statement_ != nullptr && !statement_->ready();
  if (to_prepare || !glue_.begin.empty() || glue_.commit) {
    launch_flight();
  } else {
    launch_plain();
  }
}

void Query::launch_plain() {
  const auto values = parameters_.pointers();
  channel().require_sent(statement_ != nullptr ? wire().start_prepared(statement_->name(), values)
                                               : wire().start(sql_, values));
}

void Query::launch_flight() {
  places_ = {};
  channel().require_sent(flight_.enter());
  if (!queue_all()) {
    // What is queued already cannot be taken back.
    channel().lose(wire().error_text());
    channel().require_idle();
  }
  flight_.launch();
}

bool Query::queue_all() {
  parsed_.clear();
  if (!queue_doomed()) return false;
  first_ = flight_.size();
  if (!glue_.begin.empty() && !queue_words(glue_.begin, begin_, places_.begin)) return false;
  if (!queue_statement()) return false;
  // No sync in between: libpq would send twice, and the server answer twice.
  if (glue_.commit && !queue_words("COMMIT", commit_, places_.commit)) return false;
  return flight_.sync();
}

/// BEGIN and COMMIT cost the server half of what they do when it has parsed them before.
bool Query::queue_words(const std::string& sql, std::shared_ptr<Statement>& kept, std::size_t& place) {
  kept = channel().statements.capacity() >= k_room ? channel().statements.find(sql) : nullptr;
  if (kept != nullptr && !queue_parse(kept)) return false;
  place = flight_.size();
  return kept != nullptr ? flight_.prepared(kept->name(), {}) : flight_.query(sql);
}

bool Query::queue_parse(const std::shared_ptr<Statement>& statement) {
  if (statement->ready()) return true;
  parsed_.emplace_back(flight_.size(), statement);
  return flight_.prepare(statement->name(), statement->sql());
}

/// In a transaction a name that is gone after all would do harm.
bool Query::queue_doomed() {
  if (!outside_ || !channel().statements.has_doomed()) return true;
  for (const auto& name : channel().statements.take_doomed()) {
    if (!flight_.query("DEALLOCATE " + name) || !flight_.sync()) return false;
  }
  return true;
}

bool Query::queue_statement() {
  const auto values = parameters_.pointers();
  if (statement_ == nullptr) {
    places_.run = flight_.size();
    return flight_.query(sql_, values);
  }
  places_.prepare = flight_.size();
  if (!queue_parse(statement_)) return false;
  if (!run_) return true;
  places_.run = flight_.size();
  return flight_.prepared(statement_->name(), values);
}

Exchange::Progress Query::advance() {
  if (rolling_back_) return wire().next() ? Progress::on : go_again();
  if (!flight_.in_air()) return read_plain();
  switch (flight_.read()) {
    case Flight::Read::on:
      return Progress::on;
    case Flight::Read::landed:
      land();
      again_ = begins_here() && worth_another_try(outcome_.error);
      return roll_back();
    case Flight::Read::broken:
      break;
  }
  give_up();
  land();
  return Progress::over;
}

/// Of an open transaction other statements would have to be repeated too.
bool Query::begins_here() const {
  return outside_ && (!glue_.begin.empty() || !glue_.commit);
}

Exchange::Progress Query::go_again() {
  rolling_back_ = false;
  if (!std::exchange(again_, false)) return Progress::over;
  outcome_.error.reset();
  launch_flight();
  return Progress::on;
}

Exchange::Progress Query::read_plain() {
  if (wire().phase() == Wire::Phase::copy_out) return Progress::on;
  RawResult result = wire().next();
  if (!result) {
    again_ = worth_another_try(outcome_.error);
    return go_again();
  }
  switch (PQresultStatus(result.get())) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
      ++outcome_.statements;
      [[fallthrough]];
    case PGRES_EMPTY_QUERY:
      outcome_.last.emplace(result.release());
      return Progress::on;
    case PGRES_COPY_IN:
      wire().put_end("this COPY was not started with copy_in");
      outcome_.copy_without_data = true;
      return Progress::on;
    case PGRES_COPY_OUT:
      return Progress::on;
    default:
      keep_error(result.get());
  }
  return Progress::on;
}

void Query::land() {
  auto& items = flight_.items();
  const auto succeeded = [&](std::size_t place) { return place < items.size() && items[place].result.has_value(); };
  begun_ = succeeded(places_.begin);
  committed_ = succeeded(places_.commit);
  for (const auto& [place, statement] : parsed_) {
    if (succeeded(place)) statement->set_ready();
  }
  for (std::size_t place = first_; place < items.size() && !outcome_.error; ++place) {
    if (items[place].error) outcome_.error = std::move(*items[place].error);
  }
}

/// What failed before the COMMIT has made the server skip that too.
Exchange::Progress Query::roll_back() {
  const TransactionStatus status = wire().transaction_status();
  const bool open = status == TransactionStatus::in_transaction || status == TransactionStatus::in_error;
  // While a cancel request is about, the next statement could be what it hits.
  if (!open || (!glue_.commit && !again_) || is_cut()) return go_again();
  rolling_back_ = wire().start("ROLLBACK");
  return rolling_back_ ? Progress::on : Progress::over;
}

bool Query::worth_another_try(const std::optional<ErrorFields>& error) {
  if (!error || statement_ == nullptr || !outside_ || retried_ || is_cut() || !wire().usable()) return false;
  const bool gone = error->sqlstate == "26000";
  // The code alone says too little: many things are not supported.
  const bool changed = error->sqlstate == "0A000" && error->routine == "RevalidateCachedQuery";
  if (!gone && !changed) return false;
  for (auto* kept : {statement_.get(), begin_.get(), commit_.get()}) {
    if (kept == nullptr) continue;
    if (gone) kept->set_gone();
    kept->rename();
  }
  retried_ = true;
  return true;
}

Result Query::finish() {
  try {
    judge();
  } catch (const DatabaseConnectionError& error) {
    if (glue_.commit) throw commit_in_doubt(error);
    throw;
  } catch (DatabaseError& error) {
    const bool done = places_.run != k_nowhere && flight_.items()[places_.run].result.has_value();
    if (glue_.commit && done) error.set_phase(FailurePhase::commit);
    throw;
  }
  if (places_.run == k_nowhere && places_.prepare == k_nowhere) {
    channel().note_tag(outcome_.last.value());
    return std::move(*outcome_.last);
  }
  auto& items = flight_.items();
  if (committed_ && items[places_.commit].result->command_tag() == "ROLLBACK") throw rolled_back();
  auto& result = items[run_ ? places_.run : places_.prepare].result;
  if (!result) {
    channel().lose("its answer was incomplete");
    channel().require_idle();
  }
  channel().note_tag(*result);
  return std::move(result).value();
}

}  // namespace migrate::engine::detail
