#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "migrate/engine/batch.hpp"
#include "migrate/engine/transaction.hpp"
#include "support/temp_database.hpp"

using namespace migrate::engine;
using Catch::Contains;
using migrate::test::TempDatabase;

namespace {

constexpr TransactionOptions k_lazy{.lazy = true};

struct Table {
  Table() { connection.execute("CREATE TABLE t (a int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)"); }
  int count() { return connection.execute("SELECT count(*) FROM t").scalar<int>(); }

  TempDatabase database;
  Connection connection = database.connect();
};

}  // namespace

TEST_CASE("options become the words of BEGIN", "[engine][transaction]") {
  const TempDatabase database;
  auto connection = database.connect();
  for (const bool lazy : {false, true}) {
    auto transaction = connection.begin(TransactionOptions{Isolation::serializable, true, true, lazy});
    CHECK(transaction.execute("SHOW transaction_isolation").scalar() == "serializable");
    CHECK(transaction.execute("SHOW transaction_read_only").scalar() == "on");
    CHECK(transaction.execute("SHOW transaction_deferrable").scalar() == "on");
    transaction.commit();
  }
  connection.execute("SET default_transaction_read_only = on");
  auto transaction = connection.begin(TransactionOptions{Isolation::repeatable_read, false, {}, false});
  CHECK(transaction.execute("SHOW transaction_isolation").scalar() == "repeatable read");
  CHECK(transaction.execute("SHOW transaction_read_only").scalar() == "off");
}

TEST_CASE("a lazy transaction begins with its first statement", "[engine][transaction]") {
  Table table;
  auto transaction = table.connection.begin(k_lazy);
  CHECK(table.connection.transaction_status() == TransactionStatus::idle);
  transaction.execute("INSERT INTO t VALUES ($1)", 1);
  CHECK(table.connection.transaction_status() == TransactionStatus::in_transaction);
  transaction.execute("INSERT INTO t VALUES (2)");
  transaction.rollback();
  CHECK(table.count() == 0);
}

TEST_CASE("a lazy transaction without statements asks nothing of the server", "[engine][transaction]") {
  Table table;
  table.connection.begin(k_lazy).commit();
  table.connection.begin(k_lazy).rollback();
  { const auto forgotten = table.connection.begin(k_lazy); }
  CHECK(table.connection.transaction_status() == TransactionStatus::idle);
}

TEST_CASE("a first statement that fails leaves the transaction failed, as any does", "[engine][transaction]") {
  Table table;
  auto transaction = table.connection.begin(k_lazy);
  CHECK_THROWS_AS(transaction.execute("SELECT 1 / $1::int", 0), SqlError);
  CHECK(table.connection.transaction_status() == TransactionStatus::in_error);
  CHECK_THROWS_WITH(transaction.commit(), Contains("rolled back instead of committed"));
  CHECK(table.connection.transaction_status() == TransactionStatus::idle);
}

TEST_CASE("a first statement that cannot be sent may be repeated", "[engine][transaction]") {
  Table table;
  auto transaction = table.connection.begin(k_lazy);
  CHECK_THROWS_AS(transaction.execute(std::string("SELECT \0", 8), 1), DatabaseArgumentError);
  transaction.execute("INSERT INTO t VALUES (1)");
  CHECK(table.connection.transaction_status() == TransactionStatus::in_transaction);
  transaction.commit();
  CHECK(table.count() == 1);
}

TEST_CASE("one statement in its transaction is one flight", "[engine][transaction]") {
  Table table;
  for (const std::size_t cache : {0, 4, 16}) {
    table.connection.set_statement_cache(cache);
    for (int i = 0; i < 3; ++i) {
      const int value = static_cast<int>(cache) + i;
      CHECK(table.connection.execute_in_transaction({}, "INSERT INTO t VALUES ($1)", value).affected_rows() == 1);
      CHECK(table.connection.transaction_status() == TransactionStatus::idle);
    }
  }
  CHECK(table.count() == 9);
  CHECK(table.connection.execute_in_transaction({Isolation::serializable, {}, {}, false}, "SHOW transaction_isolation")
            .scalar() == "serializable");
}

TEST_CASE("a transaction that begins with a statement is begun again when the server has lost what was prepared",
          "[engine][transaction]") {
  Table table;
  Connection& connection = table.connection;
  connection.set_statement_cache(8);
  const auto in_one = [&] {
    return connection.execute_in_transaction({}, "SELECT * FROM t WHERE a > $1", 0).columns();
  };
  const auto lazily = [&] {
    auto transaction = connection.begin(k_lazy);
    const int columns = transaction.execute("SELECT * FROM t WHERE a > $1", 0).columns();
    transaction.commit();
    return columns;
  };
  CHECK(in_one() == 1);
  CHECK(lazily() == 1);
  table.database.execute("ALTER TABLE t ADD b int");
  CHECK(in_one() == 2);
  table.database.execute("ALTER TABLE t ADD c int");
  CHECK(lazily() == 3);
  connection.execute(
      "DO $$ DECLARE n text; BEGIN FOR n IN SELECT name FROM pg_prepared_statements LOOP "
      "EXECUTE 'DEALLOCATE ' || quote_ident(n); END LOOP; END $$");
  CHECK(connection.execute("SELECT count(*) FROM pg_prepared_statements").scalar<int>() == 0);
  CHECK(in_one() == 3);
  CHECK(lazily() == 3);
  CHECK(connection.transaction_status() == TransactionStatus::idle);
}

