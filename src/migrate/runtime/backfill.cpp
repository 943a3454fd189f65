#include "migrate/runtime/backfill.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <random>

#include "migrate/base/digest.hpp"
#include "migrate/base/text.hpp"
#include "migrate/runtime/cpp_statements.hpp"
#include "migrate/runtime/failure.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::runtime {
namespace {

using sql::quote_literal;

void check(const schema::Request& request, const std::string& place) {
  const auto refuse = [&](const std::string& what, std::string hint) {
    throw CppFault(place, fmt::format("backfill of {}: {}", request.table, what), std::move(hint));
  };
  const auto& options = request.backfill;
  if (base::trim(options.set).empty())
    refuse("there is nothing to set", "Give .set, such as \"total = price * count\".");
  if (options.key.empty()) refuse("there is no key", "Give .key, a column with an index.");
  if (options.batch_size < 1) refuse("batch_size is below 1", "Give the rows of a batch, such as 1000.");
  if (options.pause_ms < 0) refuse("pause_ms is negative", "Give milliseconds, or 0 for no pause.");
}

/// The lines end first, in case a fragment ends with a comment.
std::string update(const std::string& table, const std::string& set, const std::string& range,
                   const std::string& where) {
  std::string text = fmt::format("UPDATE {} SET {}", table, set);
  std::string conditions = range;
  if (!where.empty()) conditions += fmt::format("{}({}\n)", range.empty() ? "" : " AND ", where);
  if (!conditions.empty()) text += fmt::format("\nWHERE {}", conditions);
  return text;
}

/// Others may be in the way now and gone a moment later: lock_not_available, deadlock, serialization failure.
bool is_passing(const engine::SqlError& error) {
  return error.sqlstate() == "55P03" || error.sqlstate() == "40P01" || error.sqlstate() == "40001";
}

/// Full jitter between 200 ms and a ceiling that doubles up to 5 s.
std::chrono::milliseconds pause_before_retry(int attempt) {
  thread_local std::mt19937 random{std::random_device{}()};
  return std::chrono::milliseconds(
      std::uniform_int_distribution<int>(200, std::min(5000, 200 << std::min(attempt, 5)))(random));
}

}  // namespace

Backfill::Backfill(Session& session, const PreparedStep& step, const schema::Request& request, std::string place,
                   const std::vector<std::string>& before)
    : session_(session),
      step_(step),
      options_(request.backfill),
      place_(std::move(place)),
      table_(sql::quote_qualified(options_.schema, request.table)),
      key_(fmt::format("{}.{}", sql::quote_identifier(request.table), sql::quote_identifier(options_.key))),
      cursors_(session.table().sibling("_backfill")) {
  check(request, place_);
  const std::string what = fmt::format("{}\n{}\n{}", options_.set, options_.where, options_.key);
  name_ = fmt::format(
      "{} {}: {}", to_string(step.step.direction), step.step.revision,
      options_.name.empty() ? fmt::format("{} {}", table_, base::sha256_hex(what).substr(0, 12)) : options_.name);
  progress_.table = options_.schema.empty() ? request.table : fmt::format("{}.{}", options_.schema, request.table);
  look_up(before);
}

void Backfill::look_up(const std::vector<std::string>& before) {
  before_digest_ = base::sha256_hex(base::join(before, "\n;\n"));
  cursors_exist_ = ask(fmt::format("SELECT pg_catalog.to_regclass({})", quote_literal(cursors_))).scalar().has_value();
  if (!cursors_exist_) return;
  const auto found =
      ask(fmt::format("SELECT cursor, rows, done, before FROM {} WHERE name = {}", cursors_, quote_literal(name_)));
  if (found.rows() == 0) return;
  stored_ = true;
  if (const auto cursor = found.get(0, 0)) cursor_ = std::string(*cursor);
  progress_.rows = std::stoll(std::string(found.text(0, 1)));
  progress_.resumed = true;
  done_ = found.text(0, 2) == "t";
  begun_ = found.text(0, 3) == before_digest_;
}

void Backfill::begin(Message& message) {
  const auto facts = ask(
      fmt::format("SELECT pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,"
                  " coalesce((SELECT sum(greatest(p.reltuples, 0)) FROM pg_catalog.pg_partition_tree(c.oid) AS part"
                  " JOIN pg_catalog.pg_class AS p ON p.oid = part.relid WHERE part.isleaf), greatest(c.reltuples, 0))"
                  "::pg_catalog.int8"
                  " FROM pg_catalog.pg_class AS c LEFT JOIN pg_catalog.pg_attribute AS a"
                  " ON a.attrelid = c.oid AND a.attname = {} AND a.attnum > 0 AND NOT a.attisdropped"
                  " WHERE c.oid = pg_catalog.to_regclass({})",
                  quote_literal(options_.key), quote_literal(table_)));
  if (facts.rows() == 0) {
    throw CppFault(place_, fmt::format("backfill: there is no table {}", progress_.table),
                   "Look at the name and the schema.");
  }
  if (!facts.get(0, 0)) {
    throw CppFault(place_, fmt::format("backfill: {} has no column {} to go along", progress_.table, options_.key),
                   "Give .key: a column with an index, best the primary key.");
  }
  key_type_ = facts.text(0, 0);
  key_nullable_ = facts.text(0, 1) != "t";
  progress_.estimated_rows = std::stoll(std::string(facts.text(0, 2)));
  if (!cursors_exist_) {
    message.add(Purpose::frame,
                fmt::format("CREATE TABLE {} (name pg_catalog.text PRIMARY KEY, revision pg_catalog.text NOT NULL,"
                            " cursor pg_catalog.text, rows pg_catalog.int8 NOT NULL DEFAULT 0,"
                            " done pg_catalog.bool NOT NULL DEFAULT false, before pg_catalog.text NOT NULL,"
                            " updated_at pg_catalog.timestamptz NOT NULL DEFAULT pg_catalog.now())",
                            cursors_));
  }
  if (!stored_) {
    message.add(Purpose::frame,
                fmt::format("INSERT INTO {} (name, revision, before) VALUES ({}, {}, {})", cursors_,
                            quote_literal(name_), quote_literal(step_.step.revision), quote_literal(before_digest_)));
  } else if (!begun_) {
    message.add(Purpose::frame, fmt::format("UPDATE {} SET before = {} WHERE name = {}", cursors_,
                                            quote_literal(before_digest_), quote_literal(name_)));
  }
}

