#include "migrate/engine/async_session.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/detached.hpp>
#include <catch2/catch.hpp>
#include <string>

#include "async_run.hpp"
#include "migrate/engine/async_session_factory.hpp"
#include "migrate/engine/sql_error.hpp"
#include "support/temp_database.hpp"

using namespace migrate::engine;
using namespace migrate::test;
using namespace std::chrono_literals;
using asio::awaitable;
using Catch::Contains;

namespace {

/// A database with an empty table t (a int unique), and one engine on it in a context of its own.
struct Fixture {
  Fixture() { database.execute("CREATE TABLE t (a int UNIQUE)"); }
  [[nodiscard]] std::string rows() const { return database.query("SELECT string_agg(a::text, ',' ORDER BY a) FROM t"); }
  /// Runs the coroutine that `make` returns.
  template <typename Make>
  auto run(Make make) {
    context.restart();
    return run_async(context, std::move(make));
  }

  TempDatabase database;
  asio::io_context context;
  AsyncEngine engine{database.config(), context.get_executor()};
  AsyncSessionFactory factory{engine};
};

constexpr auto k_insert = "INSERT INTO t VALUES ($1)";

}  // namespace

TEST_CASE("an async session leases and begins with its first statement, and ends with commit", "[engine][async]") {
  Fixture fixture;
  fixture.run([&]() -> awaitable<void> {
    AsyncSession session = fixture.factory();
    CHECK(fixture.engine.statistics().leases == 0);
    co_await session.execute(k_insert, 1);
    CHECK(session.in_transaction());
    CHECK(fixture.engine.statistics().leased == 1);
    CHECK(fixture.rows().empty());
    co_await session.commit();
    CHECK_FALSE(session.in_transaction());
    co_await session.execute(k_insert, 2);
    co_await session.commit();
    co_await session.commit();
  });
  CHECK(fixture.engine.statistics().leased == 0);
  CHECK(fixture.rows() == "1,2");
}

TEST_CASE("what an async session does not commit is rolled back, awaited or not", "[engine][async]") {
  Fixture fixture;
  fixture.run([&]() -> awaitable<void> {
    {
      AsyncSession forgotten = fixture.factory();
      co_await forgotten.execute(k_insert, 1);
    }
    AsyncSession session = fixture.factory();
    co_await session.execute(k_insert, 1);
    co_await session.rollback();
    co_await session.rollback();
    co_await session.execute(k_insert, 1);
    co_await session.close();
    const auto late = [&] { return session.execute("SELECT 1"); };
    const std::string refusal = co_await message_of<DatabaseArgumentError>(late);
    CHECK_THAT(refusal, Contains("session that is closed"));
  });
  CHECK(fixture.rows().empty());
  CHECK(fixture.engine.statistics().leased == 0);
}

TEST_CASE("async sessions read scalars, rows and optionals", "[engine][async]") {
  Fixture fixture;
  fixture.run([&]() -> awaitable<void> {
    AsyncSession session = fixture.factory();
    co_await session.execute("INSERT INTO t SELECT generate_series(1, 3)");
    const int one = co_await session.scalar<int>("SELECT $1::int", 1);
    CHECK(one == 1);
    const auto none = co_await session.scalar_or_none<int>("SELECT a FROM t WHERE a > $1", 3);
    CHECK_FALSE(none);
    const auto all = co_await session.query<int>("SELECT a FROM t ORDER BY a DESC LIMIT $1", 2);
    CHECK(all == std::vector{3, 2});
    const auto pair = co_await session.one<std::pair<int, std::string>>("SELECT a, 'x' FROM t WHERE a = $1", 2);
    CHECK(pair == std::pair(2, std::string("x")));
    const auto missing = co_await session.one_or_none<int>("SELECT a FROM t WHERE a = 9");
    CHECK_FALSE(missing);
  });
}

TEST_CASE("an async with() commits what its function did and returns its value", "[engine][async]") {
  Fixture fixture;
  const int count = fixture.run([&]() -> awaitable<int> {
    co_return co_await fixture.factory.with([](AsyncSession& session) -> awaitable<int> {
      co_await session.execute(k_insert, 7);
      co_return co_await session.scalar<int>("SELECT count(*) FROM t");
    });
  });
  CHECK(count == 1);
  CHECK(fixture.rows() == "7");
}

