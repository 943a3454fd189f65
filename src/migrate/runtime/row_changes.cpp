#include "migrate/runtime/row_changes.hpp"

#include <fmt/format.h>

#include <functional>

#include "migrate/sql/quote.hpp"

namespace migrate::runtime {
namespace {

/// PostgreSQL plans a prepared statement anew five times before it settles on a plan.
constexpr std::size_t k_worth_preparing = 10;

/// Different for each table, lest a pooled session lends us what an earlier run prepared for another one.
std::string statement_name(const VersionTable& table) {
  return fmt::format("migrate_move_{:016x}", std::hash<std::string>{}(table.qualified_name()));
}

std::string prepare_statement(const VersionTable& table, const Journal& journal) {
  std::string types = "pg_catalog.varchar, pg_catalog.varchar";
  std::string noted;
  if (journal.enabled()) {
    types += ", pg_catalog.text, pg_catalog.text, pg_catalog.int4, pg_catalog.text, pg_catalog.text";
    noted = fmt::format(", noted AS (INSERT INTO {} ({}) SELECT {} FROM moved)", journal.qualified_name(),
                        Journal::columns(),
                        journal.values({.revision = "$3",
                                        .direction = "$4",
                                        .statement = "NULL::pg_catalog.int4",
                                        .statements = "$5",
                                        .checksum = "$6",
                                        .outcome = "'done'",
                                        .body = "$7",
                                        .message = "NULL::pg_catalog.text"}));
  }
  return fmt::format(
      "PREPARE {} ({}) AS WITH moved AS (UPDATE {} SET version_num = $2 WHERE version_num = $1 RETURNING 1){}"
      " SELECT 1 / (pg_catalog.count(*) = 1)::pg_catalog.int4 FROM moved",
      statement_name(table), types, table.qualified_name(), noted);
}

/// Fails with division_by_zero unless exactly one row was moved.
std::string execute_statement(const VersionTable& table, const Journal& journal, const script::RowChange& change,
                              const JournalEntry& entry) {
  std::string noted;
  if (journal.enabled()) {
    const auto row = Journal::literals(entry);
    noted = fmt::format(", {}, {}, {}, {}, {}", row.revision, row.direction, row.statements, row.checksum, row.body);
  }
  return fmt::format("EXECUTE {} ({}, {}{})", statement_name(table), sql::quote_literal(change.from),
                     sql::quote_literal(change.to), noted);
}

/// One row that becomes another, and nothing else.
bool is_plain_move(const PreparedStep& step) {
  const auto& rows = step.step.rows;
  return rows.size() == 1 && !rows.front().from.empty() && !rows.front().to.empty();
}

}  // namespace

RowChanges::RowChanges(std::size_t steps) : prepared_(steps < k_worth_preparing ? Prepared::never : Prepared::no) {}

void RowChanges::add(Message& message, const VersionTable& table, const Journal& journal, const PreparedStep& step,
                     const JournalEntry& entry, bool bare_session) {
  executed_ = is_plain_move(step) && bare_session && prepared_ != Prepared::never;
  if (executed_) {
    if (prepared_ == Prepared::no) {
      message.add(Purpose::frame, prepare_statement(table, journal));
      prepared_ = Prepared::under_way;
    }
    message.add(Purpose::row_guard, execute_statement(table, journal, step.step.rows.front(), entry));
    return;
  }
  for (const auto& change : step.step.rows) {
    const auto statements = table.guarded_change(change);
    if (statements.size() > 1) message.add(Purpose::row_guard, statements.front());
    message.add(Purpose::row_change, statements.back());
  }
  if (journal.enabled()) message.add(Purpose::journal, journal.insert(entry));
}

void RowChanges::sent(bool deallocated) noexcept {
  executed_ = false;
  if (prepared_ == Prepared::under_way) prepared_ = Prepared::yes;
  if (prepared_ == Prepared::yes && deallocated) prepared_ = Prepared::no;
}

bool RowChanges::failed(const std::optional<engine::ErrorFields>& reason) {
  // 26000: no such prepared statement. 42P05: there is one already. After any other failure it is unknown whether the
  // statement was prepared: that outlives a rollback.
  const bool ours = executed_ && reason && (reason->sqlstate == "26000" || reason->sqlstate == "42P05");
  if (ours || prepared_ == Prepared::under_way) prepared_ = Prepared::never;
  return ours;
}

}  // namespace migrate::runtime
