#include <asio/detached.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <catch2/catch.hpp>
#include <optional>

#include "integration/engine/async_run.hpp"
#include "migrate/engine/async_engine.hpp"
#include "migrate/engine/async_row_stream.hpp"
#include "migrate/engine/async_transaction.hpp"
#include "migrate/server/private_server.hpp"

namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using asio::awaitable;
using Catch::Matchers::Contains;
using migrate::engine::AsyncConnection;
using migrate::engine::AsyncEngine;
using migrate::engine::AsyncLease;
using migrate::engine::AsyncTransaction;
using migrate::engine::ConnectionParts;
using migrate::engine::DatabaseArgumentError;
using migrate::engine::DatabaseError;
using migrate::engine::Deadline;
using migrate::engine::PoolOptions;
using migrate::test::message_of;
using migrate::test::pause;
using migrate::test::run_async;
using migrate::test::scalar;
using migrate::test::sessions_become;
using migrate::test::TempDatabase;

PoolOptions sized(int pool_size, int max_overflow) {
  PoolOptions options;
  options.pool_size = pool_size;
  options.max_overflow = max_overflow;
  return options;
}

awaitable<void> sleep_on(AsyncEngine engine, bool in_transaction) {
  const AsyncLease lease = co_await engine.connect();
  std::optional<AsyncTransaction> transaction;
  if (in_transaction) transaction.emplace(co_await lease->begin());
  co_await lease->execute("SELECT pg_sleep(60)");
}

awaitable<void> hold(AsyncEngine engine) {
  const AsyncLease lease = co_await engine.connect();
  auto rows = co_await lease->stream("SELECT * FROM generate_series(1, 100000)");
  co_await rows.next();
  co_await pause(60s);
}

}  // namespace

TEST_CASE("a context that ends drops its coroutines, and the server sees their sessions end", "[engine][async][loss]") {
  const TempDatabase database;
  std::optional<AsyncEngine> engine;
  {
    asio::io_context context(1);
    engine.emplace(database.config().with_pool(sized(4, 0)), context.get_executor());
    asio::co_spawn(context, sleep_on(*engine, false), asio::detached);
    asio::co_spawn(context, sleep_on(*engine, true), asio::detached);
    asio::co_spawn(context, hold(*engine), asio::detached);
    asio::co_spawn(context, hold(*engine), asio::detached);
    // These wait in the queue.
    for (int n = 0; n < 10; ++n) asio::co_spawn(context, sleep_on(*engine, false), asio::detached);
    context.run_for(300ms);
    CHECK(engine->statistics().leased == 4);
    CHECK(engine->statistics().waiting == 10);
  }
  CHECK(engine->statistics().leased == 0);
  CHECK(engine->statistics().waiting == 0);
  CHECK(sessions_become(database, 0));
  const std::string told = run_async([&]() -> awaitable<std::string> {
    const auto late = [&]() -> awaitable<void> { const AsyncLease none = co_await engine->connect(); };
    co_return co_await message_of<DatabaseArgumentError>(late);
  });
  CHECK_THAT(told, Contains("has ended"));
}

TEST_CASE("a context that ends while it connects leaves nothing behind", "[engine][async][loss]") {
  const TempDatabase database;
  for (int n = 0; n < 10; ++n) {
    asio::io_context context(1);
    const AsyncEngine engine(database.config(), context.get_executor());
    for (int m = 0; m < 5; ++m) asio::co_spawn(context, sleep_on(engine, false), asio::detached);
    context.run_for(std::chrono::milliseconds(n));
  }
  CHECK(sessions_become(database, 0));
}

TEST_CASE("connections, leases and idle pools may outlive their context", "[engine][async][loss]") {
  const TempDatabase database;
  std::optional<AsyncConnection> connection;
  std::optional<AsyncLease> lease;
  std::optional<AsyncEngine> engine;
  {
    asio::io_context context(1);
    engine.emplace(database.config(), context.get_executor());
    run_async(context, [&]() -> awaitable<void> {
      connection.emplace(co_await AsyncConnection::connect(database.config()));
      lease.emplace(co_await engine->connect());
      co_await (*lease)->execute("BEGIN");
      const AsyncLease idle = co_await engine->connect();
    });
    CHECK(engine->statistics().idle == 1);
  }
  CHECK_FALSE(connection->alive());
  const std::string told = run_async([&]() -> awaitable<std::string> {
    const auto use = [&]() -> awaitable<void> { co_await connection->execute("SELECT 1"); };
    co_return co_await message_of<DatabaseArgumentError>(use);
  });
  CHECK_THAT(told, Contains("has ended"));
  engine.reset();
  lease.reset();
  connection.reset();
  CHECK(sessions_become(database, 0));
}

TEST_CASE("a pool whose sessions are all terminated costs each coroutine one error at most", "[engine][async][loss]") {
  const TempDatabase database;
  asio::io_context context(1);
  AsyncEngine engine(database.config().with_pool(sized(5, 0)), context.get_executor());
  run_async(context, [&]() -> awaitable<void> {
    co_await engine.warm_up(5);
    // Idle ones are noticed without an error.
    database.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
        "pg_backend_pid()");
    co_await pause(50ms);
    for (int n = 0; n < 5; ++n) {
      const AsyncLease lease = co_await engine.connect();
      const std::string answer = co_await scalar(*lease, "SELECT 'back'");
      CHECK(answer == "back");
    }
    // One in use is told.
    const auto sleep = [&]() -> awaitable<void> { co_await sleep_on(engine, true); };
    const auto kill = [&]() -> awaitable<void> {
      co_await pause(50ms);
      database.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND state = "
          "'active' AND pid <> pg_backend_pid()");
    };
    const std::string told = co_await (message_of<DatabaseError>(sleep) && kill());
    CHECK_THAT(told, Contains("terminating connection"));
    const AsyncLease lease = co_await engine.connect();
    const std::string answer = co_await scalar(*lease, "SELECT 'back'");
    CHECK(answer == "back");
  });
  CHECK(engine.statistics().leased == 0);
}

TEST_CASE("coroutines come through a restart of the server", "[engine][async][loss]") {
  migrate::server::ThrowawayServer server;
  ConnectionParts parts;
  parts.url = server.url();
  parts.pool = sized(4, 0);
  parts.retry.retries = 0;
  asio::io_context context(2);
  AsyncEngine engine(migrate::engine::ConnectionConfig::create(parts), context.get_executor());
  std::atomic<int> before{0};
  std::atomic<int> after{0};
  std::atomic<int> errors{0};
  std::atomic<bool> back{false};
  const auto work = [](AsyncEngine with, std::atomic<int>& early, std::atomic<int>& late, std::atomic<int>& failed,
                       std::atomic<bool>& restarted) -> awaitable<void> {
    int done_after = 0;
    while (done_after < 5) {
      bool lost = false;
      try {
        const AsyncLease lease = co_await with.connect();
        co_await lease->execute("SELECT pg_sleep(0.005)");
        if (restarted) ++done_after;
        ++(restarted ? late : early);
      } catch (const DatabaseError&) {
        ++failed;
        lost = true;
      }
      if (lost) co_await pause(20ms);
    }
  };
  for (int n = 0; n < 10; ++n) {
    asio::co_spawn(context, work(engine, before, after, errors, back), asio::detached);
  }
  std::thread restart([&] {
    std::this_thread::sleep_for(300ms);
    server.server().stop();
    server.server().start();
    back = true;
  });
  migrate::test::run_threads(context, 2);
  restart.join();
  CHECK(before > 0);
  CHECK(after >= 50);
  CHECK(errors > 0);
  CHECK(engine.statistics().leased == 0);
}