TEST_CASE("an async with() rolls back when its function throws, and passes the exception on", "[engine][async]") {
  Fixture fixture;
  fixture.run([&]() -> awaitable<void> {
    const auto failing = [](AsyncSession& session) -> awaitable<void> {
      co_await session.execute(k_insert, 1);
      throw std::logic_error("mine");
    };
    const auto all = [&] { return fixture.factory.with(failing); };
    const std::string message = co_await message_of<std::logic_error>(all);
    CHECK(message == "mine");
    CHECK(fixture.engine.statistics().leased == 0);
  });
  CHECK(fixture.rows().empty());
}

TEST_CASE("an async transaction of one statement is one round trip", "[engine][async]") {
  const TempDatabase database;
  database.execute("CREATE TABLE t (a int UNIQUE)");
  std::vector<std::string> seen;
  ConnectionHooks hooks;
  hooks.log = [&](const migrate::base::LogEvent& event) {
    if (event.name == "statement") seen.push_back(event.message);
  };
  asio::io_context context;
  const AsyncSessionFactory factory(AsyncEngine(database.config().with({.echo = true}), context.get_executor(), hooks));
  run_async(context, [&]() -> awaitable<void> {
    co_await factory.execute(k_insert, 1);
    AsyncSession session = factory();
    co_await session.execute(k_insert, 2);
    co_await session.execute_and_commit(k_insert, 3);
    CHECK_FALSE(session.in_transaction());
    const auto twice = [&] { return session.execute_and_commit(k_insert, 1); };
    const std::string message = co_await message_of<UniqueViolation>(twice);
    CHECK_THAT(message, Contains("t_a_key"));
  });
  CHECK(seen == std::vector<std::string>(4, k_insert));
  CHECK(database.query("SELECT count(*) FROM t") == "3");
}

TEST_CASE("an async nested() keeps or undoes, and does not let its function end the transaction", "[engine][async]") {
  Fixture fixture;
  fixture.run([&]() -> awaitable<void> {
    co_await fixture.factory.with([](AsyncSession& session) -> awaitable<void> {
      co_await session.execute(k_insert, 1);
      const auto inserting = [](AsyncSession& inner) -> awaitable<long> {
        const Result result = co_await inner.execute(k_insert, 2);
        co_return result.affected_rows();
      };
      const long rows = co_await session.nested(inserting);
      CHECK(rows == 1);
      const auto failing = [](AsyncSession& inner) -> awaitable<void> {
        co_await inner.execute(k_insert, 3);
        throw std::runtime_error("undo me");
      };
      const auto nested = [&] { return session.nested(failing); };
      const std::string undone = co_await message_of<std::runtime_error>(nested);
      CHECK(undone == "undo me");
      const auto committing = [](AsyncSession& inner) -> awaitable<void> { co_await inner.commit(); };
      const auto refused = [&] { return session.nested(committing); };
      const std::string refusal = co_await message_of<DatabaseArgumentError>(refused);
      CHECK_THAT(refusal, Contains("nested session"));
    });
  });
  CHECK(fixture.rows() == "1,2");
}

TEST_CASE("an async transaction refused by serialization is run again where that was asked for",
          "[engine][async][retry]") {
  Fixture fixture;
  fixture.database.execute("INSERT INTO t VALUES (0)");
  std::vector<std::string> told;
  SessionOptions options{.transaction = {.isolation = Isolation::serializable}, .retry = {.retries = 3}};
  options.log = [&](const migrate::base::LogEvent& event) { told.emplace_back(event.name); };
  options.seams.chance = [] { return 0.0; };
  int runs = 0;
  const auto body = [&](AsyncSession& session) -> awaitable<void> {
    ++runs;
    const int before = co_await session.scalar<int>("SELECT max(a) FROM t");
    if (runs == 1) co_await fixture.factory.execute("UPDATE t SET a = a + 10");
    co_await session.execute("UPDATE t SET a = $1", before + 1);
  };
  const auto factory = fixture.factory.with_options(options);
  fixture.run([&] { return factory.with(body); });
  CHECK(runs == 2);
  CHECK(fixture.rows() == "11");
  CHECK(told == std::vector<std::string>{"transaction.retry"});
}

