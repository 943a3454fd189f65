#include "migrate/runtime/version_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/base/text.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::runtime {
namespace {

using sql::quote_identifier;
using sql::quote_literal;

/// One row: the schema the table was found in, and the one it would be made in. Fails with undefined_column when the
/// table is not a version table. Function calls alone: a new session spends three times as long on joins of catalogs.
std::string locate_query(std::string_view schema, std::string_view table) {
  return fmt::format(
      "SELECT (pg_catalog.pg_identify_object_as_address('pg_catalog.pg_class'::pg_catalog.regclass, {0}, 0))"
      ".object_names[1], {1}, pg_catalog.has_column_privilege({0}, 'version_num', 'SELECT')",
      fmt::format("pg_catalog.to_regclass({})", quote_literal(sql::quote_qualified(schema, table))),
      schema.empty() ? "pg_catalog.current_schema()" : quote_literal(schema));
}

engine::Result look(engine::Connection& connection, std::string_view schema, std::string_view table) {
  try {
    return connection.execute(locate_query(schema, table));
  } catch (const engine::SqlError& error) {
    if (error.sqlstate() != "42703") throw;
    throw VersionTableError(fmt::format("{} exists but has no column version_num: it is not a version table",
                                        sql::quote_qualified(schema, table)),
                            "Set version_table in alembic.toml to another name.");
  }
}

}  // namespace

VersionTable::VersionTable(std::string schema, std::string table, bool exists)
    : schema_(std::move(schema)),
      table_(std::move(table)),
      qualified_(sql::quote_qualified(schema_, table_)),
      exists_(exists) {}

VersionTable VersionTable::locate(engine::Connection& connection, std::string_view schema, std::string_view table) {
  const engine::Result found = look(connection, schema, table);
  const auto place = found.get(0, 0);
  const auto home = place ? place : found.get(0, 1);
  if (!home) {
    throw VersionTableError(
        "search_path of this connection names no existing schema, so there is no place for the version table",
        "Set version_table_schema in alembic.toml, or search_path for the role or database.");
  }
  return {std::string(*home), std::string(table), place.has_value()};
}

std::string VersionTable::sibling(std::string_view suffix) const {
  constexpr std::size_t k_longest_name = 63;
  std::string name = table_.substr(0, k_longest_name - suffix.size());
  while (base::first_invalid_utf8(name)) name.pop_back();
  return sql::quote_qualified(schema_, name.append(suffix));
}

std::vector<std::string> VersionTable::read(engine::Connection& connection) const {
  std::vector<std::string> rows;
  if (!exists_) return rows;
  const engine::Result result = connection.execute("SELECT version_num FROM " + qualified_);
  for (int row = 0; row < result.rows(); ++row) {
    const auto value = result.get(row, 0);
    if (!value) throw VersionTableError(fmt::format("{} holds a NULL", qualified_), "Delete that row by hand.");
    rows.emplace_back(*value);
  }
  std::ranges::sort(rows);
  return rows;
}

std::string VersionTable::create_statement(bool if_not_exists) const {
  return fmt::format("CREATE TABLE {}{} (version_num VARCHAR(32) NOT NULL, CONSTRAINT {} PRIMARY KEY (version_num))",
                     if_not_exists ? "IF NOT EXISTS " : "", qualified_, quote_identifier(table_ + "_pkc"));
}

std::string VersionTable::change(const script::RowChange& change) const {
  if (change.from.empty()) {
    return fmt::format("INSERT INTO {} (version_num) VALUES ({})", qualified_, quote_literal(change.to));
  }
  if (change.to.empty()) {
    return fmt::format("DELETE FROM {} WHERE version_num = {}", qualified_, quote_literal(change.from));
  }
  return fmt::format("UPDATE {} SET version_num = {} WHERE version_num = {}", qualified_, quote_literal(change.to),
                     quote_literal(change.from));
}

std::vector<std::string> VersionTable::guarded_change(const script::RowChange& row) const {
  std::vector<std::string> statements;
  if (!row.from.empty()) {
    statements.push_back(
        fmt::format("SELECT 1 / (pg_catalog.count(*) = 1)::pg_catalog.int4 FROM"
                    " (SELECT FROM {} WHERE version_num = {} FOR UPDATE) AS version_row",
                    qualified_, quote_literal(row.from)));
  }
  statements.push_back(change(row));
  return statements;
}

}  // namespace migrate::runtime
