#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "integration/engine/both_sides.hpp"
#include "support/tcp_gate.hpp"
#include "support/temp_database.hpp"

// Idle connections that are pinged in the background, for threads and for coroutines alike.

using namespace migrate::engine;
using namespace std::chrono_literals;
using asio::awaitable;
using migrate::test::pause;
using migrate::test::run_async;
using migrate::test::TcpGate;
using migrate::test::TempDatabase;

namespace {

/// A pool of two connections, by way of a gate.
template <typename Side>
struct Fixture {
  explicit Fixture(PoolOptions options) : engine(Side::engine(through(options), context)) {}

  [[nodiscard]] ConnectionConfig through(PoolOptions options) const {
    options.pool_size = 2;
    options.max_overflow = 0;
    options.pool_timeout = 10s;
    ConnectionParts parts = database.config().parts();
    parts.url = gate.url();
    parts.url.database = database.name();
    parts.pool = options;
    parts.retry.retries = 0;
    return ConnectionConfig::create(std::move(parts));
  }
  /// The backends of both connections, which are idle afterwards.
  awaitable<std::vector<int>> backends() {
    typename Side::Lease first = co_await Side::connect(engine);
    typename Side::Lease second = co_await Side::connect(engine);
    std::vector<int> pids;
    for (auto* lease : {&first, &second}) {
      const Result result = co_await Side::execute(**lease, "SELECT pg_backend_pid()");
      pids.push_back(result.scalar<int>());
    }
    std::sort(pids.begin(), pids.end());
    co_return pids;
  }
  awaitable<bool> comes_to(std::size_t open) {
    for (int n = 0; n < 500 && engine.statistics().open != open; ++n) co_await pause(20ms);
    co_return engine.statistics().open == open;
  }
  /// Runs body() and closes the engine, whose upkeep would go on for ever.
  template <typename Body>
  void run(Body body) {
    run_async(context, [&]() -> awaitable<void> {
      co_await body();
      gate.heal();
      const bool closed = co_await Side::close(engine, Deadline::after(10s));
      CHECK(closed);
    });
  }

  TempDatabase database;
  TcpGate gate{database.url()};
  asio::io_context context;
  typename Side::Engine engine;
};

}  // namespace

TEST_CASE("keepalive keeps lines open that a firewall would forget", "[engine][pool][keepalive]") {
  const auto body = []<typename Side>(Side /*side*/) {
    Fixture<Side> fixture({.ping_after_idle = 1h, .keepalive = 100ms});
    fixture.run([&]() -> awaitable<void> {
      const std::vector<int> before = co_await fixture.backends();
      fixture.gate.forget_after(900ms);
      co_await pause(1900ms);
      const std::vector<int> after = co_await fixture.backends();
      CHECK(after == before);
      CHECK(fixture.engine.statistics().keepalives >= 4);
      CHECK(fixture.engine.statistics().discards == 0);
    });
  };
  MIGRATE_ON_BOTH_SIDES(body);
}

TEST_CASE("without keepalive a forgotten line is found by the caller who needs it", "[engine][pool][keepalive]") {
  const auto body = []<typename Side>(Side /*side*/) {
    Fixture<Side> fixture({.ping_after_idle = 0ms, .ping_timeout = 200ms});
    fixture.run([&]() -> awaitable<void> {
      const std::vector<int> before = co_await fixture.backends();
      fixture.gate.forget_after(100ms);
      co_await pause(300ms);
      const std::vector<int> after = co_await fixture.backends();
      CHECK(after != before);
      CHECK(fixture.engine.statistics().ended(CloseCause::ping_failed) == 1);
      CHECK(fixture.engine.statistics().ended(CloseCause::stale) == 1);
    });
  };
  MIGRATE_ON_BOTH_SIDES(body);
}

TEST_CASE("keepalive finds dead lines while nobody asks, so that the next caller connects at once",
          "[engine][pool][keepalive]") {
  const auto body = []<typename Side>(Side /*side*/) {
    Fixture<Side> fixture({.ping_timeout = 200ms, .keepalive = 100ms});
    fixture.run([&]() -> awaitable<void> {
      const std::vector<int> before = co_await fixture.backends();
      fixture.gate.stall(true);
      const bool emptied = co_await fixture.comes_to(0);
      CHECK(emptied);
      CHECK(fixture.engine.statistics().leases == 2);
      CHECK(fixture.engine.statistics().ended(CloseCause::ping_failed) == 1);
      CHECK(fixture.engine.statistics().ended(CloseCause::stale) == 1);
      fixture.gate.heal();
      const std::vector<int> after = co_await fixture.backends();
      CHECK(after != before);
    });
  };
  MIGRATE_ON_BOTH_SIDES(body);
}
