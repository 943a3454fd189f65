#include "migrate/engine/shutdown.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "integration/engine/engine_under_test.hpp"
#include "migrate/engine/database.hpp"
#include "support/temp_database.hpp"

using namespace migrate::engine;
using namespace std::chrono_literals;
using migrate::test::comes_true;
using migrate::test::TempDatabase;

TEST_CASE("a signal is waited for, stays, and ends nothing", "[engine][shutdown]") {
  {
    const ShutdownSignal signal({SIGUSR1, SIGTERM});
    CHECK_FALSE(signal.wait(Deadline::after(0s)));
    CHECK_FALSE(signal.wait(Deadline::after(5ms)));
    std::raise(SIGTERM);
    CHECK(signal.wait() == SIGTERM);
    CHECK(signal.wait(Deadline::after(0s)) == SIGTERM);
  }
  // The one before is forgotten, and no longer pending.
  const ShutdownSignal again;
  CHECK_FALSE(again.wait(Deadline::after(0s)));
}

TEST_CASE("a signal's descriptor interrupts statements", "[engine][shutdown]") {
  const TempDatabase database;
  const ShutdownSignal signal;
  ConnectionHooks hooks;
  hooks.interrupt_fd = signal.fd();
  auto connection = Connection::connect(database.config(), hooks);
  CHECK(connection.execute("SELECT 1").scalar<int>() == 1);
  std::raise(SIGINT);
  CHECK_THROWS_AS(connection.execute("SELECT pg_sleep(60)"), DatabaseInterrupted);
}

TEST_CASE("shutting down lets sessions finish within the grace", "[engine][shutdown]") {
  const TempDatabase temporary;
  Database database(temporary.config());
  std::atomic<bool> running = false;
  std::thread worker([&] {
    database.session([&](Session& session) {
      session.execute("CREATE TABLE kept ()");
      running = true;
      session.execute("SELECT pg_sleep(0.2)");
    });
  });
  CHECK(comes_true([&] { return running.load(); }));
  CHECK(shut_down(database.engine(), 30s));
  worker.join();
  CHECK(temporary.query("SELECT to_regclass('kept')") == "kept");
}

TEST_CASE("who does not finish within the grace is cut off, and nothing of it stays", "[engine][shutdown]") {
  const TempDatabase temporary;
  Database database(temporary.config());
  std::atomic<bool> running = false;
  std::string end;
  std::thread worker([&] {
    try {
      database.session([&](Session& session) {
        session.execute("CREATE TABLE lost ()");
        running = true;
        session.execute("SELECT pg_sleep(60)");
      });
      end = "it finished";
    } catch (const DatabaseConnectionError&) {
      end = "cut off";
    }
  });
  CHECK(comes_true([&] { return running.load(); }));
  const auto start = std::chrono::steady_clock::now();
  CHECK_FALSE(shut_down(database.engine(), 50ms));
  worker.join();
  CHECK(std::chrono::steady_clock::now() - start < 30s);
  CHECK(end == "cut off");
  CHECK(temporary.query("SELECT coalesce(to_regclass('lost')::text, '-')") == "-");
}
