#include "migrate/engine/transaction.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "support/temp_database.hpp"

using namespace migrate::engine;
using Catch::Contains;
using migrate::test::TempDatabase;

TEST_CASE("a committed transaction stays, a forgotten one leaves nothing", "[engine][transaction]") {
  const TempDatabase database;
  auto connection = database.connect();
  {
    auto transaction = connection.begin();
    connection.execute("CREATE TABLE kept ()");
    CHECK(transaction.open());
    transaction.commit();
    CHECK_FALSE(transaction.open());
  }
  {
    const auto transaction = connection.begin();
    connection.execute("CREATE TABLE forgotten ()");
  }
  CHECK(connection.transaction_status() == TransactionStatus::idle);
  CHECK(database.query("SELECT to_regclass('kept') || coalesce(to_regclass('forgotten')::text, '-')") == "kept-");
}

TEST_CASE("a COMMIT answered by ROLLBACK is an error", "[engine][transaction]") {
  const TempDatabase database;
  auto connection = database.connect();
  auto transaction = connection.begin();
  connection.execute("CREATE TABLE t ()");
  CHECK_THROWS_AS(connection.execute("nonsense"), SqlError);
  try {
    transaction.commit();
    FAIL("it looked committed");
  } catch (const SqlError& error) {
    CHECK(error.sqlstate() == "25P02");
    CHECK_THAT(error.what(), Contains("rolled back instead of committed"));
  }
  CHECK_FALSE(transaction.open());
  CHECK(connection.transaction_status() == TransactionStatus::idle);
}

TEST_CASE("a COMMIT refused by a deferred constraint ends the transaction", "[engine][transaction]") {
  const TempDatabase database;
  auto connection = database.connect();
  connection.execute("CREATE TABLE t (a int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
  auto transaction = connection.begin();
  connection.execute("INSERT INTO t VALUES (1), (1)");
  CHECK_THROWS_AS(transaction.commit(), SqlError);
  CHECK_FALSE(transaction.open());
  CHECK(connection.transaction_status() == TransactionStatus::idle);
}

TEST_CASE("the mode of a transaction is the server's own words", "[engine][transaction]") {
  const TempDatabase database;
  auto connection = database.connect();
  {
    const auto transaction = connection.begin("ISOLATION LEVEL SERIALIZABLE, READ ONLY");
    CHECK(connection.execute("SHOW transaction_isolation").scalar() == "serializable");
    CHECK_THROWS_AS(connection.execute("CREATE TABLE t ()"), SqlError);
  }
  CHECK_THROWS_AS(connection.begin("; DROP TABLE x"), DatabaseArgumentError);
  CHECK_THROWS_AS(connection.begin("NONSENSE"), SqlError);
  CHECK(connection.transaction_status() == TransactionStatus::idle);
}

TEST_CASE("a transaction inside another is refused", "[engine][transaction]") {
  const TempDatabase database;
  auto connection = database.connect();
  auto outer = connection.begin();
  connection.execute("CREATE TABLE t ()");
  CHECK_THROWS_AS(connection.begin(), DatabaseArgumentError);
  outer.commit();
  CHECK(database.query("SELECT to_regclass('t')") == "t");
}

TEST_CASE("a transaction that a statement ended cannot be committed", "[engine][transaction]") {
  const TempDatabase database;
  auto connection = database.connect();
  auto transaction = connection.begin();
  connection.execute("ROLLBACK");
  CHECK_THROWS_WITH(transaction.commit(), Contains("has ended already"));
  CHECK_THROWS_AS(transaction.commit(), DatabaseArgumentError);
}

TEST_CASE("rolling back may be repeated, and after a commit it does nothing", "[engine][transaction]") {
  const TempDatabase database;
  auto connection = database.connect();
  auto first = connection.begin();
  first.rollback();
  first.rollback();
  auto second = connection.begin();
  auto moved = std::move(second);
  CHECK_FALSE(second.open());  // NOLINT(bugprone-use-after-move): what it is then is the question
  moved.commit();
  moved.rollback();
  CHECK(connection.transaction_status() == TransactionStatus::idle);
}

TEST_CASE("a connection lost at COMMIT leaves the outcome open, and says so", "[engine][transaction]") {
  const TempDatabase database;
  auto connection = database.connect();
  auto transaction = connection.begin();
  connection.execute("CREATE TABLE t ()");
  database.execute("SELECT pg_terminate_backend(" + std::to_string(connection.backend_pid()) + ", 5000)");
  CHECK_THROWS_WITH(transaction.commit(), Contains("it may have taken effect"));
  CHECK_FALSE(transaction.open());
}

TEST_CASE("a transaction on a lost connection ends without a sound", "[engine][transaction]") {
  const TempDatabase database;
  auto connection = database.connect();
  {
    const auto transaction = connection.begin();
    database.execute("SELECT pg_terminate_backend(" + std::to_string(connection.backend_pid()) + ", 5000)");
  }
  CHECK_FALSE(connection.alive());
}
