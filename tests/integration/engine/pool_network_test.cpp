#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "integration/engine/engine_under_test.hpp"
#include "support/tcp_gate.hpp"

using namespace migrate;
using namespace migrate::engine;
using namespace std::chrono_literals;
using migrate::test::EngineUnderTest;
using migrate::test::TcpGate;
using migrate::test::TempDatabase;

namespace {

/// An engine that reaches its database through a gate.
struct Fixture {
  explicit Fixture(PoolOptions options = small()) : gate(db.url()), by(gate.url()), engine(db, options, &by) {
    engine.fill(2);
    REQUIRE(gate.connections() == 2);
  }
  static PoolOptions small() {
    PoolOptions options;
    options.pool_size = 2;
    options.max_overflow = 1;
    options.pool_timeout = 3s;
    options.ping_timeout = 300ms;
    return options;
  }
  TempDatabase db;
  TcpGate gate;
  Url by;
  EngineUnderTest engine;
};

}  // namespace

TEST_CASE("an engine recovers from a port that refused for a while", "[engine][pool]") {
  Fixture f;
  f.gate.refuse(true);
  CHECK(f.engine.failures(3) == 3);
  CHECK_FALSE(f.engine->statistics().last_connect_error.empty());
  f.gate.heal();
  CHECK(f.engine.recovers());
  CHECK(f.engine.failures(5) == 0);
  CHECK(f.engine.leftovers() == "");
}

TEST_CASE("an engine recovers from connections cut after any number of bytes", "[engine][pool]") {
  Fixture f;
  const std::size_t bytes = GENERATE(1U, 5U, 20U, 100U, 330U, 500U);
  f.gate.cut_after(bytes);
  (void)f.engine.failures(6);
  f.gate.heal();
  CHECK(f.engine.recovers());
  CHECK(f.engine.leftovers() == "");
}

TEST_CASE("one-byte packets, delays and a narrow line change nothing but the time", "[engine][pool]") {
  Fixture f;
  SECTION("one byte at a time") {
    f.gate.packets(1);
  }
  SECTION("late") {
    f.gate.delay(5ms);
  }
  SECTION("narrow") {
    f.gate.packets(64);
    f.gate.throttle(1ms);
  }
  f.engine->dispose();
  CHECK(f.engine.failures(3) == 0);
  CHECK(f.engine->connect()->execute("SELECT repeat('x', 500)").scalar() == std::string(500, 'x'));
  f.gate.heal();
  CHECK(f.engine.leftovers() == "");
}

TEST_CASE("a line on which nothing passes any more keeps no caller beyond its deadline", "[engine][pool]") {
  auto options = Fixture::small();
  options.ping_after_idle = 0ms;
  Fixture f(options);
  f.gate.stall(true);
  const auto start = Deadline::Clock::now();
  CHECK_THROWS_AS(f.engine->connect(Deadline::after(1500ms)), DatabaseError);
  CHECK(Deadline::Clock::now() - start < 8s);
  CHECK(f.engine->statistics().generation >= 1);
  f.gate.heal();
  CHECK(f.engine.recovers());
  CHECK(f.engine.leftovers() == "");
}

TEST_CASE("a statement whose answer never comes ends with command_timeout, and its connection with it",
          "[engine][pool]") {
  Fixture f;
  {
    const auto lease = f.engine->connect();
    f.gate.stall(true);
    CHECK_THROWS_AS(lease->execute("SELECT 1"), DatabaseTimeoutError);
  }
  CHECK(f.engine->statistics().leased == 0);
  f.gate.heal();
  CHECK(f.engine.recovers());
  CHECK(f.engine.leftovers() == "");
}

TEST_CASE("abort ends what leased connections are doing, at once", "[engine][pool]") {
  Fixture f;
  auto lease = f.engine->connect();
  std::atomic<bool> failed{false};
  std::thread user([&] {
    try {
      (void)lease->execute("SELECT pg_sleep(1.8)");
    } catch (const DatabaseConnectionError&) {
      failed = true;
    }
  });
  REQUIRE(test::comes_true([&] {
    return f.db.query(
               "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(1.8)' AND state = 'active' "
               "AND datname = '" +
               f.db.name() + "'") == "1";
  }));
  f.engine->abort();
  user.join();
  CHECK(failed);
  CHECK_THROWS_AS(f.engine->connect(), DatabaseArgumentError);
  lease.release();
  CHECK(f.engine.leftovers() == "");
}
