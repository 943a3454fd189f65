#include <csignal>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>
#include <vector>

#include "integration/engine/engine_under_test.hpp"
#include "migrate/engine/pool_report.hpp"
#include "migrate/server/private_server.hpp"

using namespace migrate;
using namespace migrate::engine;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using migrate::test::comes_true;
using migrate::test::EngineUnderTest;
using migrate::test::TempDatabase;

namespace {

PoolOptions sized(int pool_size, int max_overflow = 0) {
  PoolOptions options;
  options.pool_size = pool_size;
  options.max_overflow = max_overflow;
  options.pool_timeout = 5s;
  return options;
}

ConnectionConfig config_for(const Url& url, const PoolOptions& options) {
  ConnectionParts parts;
  parts.url = url;
  parts.pool = options;
  parts.retry.retries = 0;
  return ConnectionConfig::create(std::move(parts));
}

bool answers(Engine& engine) {
  try {
    return engine.connect()->execute("SELECT 1").scalar() == "1";
  } catch (const DatabaseError&) {
    return false;
  }
}

void terminate_others(const TempDatabase& db) {
  db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + db.name() +
             "' AND pid <> pg_backend_pid()");
}

}  // namespace

TEST_CASE("threads at work survive the termination of all backends, again and again", "[engine][pool]") {
  const TempDatabase db;
  EngineUnderTest engine(db, sized(3, 1));
  std::atomic<bool> stop{false};
  std::atomic<int> done{0};
  std::atomic<int> other_errors{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] {
      while (!stop) {
        try {
          const auto lease = engine->connect();
          lease->execute("BEGIN; SELECT 1; COMMIT");
          ++done;
        } catch (const DatabaseConnectionError&) {
        } catch (const SqlError&) {  // 57P01 in the answer
        } catch (...) {
          ++other_errors;
        }
      }
    });
  }
  for (int round = 0; round < 5; ++round) {
    const int before = done;
    terminate_others(db);
    CHECK(comes_true([&] { return done > before + 20; }));
  }
  stop = true;
  for (auto& thread : threads) thread.join();
  CHECK(other_errors == 0);
  CHECK(engine.recovers());
  CHECK(engine.leftovers() == "");
}

TEST_CASE("an engine recovers from the restart of its server", "[engine][pool]") {
  server::ThrowawayServer server;
  Engine engine(config_for(server.url(), sized(3)));
  std::vector<Lease<Connection>> leases;
  for (int i = 0; i < 3; ++i) leases.push_back(engine.connect());
  Lease<Connection> in_use = std::move(leases.back());
  leases.clear();
  server.server().stop();
  CHECK_THROWS_AS(in_use->execute("SELECT 1"), DatabaseError);
  in_use.release();
  CHECK_FALSE(answers(engine));
  CHECK(engine.statistics().open == 0);
  server.server().start();
  CHECK(answers(engine));
  CHECK(engine.statistics().generation >= 1);
  CHECK(engine.close(Deadline::after(10s)));
}

TEST_CASE("a server without a free connection is told of, and used again when there is one", "[engine][pool]") {
  server::ThrowawayServer server({.settings = {{"max_connections", "6"}, {"superuser_reserved_connections", "0"}}});
  Engine other(config_for(server.url(), sized(20)));
  std::vector<Lease<Connection>> all;
  try {
    for (int i = 0; i < 20; ++i) all.push_back(other.connect());
    FAIL("the server has no limit");
  } catch (const DatabaseConnectionError& error) {
    CHECK(error.transient());
    CHECK(error.sqlstate() == "53300");
  }
  Engine engine(config_for(server.url(), sized(2)));
  CHECK_FALSE(answers(engine));
  CHECK(engine.statistics().open == 0);
  CHECK_THAT(engine.statistics().last_connect_error, Contains("too many clients"));
  all.clear();
  other.dispose();
  CHECK(comes_true([&] { return answers(engine); }));
}

TEST_CASE("sessions that the server ended for idleness are replaced before anyone notices", "[engine][pool]") {
  const TempDatabase db;
  EngineUnderTest engine(db, sized(2));
  {
    const auto first = engine->connect();
    const auto second = engine->connect();
    first->execute("SET idle_session_timeout = '50ms'");
    second->execute("SET idle_session_timeout = '50ms'");
  }
  REQUIRE(comes_true([&] { return engine.backends() == 0; }));
  CHECK(engine.failures(4) == 0);
  // None of them speaks for the others: both are looked at.
  engine.fill(2);
  CHECK(engine->statistics().ended(CloseCause::closed_by_peer) == 2);
  CHECK(engine->statistics().generation == 0);
  CHECK(engine.leftovers() == "");
}

TEST_CASE("stopped backends are replaced, each caller in time", "[engine][pool]") {
  const TempDatabase db;
  auto options = sized(2);
  options.ping_after_idle = 0ms;
  options.ping_timeout = 200ms;
  EngineUnderTest engine(db, options);
  std::vector<int> pids;
  {
    const auto first = engine->connect();
    const auto second = engine->connect();
    pids = {first->backend_pid(), second->backend_pid()};
  }
  for (const int pid : pids) REQUIRE(kill(pid, SIGSTOP) == 0);
  const auto start = Deadline::Clock::now();
  const int failed = engine.failures(2);
  const auto took = Deadline::Clock::now() - start;
  for (const int pid : pids) kill(pid, SIGCONT);
  CHECK(failed == 0);
  CHECK(took < 15s);
  // One silence is enough: the other is not pinged.
  CHECK(engine->statistics().ended(CloseCause::ping_failed) == 1);
  CHECK(engine.leftovers() == "");
}

TEST_CASE("min_idle is held against a server that closes connections", "[engine][pool]") {
  const TempDatabase db;
  auto options = sized(4);
  options.min_idle = 2;
  options.idle_timeout = 200ms;
  EngineUnderTest engine(db, options);
  (void)engine->connect();
  CHECK(comes_true([&] { return engine.backends() == 2; }));
  terminate_others(db);
  CHECK(engine.recovers());
  CHECK(comes_true([&] { return engine->statistics().idle == 2 && engine.backends() == 2; }));
  CHECK(comes_true([&] { return engine->statistics().connecting == 0; }));
  CHECK(engine.leftovers() == "");
}
