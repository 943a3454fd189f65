#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>

#include "migrate/base/clock.hpp"
#include "migrate/engine/connection.hpp"
#include "migrate/engine/transaction.hpp"
#include "support/temp_database.hpp"

using namespace migrate::engine;
using namespace std::chrono_literals;
using Catch::Contains;
using migrate::base::Stopwatch;
using migrate::test::TempDatabase;

TEST_CASE("rows of a stream come one by one, all of them", "[engine][stream]") {
  const TempDatabase database;
  auto connection = database.connect();
  long sum = 0;
  for (const Row row : connection.stream("SELECT g, 'x' AS x FROM generate_series(1, $1::int) g", 10000)) {
    sum += row.get<long>("g");
    REQUIRE(row.get<std::string>(1) == "x");
  }
  CHECK(sum == 50005000);
  CHECK(connection.execute("SELECT 1").scalar<int>() == 1);
}

TEST_CASE("a stream without rows, and a statement without any, end at once", "[engine][stream]") {
  const TempDatabase database;
  auto connection = database.connect();
  CHECK_FALSE(connection.stream("SELECT 1 WHERE false").next());
  CHECK_FALSE(connection.stream("CREATE TABLE t ()").next());
  CHECK_FALSE(connection.stream("").next());
  CHECK(connection.execute("SELECT count(*) FROM t").scalar<int>() == 0);
}

TEST_CASE("an error after rows surfaces as what it is", "[engine][stream]") {
  const TempDatabase database;
  auto connection = database.connect();
  auto stream = connection.stream("SELECT 10 / (3 - g) FROM generate_series(1, 5) g");
  CHECK(stream.next()->get<int>(0) == 5);
  CHECK(stream.next()->get<int>(0) == 10);
  try {
    stream.next();
    FAIL("a division by zero went through");
  } catch (const SqlError& error) {
    CHECK(error.sqlstate() == "22012");
  }
  CHECK_FALSE(stream.next());
  CHECK(connection.execute("SELECT 1").scalar<int>() == 1);
}

TEST_CASE("a stream left early is cancelled, and the connection goes on", "[engine][stream]") {
  const TempDatabase database;
  auto connection = database.connect();
  const Stopwatch watch;
  for (int i = 0; i < 5; ++i) {
    for (const Row row : connection.stream("SELECT generate_series(1, 2000000000), repeat('x', 1000)")) {
      if (row.get<int>(0) == 3) break;
    }
    REQUIRE(connection.execute("SELECT 1").scalar<int>() == 1);
  }
  CHECK(watch.elapsed() < 20s);
}

TEST_CASE("a short stream left early needs no cancel, and fails no transaction", "[engine][stream]") {
  const TempDatabase database;
  auto connection = database.connect();
  auto transaction = connection.begin();
  {
    auto stream = connection.stream("SELECT generate_series(1, 3)");
    CHECK(stream.next()->get<int>(0) == 1);
    CHECK(stream.stop());
    CHECK(stream.stop());
    CHECK_FALSE(stream.next());
  }
  CHECK(connection.execute("SELECT 1").scalar<int>() == 1);
  transaction.commit();
}

TEST_CASE("a connection with an open stream is busy", "[engine][stream]") {
  const TempDatabase database;
  auto connection = database.connect();
  auto stream = connection.stream("SELECT generate_series(1, 3)");
  CHECK(stream.next());
  CHECK_THROWS_WITH(connection.execute("SELECT 1"), Contains("is busy"));
  CHECK_THROWS_WITH(connection.stream("SELECT 1"), Contains("is busy"));
  int left = 0;
  while (stream.next()) ++left;
  CHECK(left == 2);
  CHECK(connection.execute("SELECT 1").scalar<int>() == 1);
}

TEST_CASE("a stream over command_timeout ends, and a slow reader does not count", "[engine][stream]") {
  const TempDatabase database;
  auto parts = database.config().parts();
  parts.command_timeout = 300ms;
  auto connection = Connection::connect(ConnectionConfig::create(parts));
  auto stream = connection.stream("SELECT generate_series(1, 3)");
  for (int i = 0; i < 3; ++i) {
    CHECK(stream.next());
    std::this_thread::sleep_for(150ms);
  }
  CHECK_FALSE(stream.next());
  auto slow = connection.stream("SELECT pg_sleep(60)");
  CHECK_THROWS_AS(slow.next(), DatabaseTimeoutError);
  CHECK(connection.execute("SELECT 1").scalar<int>() == 1);
}

TEST_CASE("a connection lost under a stream is told", "[engine][stream]") {
  const TempDatabase database;
  auto connection = database.connect();
  auto stream = connection.stream(
      "SELECT CASE WHEN g = 50000 THEN pg_terminate_backend(pg_backend_pid()) END FROM generate_series(1, 2000000) g");
  CHECK_THROWS_AS(
      [&] {
        while (stream.next()) {
        }
      }(),
      DatabaseConnectionError);
  CHECK_FALSE(connection.alive());
}

TEST_CASE("a stream of COPY is refused and drained", "[engine][stream]") {
  const TempDatabase database;
  auto connection = database.connect();
  connection.execute("CREATE TABLE t (a int)");
  CHECK_THROWS_AS(connection.stream("COPY t FROM STDIN").next(), DatabaseArgumentError);
  CHECK_FALSE(connection.stream("COPY (SELECT generate_series(1, 100000)) TO STDOUT").next());
  CHECK(connection.execute("SELECT 1").scalar<int>() == 1);
}
