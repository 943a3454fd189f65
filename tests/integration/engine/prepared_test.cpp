#include <catch2/catch.hpp>
#include <string>

#include "migrate/engine/connection.hpp"
#include "migrate/engine/transaction.hpp"
#include "support/temp_database.hpp"

using namespace migrate::engine;
using Catch::Contains;
using migrate::test::TempDatabase;

namespace {

int prepared_on_server(Connection& connection) {
  return connection.execute("SELECT count(*) FROM pg_prepared_statements").scalar<int>();
}

}  // namespace

TEST_CASE("a prepared statement is parsed once and run often", "[engine][prepared]") {
  const TempDatabase database;
  auto connection = database.connect();
  const auto twice = connection.prepare("SELECT $1::int * 2");
  for (int i = 0; i < 5; ++i) CHECK(connection.execute(twice, i).scalar<int>() == 2 * i);
  CHECK(prepared_on_server(connection) == 1);
  CHECK(connection.execute(twice, nullptr).scalar_or_none<int>() == std::nullopt);
  CHECK_THROWS_AS(connection.execute(twice), SqlError);
  CHECK_THROWS_WITH(connection.prepare("SELEC 1"), Contains("syntax error"));
  CHECK(connection.execute("SELECT 1").scalar<int>() == 1);
}

TEST_CASE("a prepared statement nobody holds any more leaves the server with a later one", "[engine][prepared]") {
  const TempDatabase database;
  auto connection = database.connect();
  {
    const auto statement = connection.prepare("SELECT 1");
    CHECK(prepared_on_server(connection) == 1);
  }
  const auto other = connection.prepare("SELECT 2");
  CHECK(prepared_on_server(connection) == 1);
  CHECK(connection.execute(other).scalar<int>() == 2);
}

TEST_CASE("a prepared statement of another connection is refused", "[engine][prepared]") {
  const TempDatabase database;
  auto one = database.connect();
  auto other = database.connect();
  const auto statement = one.prepare("SELECT 1");
  CHECK_THROWS_WITH(other.execute(statement), Contains("another connection"));
}

TEST_CASE("a prepared statement that the server has dropped is prepared again", "[engine][prepared]") {
  const TempDatabase database;
  auto connection = database.connect();
  const auto statement = connection.prepare("SELECT $1::text");
  connection.execute("DEALLOCATE " + statement.name());
  CHECK(connection.execute(statement, "still here").scalar<std::string>() == "still here");
  connection.execute("DISCARD ALL");
  CHECK(connection.execute(statement, "and again").scalar<std::string>() == "and again");
  CHECK(prepared_on_server(connection) == 1);
}

TEST_CASE("a prepared statement whose result would change is prepared again", "[engine][prepared]") {
  const TempDatabase database;
  auto connection = database.connect();
  connection.execute("CREATE TABLE t (a int); INSERT INTO t VALUES (1)");
  const auto all = connection.prepare("SELECT * FROM t");
  CHECK(connection.execute(all).columns() == 1);
  connection.execute("ALTER TABLE t ADD b int");
  CHECK(connection.execute(all).columns() == 2);
  CHECK(prepared_on_server(connection) <= 2);
}

TEST_CASE("inside a transaction nothing is tried again, as the transaction has failed", "[engine][prepared]") {
  const TempDatabase database;
  auto connection = database.connect();
  connection.execute("CREATE TABLE t (a int)");
  const auto all = connection.prepare("SELECT * FROM t");
  connection.execute(all);
  connection.execute("ALTER TABLE t ADD b int");
  {
    const auto transaction = connection.begin();
    CHECK_THROWS_WITH(connection.execute(all), Contains("cached plan must not change result type"));
    CHECK(connection.transaction_status() == TransactionStatus::in_error);
  }
  CHECK(connection.execute(all).columns() == 2);
}

TEST_CASE("0A000 of another cause is the caller's", "[engine][prepared]") {
  const TempDatabase database;
  auto connection = database.connect();
  connection.set_statement_cache(4);
  connection.execute(
      "CREATE FUNCTION f(int) RETURNS int LANGUAGE plpgsql AS "
      "$$ BEGIN RAISE EXCEPTION 'not today' USING ERRCODE = '0A000'; END $$");
  for (int i = 0; i < 3; ++i) CHECK_THROWS_WITH(connection.execute("SELECT f($1)", i), Contains("not today"));
  CHECK(prepared_on_server(connection) == 1);
}

TEST_CASE("nothing is kept prepared unless it is asked for", "[engine][prepared]") {
  const TempDatabase database;
  auto connection = database.connect();
  for (int i = 0; i < 3; ++i) connection.execute("SELECT $1::int", i);
  CHECK(prepared_on_server(connection) == 0);
}

TEST_CASE("the cache keeps the statements used last, and tells the server of the others", "[engine][prepared]") {
  const TempDatabase database;
  auto connection = database.connect();
  connection.set_statement_cache(3);
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 5; ++i) {
      const auto sql = "SELECT $1::int + " + std::to_string(i);
      CHECK(connection.execute(sql, 10).scalar<int>() == 10 + i);
      CHECK(connection.execute(sql, 20).scalar<int>() == 20 + i);
    }
  }
  CHECK(prepared_on_server(connection) <= 4);
  CHECK(
      connection.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE $1", "%+ 4").scalar<int>() ==
      1);
  connection.set_statement_cache(0);
  connection.set_statement_cache(1);
  connection.execute("SELECT $1::int", 1);
  CHECK(prepared_on_server(connection) == 1);
}

TEST_CASE("a statement that cannot be parsed is not taken for prepared", "[engine][prepared]") {
  const TempDatabase database;
  auto connection = database.connect();
  connection.set_statement_cache(3);
  for (int i = 0; i < 2; ++i) {
    try {
      connection.execute("SELECT nope FROM missing WHERE a = $1", i);
      FAIL("there is no such table");
    } catch (const SqlError& error) {
      CHECK(error.sqlstate() == "42P01");
      CHECK(error.fields().position == 18U);
    }
  }
  connection.execute("CREATE TABLE missing (nope int, a int)");
  CHECK(connection.execute("SELECT nope FROM missing WHERE a = $1", 1).rows() == 0);
}

TEST_CASE("in a transaction the cache prepares, but drops nothing", "[engine][prepared]") {
  const TempDatabase database;
  auto connection = database.connect();
  connection.set_statement_cache(1);
  auto transaction = connection.begin();
  for (int i = 0; i < 4; ++i) connection.execute("SELECT $1::int + " + std::to_string(i), 1);
  CHECK(prepared_on_server(connection) == 4);
  transaction.commit();
  connection.execute("SELECT $1::int + 9", 1);
  CHECK(prepared_on_server(connection) == 1);
}

TEST_CASE("statements that must stand alone can be prepared and cached", "[engine][prepared]") {
  const TempDatabase database;
  auto connection = database.connect();
  connection.set_statement_cache(1);
  connection.execute("CREATE TABLE t (a int)");
  connection.execute("SELECT $1::int", 1);
  // Makes room first, in the same flight.
  connection.execute("VACUUM t", Parameters());
  connection.execute("COPY t TO STDOUT", Parameters());
  CHECK(connection.alive());
}

TEST_CASE("more parameters than the protocol counts are refused before they are sent", "[engine][prepared]") {
  const TempDatabase database;
  auto connection = database.connect();
  Parameters many;
  for (int i = 0; i < 65536; ++i) many.add(i);
  CHECK_THROWS_WITH(connection.execute("SELECT 1", many), Contains("65536 parameters"));
  CHECK(connection.execute("SELECT 1").scalar<int>() == 1);
}
