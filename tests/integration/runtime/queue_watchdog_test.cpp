#include "migrate/runtime/queue_watchdog.hpp"

#include <fmt/format.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <deque>
#include <functional>
#include <thread>

#include "migrate/base/clock.hpp"
#include "other_session.hpp"

using namespace std::chrono_literals;
using namespace migrate;
using Catch::Contains;
using runtime::QueueLimits;
using runtime::QueueWatch;
using runtime::QueueWatchdog;
using test::Answer;
using test::OtherMessage;
using test::TempDatabase;

namespace {

/// A table, a run's connection and its watchdog.
class WatchedRun {
 public:
  explicit WatchedRun(QueueLimits limits) : observer_(database_.connect()), connection_(database_.connect()) {
    database_.execute("CREATE TABLE t (id int); INSERT INTO t SELECT generate_series(1, 200)");
    connection_.execute("SET statement_timeout = '10s'");
    start(limits, database_.config());
  }

  void start(QueueLimits limits, const engine::ConnectionConfig& config) {
    watchdog_.emplace(config, limits, [this](const std::string&) { ++troubles_; });
  }
  void stop() { watchdog_.reset(); }

  Answer ask(const std::string& sql, bool blocks_others = true) {
    const QueueWatch watch(&*watchdog_, connection_, blocks_others);
    return test::ask(connection_, sql);
  }
  /// So many readers of the table.
  void add_readers(int count) {
    while (count-- > 0) readers_.emplace_back(database_.config(), "SELECT count(*) FROM t", "reader");
  }
  /// Whether somebody holds the table, or waits for it, so that nobody else gets near it.
  [[nodiscard]] bool table_is_taken(bool granted) {
    return test::comes_true(observer_, fmt::format("SELECT count(*) > 0 FROM pg_locks WHERE granted = {} AND"
                                                   " mode = 'AccessExclusiveLock' AND relation = 't'::regclass",
                                                   granted));
  }

  [[nodiscard]] TempDatabase& database() { return database_; }
  [[nodiscard]] engine::Connection& connection() { return connection_; }
  [[nodiscard]] engine::Connection& observer() { return observer_; }
  [[nodiscard]] QueueWatchdog& watchdog() { return *watchdog_; }
  [[nodiscard]] std::deque<OtherMessage>& readers() { return readers_; }
  [[nodiscard]] int troubles() const { return troubles_; }
  [[nodiscard]] std::string watchdog_sessions() const {
    return database_.query(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'migrate watchdog'"
        " AND datname = current_database()");
  }

 private:
  TempDatabase database_;
  engine::Connection observer_;
  engine::Connection connection_;
  std::atomic<int> troubles_ = 0;
  std::optional<QueueWatchdog> watchdog_;
  std::deque<OtherMessage> readers_;
};

/// What another thread does while the run's statement goes on, and whether it could: assertions are for one thread.
std::future<bool> meanwhile(std::function<bool()> work) {
  return std::async(std::launch::async, std::move(work));
}

constexpr const char* k_lock_and_work = "BEGIN; LOCK TABLE t; SELECT pg_sleep(8)";

}  // namespace

TEST_CASE("a statement that waits is cancelled when others wait behind it for too long", "[runtime][watchdog]") {
  WatchedRun run({.max_blocked = 500ms});
  auto first = engine::Connection::connect(run.database().config().with_application_name("long reader"));
  first.execute("BEGIN; SELECT count(*) FROM t");
  auto readers = meanwhile([&] {
    const bool taken = run.table_is_taken(false);
    run.add_readers(5);
    return taken;
  });
  const auto answer = run.ask("ALTER TABLE t ADD COLUMN n int");
  CHECK(readers.get());
  CHECK(answer.sqlstate == "57014");
  CHECK(answer.took >= 500ms);
  const auto report = run.watchdog().take();
  REQUIRE(report);
  REQUIRE_FALSE(report->blocked.empty());
  CHECK(report->blocked.size() <= 5);
  CHECK(report->blocked.front().blocked_for > 500ms);
  CHECK(report->blocked.front().application == "reader");
  REQUIRE(report->culprits.size() == 1);
  CHECK(report->culprits[0].pid == first.backend_pid());
  CHECK_THAT(describe(*report), Contains("it waited itself for pid ") && Contains("(long reader, postgres, idle in "));
  CHECK_FALSE(run.watchdog().take());
  // The reader that was there first is still in its transaction; nobody waits for it.
  for (auto& reader : run.readers()) {
    const auto read = reader.wait();
    CHECK(read.sqlstate.empty());
    CHECK(read.took < 2s);  // it would be 10 s
  }
  first.execute("COMMIT");
  CHECK(run.ask("ALTER TABLE t ADD COLUMN n int").sqlstate.empty());
  CHECK(run.troubles() == 0);
}

