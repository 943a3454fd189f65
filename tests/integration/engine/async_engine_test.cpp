#include <asio/detached.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/thread_pool.hpp>
#include <atomic>
#include <catch2/catch.hpp>

#include "integration/engine/async_run.hpp"
#include "migrate/engine/async_engine.hpp"
#include "migrate/engine/async_transaction.hpp"
#include "support/temp_database.hpp"

namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using asio::awaitable;
using Catch::Matchers::Contains;
using migrate::engine::AsyncConnection;
using migrate::engine::AsyncEngine;
using migrate::engine::AsyncLease;
using migrate::engine::AsyncPoolHooks;
using migrate::engine::AsyncTransaction;
using migrate::engine::ConnectionConfig;
using migrate::engine::DatabaseArgumentError;
using migrate::engine::DatabaseConnectionError;
using migrate::engine::DatabaseTimeoutError;
using migrate::engine::Deadline;
using migrate::engine::PoolOptions;
using migrate::engine::PoolStatistics;
using migrate::engine::ResetPolicy;
using migrate::engine::Result;
using migrate::test::message_of;
using migrate::test::pause;
using migrate::test::run_async;
using migrate::test::run_threads;
using migrate::test::scalar;
using migrate::test::sessions_become;
using migrate::test::TempDatabase;

PoolOptions sized(int pool_size, int max_overflow) {
  PoolOptions options;
  options.pool_size = pool_size;
  options.max_overflow = max_overflow;
  return options;
}

awaitable<std::string> one_shot(AsyncEngine engine, std::string sql) {
  const AsyncLease lease = co_await engine.connect();
  co_return co_await scalar(*lease, std::move(sql));
}

}  // namespace

TEST_CASE("many coroutines share few connections, and all get their turn", "[engine][async]") {
  const TempDatabase database;
  asio::io_context context(1);
  AsyncEngine engine(database.config().with_pool(sized(3, 1)), context.get_executor());
  int done = 0;
  const auto work = [](AsyncEngine with, int& count) -> awaitable<void> {
    for (int round = 0; round < 10; ++round) {
      const std::string answer = co_await one_shot(with, "SELECT 1");
      count += std::stoi(answer);
    }
  };
  for (int n = 0; n < 200; ++n) asio::co_spawn(context, work(engine, done), asio::detached);
  context.run();
  CHECK(done == 2000);
  const PoolStatistics statistics = engine.statistics();
  CHECK(statistics.connects <= 4);
  CHECK(statistics.leased == 0);
  CHECK(statistics.waits > 0);
  CHECK(statistics.leases == 2000);
}

TEST_CASE("coroutines on four threads share few connections", "[engine][async]") {
  const TempDatabase database;
  asio::io_context context(4);
  AsyncEngine engine(database.config().with_pool(sized(4, 2)), context.get_executor());
  std::atomic<int> done{0};
  const auto work = [](AsyncEngine with, std::atomic<int>& count, int number) -> awaitable<void> {
    for (int round = 0; round < 20; ++round) {
      const AsyncLease lease = co_await with.connect();
      if (number % 3 == 0) {
        AsyncTransaction transaction = co_await lease->begin();
        co_await transaction.execute("SELECT $1::int", round);
        // Every other one is left to the engine to roll back.
        if (round % 2 == 0) co_await transaction.commit();
      } else {
        co_await lease->execute("SELECT $1::int", round);
      }
      ++count;
    }
  };
  for (int n = 0; n < 30; ++n) asio::co_spawn(context, work(engine, done, n), asio::detached);
  run_threads(context, 4);
  CHECK(done == 600);
  CHECK(engine.statistics().leased == 0);
  CHECK(engine.statistics().open <= 6);
}

TEST_CASE("an engine may live on a thread pool of Asio", "[engine][async]") {
  const TempDatabase database;
  asio::thread_pool pool(3);
  AsyncEngine engine(database.config().with_pool(sized(2, 0)), pool.get_executor());
  std::atomic<int> done{0};
  const auto work = [](AsyncEngine with, std::atomic<int>& count) -> awaitable<void> {
    for (int round = 0; round < 10; ++round) {
      const std::string answer = co_await one_shot(with, "SELECT 1");
      count += std::stoi(answer);
    }
  };
  for (int n = 0; n < 20; ++n) asio::co_spawn(pool, work(engine, done), asio::detached);
  pool.join();
  CHECK(done == 200);
  CHECK(engine.statistics().connects <= 2);
}

TEST_CASE("what a lease leaves open is rolled back before the next one, and nobody waits for it", "[engine][async]") {
  const TempDatabase database;
  database.execute("CREATE TABLE t (n int)");
  asio::io_context context(1);
  AsyncEngine engine(database.config().with_pool(sized(1, 0)), context.get_executor());
  run_async(context, [&]() -> awaitable<void> {
    int first = 0;
    {
      const AsyncLease lease = co_await engine.connect();
      first = lease->backend_pid();
      const AsyncTransaction transaction = co_await lease->begin();
      co_await lease->execute("INSERT INTO t VALUES (1)");
    }
    CHECK(engine.statistics().leased == 1);
    const AsyncLease lease = co_await engine.connect();
    CHECK(lease->backend_pid() == first);
    const std::string count = co_await scalar(*lease, "SELECT count(*) FROM t");
    CHECK(count == "0");
  });
}

