#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>

#include "migrate/engine/pipeline.hpp"
#include "migrate/engine/transaction.hpp"
#include "support/temp_database.hpp"

using namespace migrate::engine;
using namespace std::chrono_literals;
using Catch::Contains;
using migrate::test::TempDatabase;

TEST_CASE("statements of a pipeline have outcomes of their own", "[engine][pipeline]") {
  const TempDatabase database;
  auto connection = database.connect();
  auto pipeline = connection.pipeline();
  for (int i = 0; i < 1000; ++i) CHECK(pipeline.add("SELECT $1::int, $2::text", i, "x") == static_cast<std::size_t>(i));
  const auto outcomes = pipeline.run();
  REQUIRE(outcomes.size() == 1000);
  for (int i = 0; i < 1000; ++i) REQUIRE(outcomes[static_cast<std::size_t>(i)].result().scalar<int>() == i);
  CHECK(pipeline.size() == 0);
  CHECK(pipeline.run().empty());
  CHECK(connection.execute("SELECT 1").scalar<int>() == 1);
}

TEST_CASE("a failed statement undoes and skips its group only", "[engine][pipeline]") {
  const TempDatabase database;
  auto connection = database.connect();
  connection.execute("CREATE TABLE t (a int PRIMARY KEY)");
  auto pipeline = connection.pipeline();
  pipeline.add("INSERT INTO t VALUES ($1)", 1);
  pipeline.sync();
  pipeline.add("INSERT INTO t VALUES ($1)", 2);
  pipeline.add("INSERT INTO t VALUES ($1)", 1);
  pipeline.add("INSERT INTO t VALUES ($1)", 3);
  pipeline.sync();
  pipeline.sync();
  pipeline.add("INSERT INTO t VALUES ($1)", 4);
  const auto outcomes = pipeline.run();
  REQUIRE(outcomes.size() == 5);
  CHECK(outcomes[0].ok());
  CHECK(outcomes[1].ok());
  REQUIRE(outcomes[2].error() != nullptr);
  CHECK(outcomes[2].error()->sqlstate() == "23505");
  CHECK(outcomes[2].error()->statement_index() == 2);
  CHECK_THROWS_AS(outcomes[2].result(), SqlError);
  CHECK(outcomes[3].skipped());
  CHECK_THROWS_WITH(outcomes[3].result(), Contains("statement 3 of its batch had failed"));
  CHECK(outcomes[4].ok());
  CHECK(connection.execute("SELECT array_agg(a ORDER BY a) FROM t").scalar<std::vector<int>>() ==
        std::vector<int>{1, 4});
}

TEST_CASE("in a transaction a pipeline is part of it", "[engine][pipeline]") {
  const TempDatabase database;
  auto connection = database.connect();
  connection.execute("CREATE TABLE t (a int)");
  {
    const auto transaction = connection.begin();
    auto pipeline = connection.pipeline();
    pipeline.add("INSERT INTO t VALUES (1)");
    pipeline.sync();
    CHECK(pipeline.run().front().ok());
    CHECK(connection.transaction_status() == TransactionStatus::in_transaction);
  }
  CHECK(connection.execute("SELECT count(*) FROM t").scalar<int>() == 0);
}

TEST_CASE("prepared statements travel in a pipeline", "[engine][pipeline]") {
  const TempDatabase database;
  auto connection = database.connect();
  const auto plus = connection.prepare("SELECT $1::int + 1");
  Batch batch;
  for (int i = 0; i < 3; ++i) batch.add(plus, i);
  for (int again = 0; again < 2; ++again) {
    const auto outcomes = connection.run(batch);
    CHECK(outcomes[2].result().scalar<int>() == 3);
  }
  auto other = database.connect();
  CHECK_THROWS_WITH(other.run(batch), Contains("another connection"));
  connection.execute("DEALLOCATE ALL");
  CHECK_THROWS_AS(connection.run(batch), DatabaseArgumentError);
}

TEST_CASE("megabytes in both directions do not stall a pipeline", "[engine][pipeline]") {
  const TempDatabase database;
  auto connection = database.connect();
  const std::string large(200'000, 'x');
  auto pipeline = connection.pipeline();
  for (int i = 0; i < 100; ++i) pipeline.add("SELECT $1::text", large);
  const auto outcomes = pipeline.run();
  for (const auto& outcome : outcomes) REQUIRE(outcome.result().scalar<std::string_view>().size() == large.size());
}

TEST_CASE("a server that dies in mid-pipeline ends it", "[engine][pipeline]") {
  const TempDatabase database;
  auto connection = database.connect();
  auto pipeline = connection.pipeline();
  pipeline.add("SELECT 1");
  pipeline.sync();
  pipeline.add("SELECT pg_terminate_backend(pg_backend_pid())");
  for (int i = 0; i < 50; ++i) {
    pipeline.add("SELECT 2");
    pipeline.sync();
  }
  try {
    pipeline.run();
    FAIL("it survived");
  } catch (const DatabaseConnectionError& error) {
    // A server that goes with something unread takes its last words along.
    CHECK((error.sqlstate() == "57P01" || error.sqlstate().empty()));
  }
  CHECK_FALSE(connection.alive());
  CHECK_THROWS_AS(connection.execute("SELECT 1"), DatabaseConnectionError);
}

TEST_CASE("a pipeline over command_timeout is cancelled, and the connection goes on", "[engine][pipeline]") {
  const TempDatabase database;
  auto parts = database.config().parts();
  parts.command_timeout = 200ms;
  auto connection = Connection::connect(ConnectionConfig::create(parts));
  auto pipeline = connection.pipeline();
  pipeline.add("SELECT 1");
  pipeline.add("SELECT pg_sleep(60)");
  pipeline.add("SELECT 2");
  CHECK_THROWS_AS(pipeline.run(), DatabaseTimeoutError);
  CHECK(connection.alive());
  CHECK(connection.execute("SELECT 1").scalar<int>() == 1);
}

TEST_CASE("what no pipeline can carry says so", "[engine][pipeline]") {
  const TempDatabase database;
  auto connection = database.connect();
  auto pipeline = connection.pipeline();
  pipeline.add("SELECT 1; SELECT 2");
  CHECK(pipeline.run().front().error()->sqlstate() == "42601");
  pipeline.add("");
  CHECK(pipeline.run().front().ok());
  CHECK_THROWS_WITH(pipeline.add(std::string("SELECT 1\0", 9)), Contains("zero byte"));
  pipeline.clear();
  pipeline.add("COPY pg_class TO STDOUT");
  CHECK_THROWS_WITH(pipeline.run(), Contains("COPY is not possible in a pipeline"));
  CHECK_FALSE(connection.alive());
}