TEST_CASE("a statement that works while others wait is its own culprit", "[runtime][watchdog]") {
  WatchedRun run({.max_blocked = 300ms});
  run.connection().execute(
      "CREATE FUNCTION slow() RETURNS int LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.05); RETURN 1; END'");
  auto writer = meanwhile([&] {
    return run.table_is_taken(true) &&
           OtherMessage(run.database().config(), "INSERT INTO t VALUES (0)", "writer").wait().sqlstate.empty();
  });
  const auto answer = run.ask("ALTER TABLE t ADD COLUMN n int DEFAULT slow()");
  CHECK(writer.get());
  CHECK(answer.sqlstate == "57014");
  const auto report = run.watchdog().take();
  REQUIRE(report);
  CHECK(report->blocked.size() == 1);
  CHECK(report->culprits.empty());
  CHECK_THAT(describe(*report), Contains("1 session waited for it, for ") && Contains("(writer, postgres, waiting ") &&
                                    Contains("INSERT INTO t") && Contains("held the lock while it worked"));
}

TEST_CASE("more sessions than allowed are too many at once", "[runtime][watchdog]") {
  WatchedRun run({.max_blocked_sessions = 2});
  auto readers = meanwhile([&] {
    if (!run.table_is_taken(true)) return false;
    run.add_readers(2);
    if (!test::waiting(run.observer(), 2)) return false;
    std::this_thread::sleep_for(600ms);
    const bool two_waited = test::waiting(run.observer(), 2);
    run.add_readers(1);
    return two_waited;
  });
  const auto answer = run.ask(k_lock_and_work);
  CHECK(readers.get());
  CHECK(answer.sqlstate == "57014");
  const auto report = run.watchdog().take();
  REQUIRE(report);
  CHECK(report->blocked.size() == 3);
  run.connection().rollback_if_open();
}

TEST_CASE("a long statement that nobody waits for is left alone", "[runtime][watchdog]") {
  WatchedRun run({.max_blocked_sessions = 1, .max_blocked = 200ms});
  auto unrelated = run.database().connect();
  unrelated.execute("CREATE TABLE u ()");
  unrelated.execute("BEGIN; LOCK TABLE u");
  OtherMessage waits(run.database().config(), "SELECT FROM u");
  REQUIRE(test::waits(run.observer(), waits.pid()));
  auto looked = meanwhile([&] {
    return test::comes_true(run.observer(),
                            "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'migrate watchdog'"
                            " AND datname = current_database()");
  });
  const auto answer = run.ask("BEGIN; LOCK TABLE t; SELECT pg_sleep(1.2); COMMIT");
  CHECK(looked.get());
  CHECK(answer.sqlstate.empty());
  CHECK_FALSE(run.watchdog().take());
  CHECK(run.troubles() == 0);
  unrelated.execute("COMMIT");
}

TEST_CASE("short messages are not worth a connection", "[runtime][watchdog]") {
  WatchedRun run({.max_blocked = 2s});
  for (int message = 0; message < 100; ++message) CHECK(run.ask("SELECT 1").sqlstate.empty());
  std::this_thread::sleep_for(1200ms);
  CHECK(run.watchdog_sessions() == "0");
}