TEST_CASE("one statement that fails in its transaction leaves nothing open", "[engine][transaction]") {
  Table table;
  CHECK_THROWS_WITH(table.connection.execute_in_transaction({}, "SELECT 1 / $1::int", 0), Contains("division by zero"));
  CHECK(table.connection.transaction_status() == TransactionStatus::idle);
  CHECK_THROWS_WITH(table.connection.execute_in_transaction({{}, true, {}, false}, "INSERT INTO t VALUES (1)"),
                    Contains("read-only"));
  CHECK(table.connection.transaction_status() == TransactionStatus::idle);
  CHECK_THROWS_AS(table.connection.execute_in_transaction({}, "VACUUM t"), SqlError);
  CHECK(table.connection.transaction_status() == TransactionStatus::idle);
}

TEST_CASE("COMMIT glued to the last statement tells what it failed of", "[engine][transaction]") {
  Table table;
  table.connection.execute("INSERT INTO t VALUES (1)");
  auto transaction = table.connection.begin();
  transaction.execute("INSERT INTO t VALUES (2)");
  try {
    transaction.execute_and_commit("INSERT INTO t VALUES ($1)", 1);
    FAIL("the deferred constraint was not looked at");
  } catch (const SqlError& error) {
    CHECK(error.sqlstate() == "23505");
  }
  CHECK_FALSE(transaction.open());
  CHECK(table.connection.transaction_status() == TransactionStatus::idle);
  CHECK(table.count() == 1);
}

TEST_CASE("COMMIT glued to a statement of a failed transaction commits nothing", "[engine][transaction]") {
  Table table;
  auto transaction = table.connection.begin();
  transaction.execute("INSERT INTO t VALUES (1)");
  CHECK_THROWS_AS(transaction.execute("SELECT 1 / 0"), SqlError);
  CHECK_THROWS_WITH(transaction.execute_and_commit("SELECT 1"), Contains("current transaction is aborted"));
  CHECK(table.connection.transaction_status() == TransactionStatus::idle);
  CHECK(table.count() == 0);
  CHECK_THROWS_WITH(transaction.execute_and_commit("SELECT 1"), Contains("ended already"));
}

TEST_CASE("a ROLLBACK as the last statement makes the glued COMMIT no success", "[engine][transaction]") {
  Table table;
  auto transaction = table.connection.begin();
  transaction.execute("ROLLBACK");
  CHECK_THROWS_WITH(transaction.execute_and_commit("SELECT 1"), Contains("has ended already"));
}

TEST_CASE("a connection lost under a glued COMMIT leaves the outcome open, and says so", "[engine][transaction]") {
  Table table;
  CHECK_THROWS_WITH(table.connection.execute_in_transaction({}, "SELECT pg_terminate_backend(pg_backend_pid())"),
                    Contains("may have taken effect"));
  CHECK_FALSE(table.connection.alive());
}

TEST_CASE("a savepoint undoes what is in it and keeps the rest", "[engine][savepoint]") {
  Table table;
  auto transaction = table.connection.begin(k_lazy);
  auto first = transaction.savepoint();
  first.execute("INSERT INTO t VALUES ($1)", 1);
  {
    auto inner = first.savepoint();
    inner.execute("INSERT INTO t VALUES (2)");
  }
  first.commit();
  {
    auto failing = transaction.savepoint();
    failing.execute("INSERT INTO t VALUES (3)");
    CHECK_THROWS_AS(failing.execute("SELECT 1 / 0"), SqlError);
    CHECK(failing.rollback());
    CHECK(failing.rollback());
    CHECK_THROWS_AS(failing.execute("SELECT 1"), DatabaseArgumentError);
  }
  transaction.execute("INSERT INTO t VALUES (4)");
  transaction.commit();
  CHECK(table.connection.execute("SELECT array_agg(a ORDER BY a) FROM t").scalar<std::vector<int>>() ==
        std::vector<int>{1, 4});
}

TEST_CASE("a savepoint with a failed statement cannot be kept, the transaction can", "[engine][savepoint]") {
  Table table;
  auto transaction = table.connection.begin();
  transaction.execute("INSERT INTO t VALUES (1)");
  auto savepoint = transaction.savepoint();
  CHECK_THROWS_AS(savepoint.execute("SELECT nope"), SqlError);
  CHECK_THROWS_AS(savepoint.commit(), SqlError);
  CHECK_FALSE(savepoint.open());
  transaction.commit();
  CHECK(table.count() == 1);
}

TEST_CASE("a savepoint outlived by nothing does no harm, and needs a transaction", "[engine][savepoint]") {
  Table table;
  auto transaction = table.connection.begin();
  auto savepoint = transaction.savepoint();
  transaction.rollback();
  CHECK(savepoint.rollback());
  CHECK_THROWS_WITH(Savepoint(table.connection), Contains("outside of a transaction"));
  auto second = table.connection.begin();
  auto lost = second.savepoint();
  table.database.execute("SELECT pg_terminate_backend(" + std::to_string(table.connection.backend_pid()) + ", 5000)");
  CHECK_FALSE(lost.rollback());
}

TEST_CASE("the connection tells what its session may be left with", "[engine][marks]") {
  Table table;
  Connection& connection = table.connection;
  connection.execute("SELECT $1::int", 1);
  CHECK_FALSE(connection.session_marks().any());
  connection.execute("SET search_path = public");
  connection.execute("SELECT pg_advisory_lock($1)", 7);
  auto pipeline = connection.run([] {
    Batch batch;
    batch.add("LISTEN news");
    return batch;
  }());
  connection.script("CREATE TEMP TABLE s ()");
  const SessionMarks marks = connection.session_marks();
  CHECK((marks.settings && marks.advisory_lock && marks.listening && marks.temporary));
  CHECK_FALSE((marks.prepared || marks.cursors));
  connection.execute("DISCARD ALL");
  CHECK_FALSE(connection.session_marks().any());
  connection.execute("LISTEN news");
  connection.clear_session_marks();
  CHECK_FALSE(connection.session_marks().any());
}