void Backfill::run() {
  note_progress(done_);
  if (progress_.resumed) tell();
  if (done_) return;
  while (const auto last = next_key()) {
    if (progress_.batches > 0) pause();
    change_batch(*last);
  }
  finish();
}

std::string Backfill::as_key(const std::string& text) const {
  return fmt::format("{}::{}", quote_literal(text), key_type_);
}

std::string Backfill::after_cursor() const {
  if (cursor_) return fmt::format("{} > {}", key_, as_key(*cursor_));
  return fmt::format("{} IS NOT NULL", key_);
}

std::optional<std::string> Backfill::next_key() {
  // Through JSON, which writes dates and times as ISO 8601 whatever DateStyle says.
  const auto found =
      ask(fmt::format("SELECT pg_catalog.to_json(k) #>> '{{}}' FROM"
                      " (SELECT {0} AS k FROM {1} WHERE {2} ORDER BY {0} LIMIT {3}) AS batch ORDER BY k DESC LIMIT 1",
                      key_, table_, after_cursor(), options_.batch_size));
  const auto key = found.scalar();
  return key ? std::optional<std::string>(*key) : std::nullopt;
}

std::string Backfill::change(const std::string& range, const std::string& cursor) const {
  return fmt::format(
      "WITH migrate_changed AS ({}\nRETURNING 1) UPDATE {} SET {}, updated_at = pg_catalog.now(),"
      " rows = rows + (SELECT pg_catalog.count(*) FROM migrate_changed) WHERE name = {} RETURNING rows",
      update(table_, options_.set, range, options_.where), cursors_, cursor, quote_literal(name_));
}

void Backfill::change_batch(const std::string& last_key) {
  const std::string range = fmt::format("{} AND {} <= {}", after_cursor(), key_, as_key(last_key));
  const auto rows = ask(change(range, fmt::format("cursor = {}", quote_literal(last_key)))).scalar();
  cursor_ = last_key;
  if (rows) progress_.rows = std::stoll(std::string(*rows));
  ++progress_.batches;
  note_progress(false);
  tell();
}

void Backfill::finish() {
  if (key_nullable_) {
    const auto rows = ask(change(fmt::format("{} IS NULL", key_), "done = true")).scalar();
    if (rows) progress_.rows = std::stoll(std::string(*rows));
  } else {
    ask(fmt::format("UPDATE {} SET done = true WHERE name = {}", cursors_, quote_literal(name_)));
  }
  note_progress(true);
  tell();
}

void Backfill::tell() const {
  if (session_.events().on_backfill) session_.events().on_backfill(step_, progress_);
}

void Backfill::note_progress(bool done) {
  progress_.done = done;
  session_.kept().backfill =
      done ? fmt::format("the backfill of {} is done and stays: the next run goes on behind it.", progress_.table)
           : fmt::format("the backfill of {} has changed {} rows so far, which stay: the next run goes on behind them.",
                         progress_.table, progress_.rows);
}

engine::Result Backfill::ask(const std::string& sql) {
  for (int attempt = 1;; ++attempt) {
    try {
      return session_.connection().execute(sql);
    } catch (const engine::SqlError& error) {
      const bool alone = session_.connection().transaction_status() == engine::TransactionStatus::idle;
      const bool again = alone && is_passing(error) && attempt <= session_.options().lock_retries;
      if (!again) session_.fail(step_, describe_failure(step_, place_, sql, error));
      if (session_.events().on_retry) session_.events().on_retry(step_, attempt, error.what());
      (void)session_.pause(pause_before_retry(attempt));  // an interrupt is noticed by the next statement
    } catch (const engine::DatabaseError& error) {
      session_.fail(step_, describe_failure(step_, place_, sql, error));
    }
  }
}

/// An interrupt ends it; the next statement notices.
void Backfill::pause() const {
  if (options_.pause_ms <= 0) return;
  pollfd interrupt{session_.options().interrupt_fd, POLLIN, 0};
  ::poll(&interrupt, interrupt.fd >= 0 ? 1 : 0, options_.pause_ms);
}

void Backfill::add_end(Message& message, const VersionTable& table, const PreparedStep& step) {
  const std::string cursors = table.sibling("_backfill");
  message.add(Purpose::frame,
              fmt::format("DELETE FROM {} WHERE revision = {}", cursors, quote_literal(step.step.revision)));
  const std::string drop =
      fmt::format("BEGIN IF NOT EXISTS (SELECT FROM {0}) THEN DROP TABLE {0}; END IF; END", cursors);
  message.add(Purpose::frame, fmt::format("DO {}", quote_literal(drop)));
}

std::string Backfill::whole_statement(const schema::Request& request, const std::string& place) {
  check(request, place);
  return update(sql::quote_qualified(request.backfill.schema, request.table), request.backfill.set, "",
                request.backfill.where);
}

}  // namespace migrate::runtime