TEST_CASE("many short messages of one transaction are one long time for those who wait", "[runtime][watchdog]") {
  WatchedRun run({.max_blocked = 200ms});
  CHECK(run.ask("BEGIN; LOCK TABLE t").sqlstate.empty());
  run.add_readers(1);
  const auto sleep = GENERATE(1, 20);
  std::string sqlstate;
  for (int message = 0; message < 3000 / sleep && sqlstate.empty(); ++message) {
    sqlstate = run.ask("SELECT pg_sleep(" + std::to_string(sleep) + " / 1000.0)").sqlstate;
  }
  CHECK(sqlstate == "57014");
  CHECK(run.watchdog().take());
  run.connection().rollback_if_open();
}

TEST_CASE("a transaction that kept others waiting between its messages is cancelled with the next",
          "[runtime][watchdog]") {
  // Looks are a second apart: the message would go through between two of them.
  WatchedRun run({.max_blocked_sessions = 1, .max_blocked = 5s});
  const base::Stopwatch watch;
  CHECK(run.ask("BEGIN; LOCK TABLE t").sqlstate.empty());
  run.add_readers(2);
  std::this_thread::sleep_for(1500ms - watch.elapsed());
  CHECK(run.ask("SELECT pg_sleep(0.4)").sqlstate == "57014");
  CHECK(run.watchdog().take());
  run.connection().rollback_if_open();
}

TEST_CASE("a statement that makes nobody wait is not watched", "[runtime][watchdog]") {
  WatchedRun run({.max_blocked = 50ms});
  auto readers = meanwhile([&] {
    const bool taken = run.table_is_taken(true);
    run.add_readers(1);
    return taken;
  });
  const auto answer = run.ask("BEGIN; LOCK TABLE t; SELECT pg_sleep(0.7); COMMIT", false);
  CHECK(readers.get());
  CHECK(answer.sqlstate.empty());
  CHECK(run.watchdog_sessions() == "0");
  CHECK_FALSE(run.watchdog().take());
}

TEST_CASE("the watchdog's connection does not keep CREATE INDEX CONCURRENTLY waiting", "[runtime][watchdog]") {
  WatchedRun run({.max_blocked = 60ms});
  CHECK(run.ask("SELECT pg_sleep(0.3)").sqlstate.empty());
  REQUIRE(run.watchdog_sessions() == "1");
  // Watched as well, so that it looks all the while.
  for (int index = 0; index < 5; ++index) {
    CHECK(run.ask("CREATE INDEX CONCURRENTLY i" + std::to_string(index) + " ON t (id)").sqlstate.empty());
  }
  CHECK(run.database().query("SELECT count(*) FROM pg_index WHERE indrelid = 't'::regclass AND indisvalid") == "5");
}

TEST_CASE("another reason for 57014 is not the watchdog's", "[runtime][watchdog]") {
  WatchedRun run({.max_blocked = 10s});
  run.connection().execute("SET statement_timeout = '50ms'");
  CHECK(run.ask("SELECT pg_sleep(5)").sqlstate == "57014");
  CHECK_FALSE(run.watchdog().take());
}

TEST_CASE("no request is on its way once a message is answered", "[runtime][watchdog]") {
  WatchedRun run({.max_blocked = 10ms});
  int cancelled = 0;
  // Longer and longer, so that requests come before, at and after the end of the message.
  for (int round = 0; round < 25 || (cancelled == 0 && round < 60); ++round) {
    OtherMessage other(run.database().config(), "SELECT pg_sleep(0.002); SELECT count(*) FROM t");
    const auto answer = run.ask(fmt::format("BEGIN; LOCK TABLE t; SELECT pg_sleep({})", 0.01 + 0.003 * round));
    cancelled += answer.sqlstate == "57014" ? 1 : 0;
    CHECK((answer.sqlstate.empty() || answer.sqlstate == "57014"));
    CHECK(run.connection().rollback_if_open());
    CHECK(test::ask(run.connection(), "SELECT pg_sleep(0.003)").sqlstate.empty());
  }
  CHECK(cancelled > 0);
}