TEST_CASE("a transaction of a coroutine commits when told, and otherwise rolls back", "[engine][async]") {
  const TempDatabase database;
  database.execute("CREATE TABLE t (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
  run_async([&]() -> awaitable<void> {
    auto connection = co_await AsyncConnection::connect(database.config());
    {
      AsyncTransaction kept = co_await connection.begin();
      co_await kept.execute("INSERT INTO t VALUES ($1)", 1);
      co_await kept.commit();
      CHECK_FALSE(kept.open());
    }
    {
      AsyncTransaction forgotten = co_await connection.begin("ISOLATION LEVEL SERIALIZABLE");
      co_await forgotten.execute("INSERT INTO t VALUES (2)");
    }
    std::string count = co_await scalar(connection, "SELECT count(*) FROM t");
    CHECK(count == "1");
    {
      AsyncTransaction outer = co_await connection.begin();
      co_await outer.execute("INSERT INTO t VALUES (3)");
      {
        auto inner = co_await outer.savepoint();
        const auto fail = [&]() -> awaitable<void> { co_await inner.execute("INSERT INTO nothing VALUES (4)"); };
        const std::string told = co_await message_of<migrate::engine::SqlError>(fail);
        CHECK_THAT(told, Contains("nothing"));
      }
      auto second = co_await outer.savepoint();
      co_await second.execute("INSERT INTO t VALUES (5)");
      co_await second.commit();
      co_await outer.execute_and_commit("INSERT INTO t VALUES ($1)", 6);
    }
    count = co_await scalar(connection, "SELECT string_agg(n::text, ',' ORDER BY n) FROM t");
    CHECK(count == "1,3,5,6");
    AsyncTransaction doomed = co_await connection.begin();
    co_await doomed.execute("INSERT INTO t VALUES (1)");
    const auto commit = [&]() -> awaitable<void> { co_await doomed.commit(); };
    const std::string told = co_await message_of<migrate::engine::SqlError>(commit);
    CHECK_THAT(told, Contains("duplicate key"));
    const Result alone = co_await connection.execute_in_transaction({}, "INSERT INTO t VALUES (7) RETURNING n");
    CHECK(alone.text(0, 0) == "7");
  });
}

TEST_CASE("an exhausted pool tells a coroutine who holds its connections", "[engine][async]") {
  const TempDatabase database;
  PoolOptions options = sized(1, 0);
  options.pool_timeout = 100ms;
  asio::io_context context(1);
  AsyncEngine engine(database.config().with_pool(options), context.get_executor());
  run_async(context, [&]() -> awaitable<void> {
    const AsyncLease held = co_await engine.connect();
    const auto second = [&]() -> awaitable<void> { const AsyncLease none = co_await engine.connect(); };
    const auto begun = std::chrono::steady_clock::now();
    const std::string told = co_await message_of<DatabaseTimeoutError>(second);
    CHECK_THAT(told, Contains("1 leased"));
    CHECK_THAT(told, Contains("async_engine_test.cpp"));
    CHECK(std::chrono::steady_clock::now() - begun >= 100ms);
    CHECK(engine.statistics().waiting == 0);
  });
}

TEST_CASE("a connect that fails is told to the coroutine that asked, and to every one behind it", "[engine][async]") {
  const TempDatabase database;
  asio::io_context context(1);
  auto config = database.config().with_database("no_such_database").with_pool(sized(1, 0));
  AsyncEngine engine(config, context.get_executor());
  int failed = 0;
  const auto ask = [](AsyncEngine with, int& count) -> awaitable<void> {
    try {
      const AsyncLease lease = co_await with.connect();
    } catch (const DatabaseConnectionError&) {
      ++count;
    }
  };
  for (int n = 0; n < 5; ++n) asio::co_spawn(context, ask(engine, failed), asio::detached);
  context.run();
  CHECK(failed == 5);
  CHECK(engine.statistics().open == 0);
}

TEST_CASE("with() lends a connection for one coroutine", "[engine][async]") {
  const TempDatabase database;
  asio::io_context context(1);
  AsyncEngine engine(database.config(), context.get_executor());
  const std::string answer = run_async(context, [&]() -> awaitable<std::string> {
    const auto ask = [&](AsyncConnection& connection) { return scalar(connection, "SELECT 'lent'"); };
    const std::string first = co_await engine.with(ask);
    const auto fail = [&]() -> awaitable<void> {
      const auto wrong = [](AsyncConnection& connection) { return scalar(connection, "SELECT nothing"); };
      co_await engine.with(wrong);
    };
    const std::string told = co_await message_of<migrate::engine::SqlError>(fail);
    CHECK_THAT(told, Contains("nothing"));
    co_return first;
  });
  CHECK(answer == "lent");
  CHECK(engine.statistics().idle == 1);
}

TEST_CASE("hooks of an asynchronous pool may talk to the server", "[engine][async]") {
  const TempDatabase database;
  PoolOptions options = sized(1, 0);
  options.reset = ResetPolicy::discard;
  asio::io_context context(1);
  AsyncEngine engine(database.config().with_pool(options), context.get_executor());
  int prepared = 0;
  int restored = 0;
  AsyncPoolHooks hooks;
  hooks.prepare = [&](AsyncConnection& connection) -> awaitable<void> {
    ++prepared;
    co_await connection.execute("SET application_name = 'prepared'");
  };
  hooks.restore = [&](AsyncConnection& connection) -> awaitable<void> {
    ++restored;
    co_await connection.execute("SET application_name = 'restored'");
  };
  engine.set_pool_hooks(std::move(hooks));
  run_async(context, [&]() -> awaitable<void> {
    std::string name = co_await one_shot(engine, "SHOW application_name");
    CHECK(name == "prepared");
    name = co_await one_shot(engine, "SHOW application_name");
    CHECK(name == "restored");
    name = co_await one_shot(engine, "SET application_name = 'mine'; SHOW application_name");
    CHECK(name == "mine");
    name = co_await one_shot(engine, "SHOW application_name");
    CHECK(name == "restored");
  });
  CHECK(prepared == 1);
  CHECK(restored == 4);
}

TEST_CASE("what statements leave in the session is undone before the next coroutine", "[engine][async]") {
  const TempDatabase database;
  PoolOptions options = sized(1, 0);
  options.reset = ResetPolicy::clean;
  asio::io_context context(1);
  AsyncEngine engine(database.config().with_pool(options), context.get_executor());
  run_async(context, [&]() -> awaitable<void> {
    co_await one_shot(engine, "SET work_mem = '1MB'; SELECT pg_advisory_lock(7); LISTEN channel");
    const std::string memory = co_await one_shot(engine, "SHOW work_mem");
    CHECK(memory != "1MB");
    const std::string locks = co_await one_shot(engine, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'");
    CHECK(locks == "0");
  });
  CHECK(engine.statistics().connects == 1);
}

TEST_CASE("close() waits for leases, then refuses, and leaves no session behind", "[engine][async]") {
  const TempDatabase database;
  asio::io_context context(1);
  AsyncEngine engine(database.config().with_pool(sized(3, 0)), context.get_executor());
  run_async(context, [&]() -> awaitable<void> {
    const std::size_t made = co_await engine.warm_up(3);
    CHECK(made == 3);
    const auto hold = [&]() -> awaitable<void> {
      const AsyncLease lease = co_await engine.connect();
      co_await pause(100ms);
    };
    const auto end = [&]() -> awaitable<bool> {
      co_await pause(20ms);
      const bool early = co_await engine.close(Deadline::after(20ms));
      CHECK_FALSE(early);
      co_return co_await engine.close();
    };
    const bool drained = co_await (hold() && end());
    CHECK(drained);
    const auto late = [&]() -> awaitable<void> { const AsyncLease none = co_await engine.connect(); };
    const std::string told = co_await message_of<DatabaseArgumentError>(late);
    CHECK_THAT(told, Contains("closed"));
  });
  CHECK(engine.statistics().open == 0);
  CHECK(sessions_become(database, 0));
}

TEST_CASE("abort() fails what runs at once", "[engine][async]") {
  const TempDatabase database;
  asio::io_context context(1);
  AsyncEngine engine(database.config(), context.get_executor());
  run_async(context, [&]() -> awaitable<void> {
    const auto sleep = [&]() -> awaitable<void> { co_await one_shot(engine, "SELECT pg_sleep(30)"); };
    const auto cut = [&]() -> awaitable<void> {
      co_await pause(100ms);
      engine.abort();
    };
    const auto begun = std::chrono::steady_clock::now();
    const std::string told = co_await (message_of<DatabaseConnectionError>(sleep) && cut());
    CHECK_THAT(told, Contains("was lost"));
    CHECK(std::chrono::steady_clock::now() - begun < 5s);
  });
  CHECK(engine.statistics().open == 0);
}

TEST_CASE("upkeep closes idle connections while the context runs, and ends with the engine", "[engine][async]") {
  const TempDatabase database;
  PoolOptions options = sized(4, 0);
  options.idle_timeout = 50ms;
  options.min_idle = 1;
  asio::io_context context(1);
  std::optional<AsyncEngine> engine;
  engine.emplace(database.config().with_pool(options), context.get_executor());
  run_async(context, [&]() -> awaitable<void> {
    co_await engine->warm_up(4);
    CHECK(engine->statistics().idle == 4);
    for (int n = 0; n < 100 && engine->statistics().idle > 1; ++n) co_await pause(20ms);
    CHECK(engine->statistics().idle == 1);
    const bool drained = co_await engine->close();
    CHECK(drained);
  });
}
