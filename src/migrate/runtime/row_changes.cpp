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

std::string prepare_statement(const VersionTable& table) {
  return fmt::format(
      "PREPARE {} (pg_catalog.varchar, pg_catalog.varchar) AS WITH moved AS"
      " (UPDATE {} SET version_num = $2 WHERE version_num = $1 RETURNING 1)"
      " SELECT 1 / (pg_catalog.count(*) = 1)::pg_catalog.int4 FROM moved",
      statement_name(table), table.qualified_name());
}

/// Fails with division_by_zero unless exactly one row was moved.
std::string execute_statement(const VersionTable& table, const script::RowChange& change) {
  return fmt::format("EXECUTE {} ({}, {})", statement_name(table), sql::quote_literal(change.from),
                     sql::quote_literal(change.to));
}

}  // namespace

RowChanges::RowChanges(std::size_t steps) : prepared_(steps < k_worth_preparing ? Prepared::never : Prepared::no) {}

void RowChanges::add(Message& message, const VersionTable& table, const PreparedStep& step, bool bare_session) {
  executed_ = false;
  for (const auto& change : step.step.rows) {
    const bool moves = !change.from.empty() && !change.to.empty();
    if (moves && bare_session && prepared_ != Prepared::never) {
      if (prepared_ == Prepared::no) {
        message.add(Purpose::frame, prepare_statement(table));
        prepared_ = Prepared::under_way;
      }
      message.add(Purpose::row_guard, execute_statement(table, change));
      executed_ = true;
      continue;
    }
    const auto statements = table.guarded_change(change);
    if (statements.size() > 1) message.add(Purpose::row_guard, statements.front());
    message.add(Purpose::row_change, statements.back());
  }
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
