#include <catch2/catch.hpp>

#include "migrate/base/text.hpp"
#include "migrate/sql/statement.hpp"
#include "migrate/sql/syntax.hpp"
#include "support/temp_database.hpp"

using migrate::engine::SqlError;
using migrate::engine::TransactionStatus;
using migrate::sql::split;
using migrate::sql::TransactionControl;
using migrate::test::TempDatabase;

namespace {

/// SQLSTATE of the statement inside a transaction that is rolled back; empty when it succeeded.
std::string state_inside_transaction(migrate::engine::Connection& connection, std::string_view sql) {
  connection.execute("BEGIN");
  std::string state;
  try {
    connection.execute(sql);
  } catch (const SqlError& error) {
    state = error.sqlstate();
  }
  connection.execute("ROLLBACK");
  return state;
}

}  // namespace

TEST_CASE("the server refuses inside a transaction what we say it refuses, and nothing else", "[sql]") {
  const TempDatabase database;
  database.execute(
      "CREATE TABLE t (a int PRIMARY KEY); CREATE INDEX i ON t (a); CREATE SCHEMA s;"
      "CREATE TABLE parted (a int) PARTITION BY LIST (a);"
      "CREATE TABLE p PARTITION OF parted FOR VALUES IN (1); CREATE TYPE e AS ENUM ('a')");
  auto connection = database.connect();
  for (const char* sql : {
           "CREATE INDEX CONCURRENTLY j ON t (a)",
           "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS j ON t (a)",
           "CREATE INDEX j ON t (a)",
           "DROP INDEX CONCURRENTLY i",
           "DROP INDEX i",
           "REINDEX TABLE CONCURRENTLY t",
           "REINDEX (CONCURRENTLY) TABLE t",
           "REINDEX (CONCURRENTLY off) TABLE t",
           "REINDEX TABLE t",
           "REINDEX SCHEMA s",
           "REINDEX SYSTEM nowhere",
           "REINDEX DATABASE nowhere",
           "VACUUM t",
           "VACUUM (ANALYZE)",
           "ANALYZE t",
           "CLUSTER",
           "CLUSTER VERBOSE",
           "CLUSTER t USING i",
           "CREATE DATABASE nowhere",
           "DROP DATABASE nowhere",
           "ALTER DATABASE nowhere SET TABLESPACE pg_default",
           "ALTER DATABASE nowhere SET default_tablespace = 'x'",
           "CREATE TABLESPACE x LOCATION '/nowhere'",
           "DROP TABLESPACE nowhere",
           "ALTER SYSTEM SET work_mem = '4MB'",
           "ALTER TABLE parted DETACH PARTITION p CONCURRENTLY",
           "ALTER TABLE parted DETACH PARTITION p",
           "ALTER TYPE e ADD VALUE 'b'",
           "DISCARD ALL",
           "DISCARD PLANS",
           "COMMIT PREPARED 'nowhere'",
           "CREATE SUBSCRIPTION x CONNECTION 'host=/nowhere' PUBLICATION p",
           "CREATE SUBSCRIPTION x CONNECTION 'host=/nowhere' PUBLICATION p WITH (connect = false)",
           "LOCK TABLE t",
           "TRUNCATE t",
           "REFRESH MATERIALIZED VIEW CONCURRENTLY nowhere",
           "CHECKPOINT",
       }) {
    INFO(sql);
    const auto statements = split(sql);
    REQUIRE(statements.size() == 1);
    CHECK((state_inside_transaction(connection, sql) == "25001") == statements[0].refuses_transaction);
  }
}

TEST_CASE("the server opens and closes transactions where we say so", "[sql]") {
  const TempDatabase database;
  auto connection = database.connect();
  const auto check = [&](const char* sql, bool open_before, TransactionControl control) {
    INFO(sql);
    connection.execute(open_before ? "BEGIN; SAVEPOINT s" : "SELECT 1");
    connection.execute(sql);
    const bool open_after = connection.transaction_status() == TransactionStatus::in_transaction;
    if (open_after) connection.execute("ROLLBACK");
    CHECK(split(sql)[0].control == control);
    CHECK(open_after ==
          (control == TransactionControl::begins || (open_before && control != TransactionControl::ends)));
  };
  for (const char* sql : {"BEGIN", "BEGIN TRANSACTION READ ONLY", "START TRANSACTION"}) {
    check(sql, false, TransactionControl::begins);
  }
  for (const char* sql : {"COMMIT", "END WORK", "ROLLBACK", "ABORT"}) check(sql, true, TransactionControl::ends);
  for (const char* sql :
       {"SAVEPOINT t", "RELEASE s", "RELEASE SAVEPOINT s", "ROLLBACK TO s", "ROLLBACK WORK TO SAVEPOINT s"}) {
    check(sql, true, TransactionControl::savepoint);
  }
  for (const char* sql : {"SET TRANSACTION READ ONLY", "PREPARE transaction AS SELECT 1"}) {
    check(sql, true, TransactionControl::none);
  }
}

TEST_CASE("the syntax check names the error and the place that the server names", "[sql]") {
  const TempDatabase database;
  auto connection = database.connect();
  for (const std::string sql : {"SELEC 1", "SELECT 'größe' FROM t WHERE WHERE", "CREATE TABLE t (a int,)", "SELECT (1",
                                "ALTER TABLE t ADD", "SELECT 1 1", "INSERT INTO t VALUES (1))", "SELECT U&'\\zzzz'"}) {
    INFO(sql);
    const auto ours = migrate::sql::check_syntax(sql);
    REQUIRE(ours);
    try {
      connection.execute(sql);
      FAIL("the server took it");
    } catch (const SqlError& error) {
      CHECK(error.fields().message == ours->message);
      REQUIRE(error.fields().position);
      CHECK(*error.fields().position - 1 ==
            migrate::base::count_characters(std::string_view(sql).substr(0, ours->offset)));
    }
  }
}
