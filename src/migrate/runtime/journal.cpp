#include "migrate/runtime/journal.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "migrate/sql/quote.hpp"

namespace migrate::runtime {
namespace {

using sql::quote_literal;

constexpr std::string_view k_suffix = "_log";

/// A longer section is remembered by its checksum alone.
constexpr std::size_t k_longest_body = 16384;

std::string text_or_null(std::string_view value) {
  return value.empty() ? "NULL" : quote_literal(value);
}

int as_int(const std::optional<std::string_view>& text) {
  return text ? std::atoi(std::string(*text).c_str()) : 0;
}

/// Rows about single statements that no row about the whole step has followed.
std::string begun_condition(const std::string& table) {
  return fmt::format(
      "l.statement IS NOT NULL AND NOT EXISTS (SELECT FROM {} AS whole WHERE whole.revision = l.revision"
      " AND whole.statement IS NULL AND whole.outcome = 'done' AND whole.id > l.id)",
      table);
}

}  // namespace

Journal::Journal(const VersionTable& versions, JournalOptions options, bool exists)
    : qualified_(versions.sibling(k_suffix)), options_(std::move(options)), exists_(exists) {}

Journal Journal::locate(engine::Connection& connection, const VersionTable& versions, JournalOptions options) {
  if (!options.enabled) return {};
  Journal journal(versions, std::move(options), false);
  const auto found =
      connection.execute(fmt::format("SELECT pg_catalog.to_regclass({})", quote_literal(journal.qualified_)));
  journal.exists_ = found.scalar().has_value();
  return journal;
}

std::string Journal::create_statement(bool if_not_exists) const {
  return fmt::format(
      "CREATE TABLE {}{} (id pg_catalog.int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
      " revision pg_catalog.text NOT NULL, direction pg_catalog.text NOT NULL, statement pg_catalog.int4,"
      " statements pg_catalog.int4, checksum pg_catalog.text, outcome pg_catalog.text NOT NULL,"
      " started_at pg_catalog.timestamptz NOT NULL, finished_at pg_catalog.timestamptz,"
      " duration_ms pg_catalog.float8, who pg_catalog.text NOT NULL, host pg_catalog.text, tool pg_catalog.text,"
      " message pg_catalog.text, body pg_catalog.text)",
      if_not_exists ? "IF NOT EXISTS " : "", qualified_);
}

std::string_view Journal::columns() {
  return "revision, direction, statement, statements, checksum, outcome, started_at, finished_at, duration_ms, who,"
         " host, tool, message, body";
}

std::string Journal::values(const Values& given) const {
  const std::string_view now = "pg_catalog.clock_timestamp()";
  std::string start = options_.script ? "pg_catalog.now()" : "pg_catalog.statement_timestamp()";
  std::string duration = fmt::format("1000 * EXTRACT(epoch FROM {} - {})::pg_catalog.float8", now, start);
  if (given.milliseconds >= 0) {
    duration = fmt::format("{:.3f}", given.milliseconds);
    start = fmt::format("{} - '{} milliseconds'::pg_catalog.interval", now, duration);
  }
  const bool begun = given.outcome == "'started'";
  return fmt::format("{}, {}, {}, {}, {}, {}, {}, {}, {}, session_user, {}, {}, {}, {}", given.revision,
                     given.direction, given.statement, given.statements, given.checksum, given.outcome, start,
                     begun ? "NULL" : now, begun ? "NULL" : duration, text_or_null(options_.host),
                     text_or_null(options_.tool), given.message, given.body);
}

Journal::Values Journal::literals(const JournalEntry& entry) {
  return {.revision = quote_literal(entry.revision),
          .direction = quote_literal(entry.direction),
          .statement = entry.statement ? fmt::to_string(*entry.statement) : "NULL",
          .statements = entry.statements > 0 ? fmt::to_string(entry.statements) : "NULL",
          .checksum = text_or_null(entry.checksum),
          .outcome = quote_literal(entry.outcome),
          .body = text_or_null(entry.body),
          .message = text_or_null(entry.message),
          .milliseconds = entry.milliseconds};
}

std::string Journal::insert(const JournalEntry& entry) const {
  return fmt::format("INSERT INTO {} ({}) VALUES ({})", qualified_, columns(), values(literals(entry)));
}

std::string Journal::finish(const JournalEntry& entry) const {
  return fmt::format(
      "UPDATE {0} SET outcome = {1}, message = {2}, finished_at = pg_catalog.clock_timestamp(),"
      " duration_ms = 1000 * EXTRACT(epoch FROM pg_catalog.clock_timestamp() - started_at)::pg_catalog.float8"
      " WHERE id = (SELECT pg_catalog.max(id) FROM {0} WHERE revision = {3} AND direction = {4} AND statement = {5})",
      qualified_, quote_literal(entry.outcome), text_or_null(entry.message), quote_literal(entry.revision),
      quote_literal(entry.direction), entry.statement.value_or(0));
}

std::vector<JournalRow> Journal::read(engine::Connection& connection, std::string_view revision,
                                      std::size_t limit) const {
  std::vector<JournalRow> rows;
  if (!exists_) return rows;
  const auto found = connection.execute(fmt::format(
      "SELECT revision, direction, statement, statements, coalesce(checksum, ''), outcome,"
      " pg_catalog.to_char(started_at, 'YYYY-MM-DD HH24:MI:SS.MS TZH:TZM'),"
      " coalesce(pg_catalog.to_char(finished_at, 'YYYY-MM-DD HH24:MI:SS.MS TZH:TZM'), ''), duration_ms, who,"
      " coalesce(host, ''), coalesce(tool, ''), coalesce(message, '') FROM {}{} ORDER BY id DESC{}",
      qualified_, revision.empty() ? "" : fmt::format(" WHERE revision = {}", quote_literal(revision)),
      limit == 0 ? "" : fmt::format(" LIMIT {}", limit)));
  for (int row = 0; row < found.rows(); ++row) {
    const auto text = [&](int column) { return std::string(found.text(row, column)); };
    const auto statement = found.get(row, 2);
    const auto duration = found.get(row, 8);
    rows.push_back({text(0), text(1), statement ? std::optional(as_int(statement)) : std::nullopt,
                    as_int(found.get(row, 3)), text(4), text(5), text(6), text(7),
                    duration ? std::strtod(std::string(*duration).c_str(), nullptr) : 0, text(9), text(10), text(11),
                    text(12)});
  }
  return rows;
}

std::map<std::string, AppliedRevision, std::less<>> Journal::applied(engine::Connection& connection) const {
  std::map<std::string, AppliedRevision, std::less<>> known;
  if (!exists_) return known;
  const auto found =
      connection.execute(fmt::format("SELECT DISTINCT ON (revision) revision, direction, coalesce(checksum, '') FROM {}"
                                     " WHERE statement IS NULL AND outcome = 'done' ORDER BY revision, id DESC",
                                     qualified_));
  for (int row = 0; row < found.rows(); ++row) {
    known.emplace(found.text(row, 0),
                  AppliedRevision{std::string(found.text(row, 1)), std::string(found.text(row, 2))});
  }
  return known;
}

std::string Journal::body(engine::Connection& connection, std::string_view revision) const {
  const auto found = connection.execute(
      fmt::format("SELECT coalesce(body, '') FROM {} WHERE revision = {} AND statement IS NULL AND outcome = 'done'"
                  " AND direction IN ('upgrade', 'accept') ORDER BY id DESC LIMIT 1",
                  qualified_, quote_literal(revision)));
  return found.rows() == 0 ? std::string() : std::string(found.text(0, 0));
}

std::vector<BegunStatement> Journal::begun(engine::Connection& connection, std::string_view revision,
                                           std::string_view direction) const {
  std::vector<BegunStatement> statements;
  if (!exists_) return statements;
  const auto found = connection.execute(
      fmt::format("SELECT DISTINCT ON (l.statement) l.statement, coalesce(l.checksum, ''), l.outcome,"
                  " EXISTS (SELECT FROM {0} AS later WHERE later.statement IS NULL AND later.outcome = 'done'"
                  " AND later.direction = 'downgrade' AND later.id > l.id) FROM {0} AS l"
                  " WHERE l.revision = {1} AND l.direction = {2} AND {3} ORDER BY l.statement, l.id DESC",
                  qualified_, quote_literal(revision), quote_literal(direction), begun_condition(qualified_)));
  for (int row = 0; row < found.rows(); ++row) {
    statements.push_back({static_cast<std::size_t>(as_int(found.get(row, 0))), std::string(found.text(row, 1)),
                          std::string(found.text(row, 2)), found.text(row, 3) == "t"});
  }
  return statements;
}

std::vector<Journal::HalfDone> Journal::half_done(engine::Connection& connection) const {
  std::vector<HalfDone> rows;
  if (!exists_) return rows;
  const auto found = connection.execute(fmt::format(
      "SELECT DISTINCT ON (l.revision) l.revision, l.direction, l.statement, l.statements, l.outcome FROM {} AS l"
      " WHERE {} ORDER BY l.revision, l.id DESC",
      qualified_, begun_condition(qualified_)));
  for (int row = 0; row < found.rows(); ++row) {
    rows.push_back({std::string(found.text(row, 0)), std::string(found.text(row, 1)), as_int(found.get(row, 2)),
                    as_int(found.get(row, 3)), std::string(found.text(row, 4))});
  }
  return rows;
}

JournalEntry journal_entry(const PreparedStep& step) {
  JournalEntry entry;
  const bool to_base = step.step.stamp && step.step.to.empty();
  entry.revision = to_base ? std::string_view("base") : std::string_view(step.step.revision);
  entry.direction = step.step.stamp ? "stamp" : to_string(step.step.direction);
  entry.statements = step.statements.size();
  entry.checksum = step.checksum;
  if (step.body.length <= k_longest_body) entry.body = step.body.of(step.text);
  return entry;
}

}  // namespace migrate::runtime