TEST_CASE("an idempotent coroutine that loses its connection is run again with another", "[engine][async][retry]") {
  Fixture fixture;
  int runs = 0;
  const auto block = [&]() -> awaitable<int> {
    const AsyncLease lease = co_await fixture.engine.connect();
    if (++runs == 1)
      fixture.database.execute("SELECT pg_terminate_backend(" + std::to_string(lease->backend_pid()) + ")");
    const Result result = co_await lease->execute("SELECT 42");
    co_return result.scalar<int>();
  };
  const RetryPolicy policy{.retries = 2, .base = 1ms, .cap = 1ms};
  CHECK(fixture.run([&] { return async_retry(policy, block); }) == 42);
  CHECK(runs == 2);
}

TEST_CASE("a cancelled session rolls back and gives its connection back fit for the next", "[engine][async]") {
  Fixture fixture;
  asio::cancellation_signal cancel;
  std::string end;
  const auto body = [](AsyncSession& session) -> awaitable<void> {
    co_await session.execute(k_insert, 1);
    co_await session.execute("SELECT pg_sleep(60)");
  };
  asio::co_spawn(fixture.context, fixture.factory.with(body),
                 asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr error) {
                   try {
                     if (error) std::rethrow_exception(error);
                     end = "it finished";
                   } catch (const DatabaseInterrupted&) {
                     end = "interrupted";
                   }
                 }));
  asio::co_spawn(
      fixture.context,
      [&]() -> awaitable<void> {
        while (fixture.database.query("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND "
                                      "state = 'active' AND pid <> pg_backend_pid()") == "0") {
          co_await pause(5ms);
        }
        cancel.emit(asio::cancellation_type::terminal);
      },
      asio::detached);
  fixture.context.run();
  CHECK(end == "interrupted");
  CHECK(fixture.rows().empty());
  fixture.run([&]() -> awaitable<void> {
    const Result result = co_await fixture.factory.execute("SELECT 1");
    CHECK(result.scalar<int>() == 1);
  });
  CHECK(fixture.engine.statistics().leased == 0);
}

TEST_CASE("many sessions share few connections on several threads", "[engine][async]") {
  const TempDatabase database;
  database.execute("CREATE TABLE t (a int UNIQUE)");
  asio::io_context context(4);
  const AsyncSessionFactory factory(
      AsyncEngine(database.config().with({.pool_size = 2, .max_overflow = 1}), context.get_executor()));
  constexpr int k_sessions = 40;
  for (int n = 0; n < k_sessions; ++n) {
    asio::co_spawn(
        context,
        [&factory, n]() -> awaitable<void> {
          const auto body = [n](AsyncSession& session) -> awaitable<void> {
            co_await session.execute(k_insert, n);
            if (n % 2 == 1) throw std::runtime_error("odd");
          };
          try {
            co_await factory.with(body);
          } catch (const std::runtime_error&) {
          }
        },
        asio::detached);
  }
  run_threads(context, 4);
  CHECK(database.query("SELECT count(*) FROM t WHERE a % 2 = 0") == std::to_string(k_sessions / 2));
  CHECK(database.query("SELECT count(*) FROM t") == std::to_string(k_sessions / 2));
  CHECK(factory.engine().statistics().leased == 0);
  CHECK(factory.engine().statistics().open <= 3);
}

TEST_CASE("a context that ends in the middle of a session leaves no backend and no memory", "[engine][async]") {
  const TempDatabase database;
  {
    asio::io_context context;
    const AsyncSessionFactory factory(AsyncEngine(database.config(), context.get_executor()));
    const auto body = [](AsyncSession& session) -> awaitable<void> {
      co_await session.execute("CREATE TABLE lost ()");
      co_await session.execute("SELECT pg_sleep(60)");
    };
    asio::co_spawn(context, factory.with(body), asio::detached);
    context.run_for(300ms);
  }
  for (int n = 0; n < 200; ++n) {
    if (database.query("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
                       "pg_backend_pid()") == "0") {
      break;
    }
    std::this_thread::sleep_for(20ms);
  }
  CHECK(database.query("SELECT coalesce(to_regclass('lost')::text, '-')") == "-");
}
