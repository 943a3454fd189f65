#include <atomic>
#include <catch2/catch.hpp>
#include <optional>
#include <thread>

#include "migrate/base/clock.hpp"
#include "migrate/runtime/queue_watchdog.hpp"
#include "other_session.hpp"
#include "support/tcp_gate.hpp"

using namespace std::chrono_literals;
using namespace migrate;
using runtime::QueueWatch;
using runtime::QueueWatchdog;
using test::OtherMessage;
using test::TempDatabase;

namespace {

constexpr const char* k_watchdog_session =
    "FROM pg_stat_activity WHERE application_name = 'migrate watchdog' AND datname = current_database()";

engine::ConnectionConfig through(const test::TcpGate& gate) {
  engine::ConnectionParts parts;
  parts.url = gate.url();
  return engine::ConnectionConfig::create(std::move(parts));
}

}  // namespace

TEST_CASE("a watchdog that loses its connection is told of once and comes again", "[runtime][watchdog]") {
  const TempDatabase database;
  database.execute("CREATE TABLE t (id int)");
  auto observer = database.connect();
  auto connection = database.connect();
  connection.execute("SET statement_timeout = '15s'");
  std::atomic<int> troubles = 0;
  QueueWatchdog watchdog(database.config(), {.max_blocked = 100ms}, [&](const std::string&) { ++troubles; });
  auto killer = std::async(std::launch::async, [&] {
    bool seen = true;
    for (int times = 0; times < 2; ++times) {
      seen = seen && test::comes_true(observer, std::string("SELECT count(*) = 1 ") + k_watchdog_session);
      observer.execute(std::string("SELECT pg_terminate_backend(pid) ") + k_watchdog_session);
      seen = seen && test::comes_true(observer, std::string("SELECT count(*) = 0 ") + k_watchdog_session);
    }
    // Both are forgiven: it sees the queue of the third.
    return seen && OtherMessage(database.config(), "SELECT FROM t").wait().sqlstate.empty();
  });
  test::Answer answer;
  {
    const QueueWatch watch(&watchdog, connection);
    answer = test::ask(connection, "BEGIN; LOCK TABLE t; SELECT pg_sleep(12)");
  }
  CHECK(killer.get());
  CHECK(answer.sqlstate == "57014");
  CHECK(watchdog.take());
  CHECK(troubles == 1);
  connection.rollback_if_open();
}

TEST_CASE("a watchdog that cannot connect does not disturb the run", "[runtime][watchdog]") {
  const TempDatabase database;
  test::TcpGate gate(database.url());
  gate.refuse(true);
  auto connection = database.connect();
  std::atomic<int> troubles = 0;
  std::string trouble;
  {
    QueueWatchdog watchdog(through(gate), {.max_blocked = 50ms}, [&](const std::string& text) {
      trouble = text;
      ++troubles;
    });
    const QueueWatch watch(&watchdog, connection);
    CHECK(test::ask(connection, "SELECT pg_sleep(1.5)").sqlstate.empty());
    CHECK_FALSE(watchdog.take());
  }
  CHECK(troubles == 1);
  CHECK_THAT(trouble, Catch::Contains("the queue watchdog cannot see who waits for this run: "));
}

TEST_CASE("a watchdog ends at once even when its server does not answer", "[runtime][watchdog]") {
  const TempDatabase database;
  test::TcpGate gate(database.url());
  const bool connected = GENERATE(true, false);
  gate.stall(!connected);
  auto connection = database.connect();
  auto observer = database.connect();
  std::optional<QueueWatchdog> watchdog;
  std::atomic<int> troubles = 0;
  watchdog.emplace(through(gate), runtime::QueueLimits{.max_blocked = 50ms}, [&](const std::string&) { ++troubles; });
  {
    const QueueWatch watch(&*watchdog, connection);
    test::ask(connection, "SELECT pg_sleep(0.4)");
    if (connected) {
      CHECK(test::comes_true(observer, std::string("SELECT count(*) = 1 ") + k_watchdog_session));
      gate.stall(true);
      test::ask(connection, "SELECT pg_sleep(0.2)");
    }
  }
  const base::Stopwatch ending;
  watchdog.reset();
  CHECK(ending.elapsed() < 1s);  // its limits are 2 s for an answer and 5 s for a connection
  CHECK(troubles == 0);
}

TEST_CASE("a watchdog without rights on statistics sees the queue all the same", "[runtime][watchdog]") {
  const TempDatabase database;
  database.execute("CREATE TABLE t (id int)");
  const test::PlainRole role(database);
  auto connection = engine::Connection::connect(role.config());
  auto observer = database.connect();
  QueueWatchdog watchdog(role.config(), {.max_blocked = 200ms});
  auto reader = std::async(std::launch::async, [&] {
    return test::comes_true(observer,
                            "SELECT count(*) > 0 FROM pg_locks WHERE mode = 'ExclusiveLock'"
                            " AND relation = 't'::regclass") &&
           OtherMessage(database.config(), "BEGIN; LOCK TABLE t; COMMIT", "hidden").wait().sqlstate.empty();
  });
  connection.execute("SET statement_timeout = '8s'");
  test::Answer answer;
  {
    const QueueWatch watch(&watchdog, connection);
    answer = test::ask(connection, "BEGIN; LOCK TABLE t IN EXCLUSIVE MODE; SELECT pg_sleep(9)");
  }
  connection.rollback_if_open();
  CHECK(reader.get());
  CHECK(answer.sqlstate == "57014");
  const auto report = watchdog.take();
  REQUIRE(report);
  CHECK_THAT(describe(*report), Catch::Contains("(hidden, postgres, waiting for ") && Catch::Contains("not visible"));
}

TEST_CASE("without limits there is no watchdog", "[runtime][watchdog]") {
  const TempDatabase database;
  database.execute("CREATE TABLE t (id int)");
  auto connection = database.connect();
  QueueWatchdog watchdog(database.config(), {});
  {
    const QueueWatch watch(&watchdog, connection);
    const QueueWatch none(nullptr, connection);
    CHECK(test::ask(connection, "SELECT pg_sleep(0.5)").sqlstate.empty());
  }
  CHECK_FALSE(watchdog.take());
  CHECK(database.query(std::string("SELECT count(*) ") + k_watchdog_session) == "0");
}
