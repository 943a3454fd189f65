#include <asio/detached.hpp>
#include <catch2/catch.hpp>
#include <csignal>

#include "async_run.hpp"
#include "migrate/engine/async_database.hpp"
#include "migrate/engine/async_registry.hpp"
#include "migrate/engine/async_shutdown.hpp"
#include "migrate/engine/async_unit_of_work.hpp"
#include "migrate/engine/connection_proxy.hpp"
#include "migrate/engine/database_factory.hpp"
#include "migrate/engine/sql_error.hpp"
#include "support/temp_database.hpp"

using namespace migrate::engine;
using namespace migrate::test;
using namespace std::chrono_literals;
using asio::awaitable;
using Catch::Contains;

namespace {

/// One body for threads and for coroutines.
template <RepositoryProxy Proxy>
class Words : public Repository<Proxy> {
 public:
  using Repository<Proxy>::Repository;

  Answer<Proxy, Result> add(std::string_view word) { return this->execute("INSERT INTO words VALUES ($1)", word); }
  Answer<Proxy, std::vector<std::string>> all() {
    return this->template query<std::string>("SELECT word FROM words ORDER BY word");
  }
};

using AsyncWords = Words<AsyncConnectionProxy>;
using Work = AsyncUnitOfWork<AsyncWords>;
using Strings = std::vector<std::string>;

struct Fixture {
  Fixture() { database.execute("CREATE TABLE words (word text UNIQUE)"); }
  [[nodiscard]] std::string words() const {
    return database.query("SELECT string_agg(word, ',' ORDER BY word) FROM words");
  }
  template <typename Make>
  auto run(Make make) {
    context.restart();
    return run_async(context, std::move(make));
  }

  TempDatabase database;
  asio::io_context context;
  std::shared_ptr<AsyncEngineFactory> engines =
      std::make_shared<AsyncEngineFactory>(context.get_executor(), database.config());
};

}  // namespace

TEST_CASE("one repository serves threads and coroutines", "[engine][async][repository]") {
  Fixture fixture;
  fixture.run([&]() -> awaitable<void> {
    AsyncConnectionProxy proxy(fixture.engines);
    CHECK_FALSE(proxy.connected());
    AsyncWords words(proxy);
    co_await words.add("async");
    CHECK(&proxy.connect() == &proxy.connect());
    co_await proxy.connect().commit();
    co_await words.add("forgotten");
    co_await proxy.disconnect();
    co_await proxy.disconnect();
    CHECK_FALSE(proxy.connected());
    CHECK(fixture.engines->create().statistics().leased == 0);
  });
  ConnectionProxy proxy(std::make_shared<SyncEngineFactory>(fixture.database.config()));
  Words<ConnectionProxy> words(proxy);
  words.add("sync");
  CHECK(words.all() == Strings{"async", "sync"});
}

TEST_CASE("an async unit of work keeps or undoes what its repositories did", "[engine][async][unit_of_work]") {
  Fixture fixture;
  fixture.run([&]() -> awaitable<void> {
    Work work(fixture.engines);
    const auto adding = [](Work& unit) -> awaitable<Strings> {
      co_await unit.get<AsyncWords>().add("a");
      co_await unit.get<AsyncWords>().add("b");
      co_return co_await unit.get<AsyncWords>().all();
    };
    const Strings seen = co_await work.run(adding);
    CHECK(seen == Strings{"a", "b"});
    const auto failing = [](Work& unit) -> awaitable<void> {
      co_await unit.get<AsyncWords>().add("c");
      co_await unit.get<AsyncWords>().add("a");
    };
    const auto running = [&] { return work.run(failing); };
    const std::string message = co_await message_of<UniqueViolation>(running);
    CHECK_THAT(message, Contains("words_word_key"));
    CHECK(fixture.engines->create().statistics().leased == 0);
    const auto committing = [](Work& unit) -> awaitable<void> {
      co_await unit.get<AsyncWords>().add("d");
      co_await unit.commit();
      co_await unit.commit();
      co_await unit.get<AsyncWords>().add("e");
      throw std::runtime_error("too late for d");
    };
    const auto late = [&] { return work.run(committing); };
    const std::string second = co_await message_of<std::runtime_error>(late);
    CHECK(second == "too late for d");
  });
  CHECK(fixture.words() == "a,b,d");
}

TEST_CASE("the destructor of an async unit of work never commits", "[engine][async][unit_of_work]") {
  Fixture fixture;
  fixture.run([&]() -> awaitable<void> {
    Work work(fixture.engines);
    co_await work.get<AsyncWords>().add("a");
  });
  CHECK(fixture.words().empty());
  CHECK(fixture.engines->create().statistics().leased == 0);
}

TEST_CASE("an async database commits on return, rolls back on a throw, and nests when told", "[engine][async]") {
  Fixture fixture;
  AsyncDatabase database(fixture.database.config(), fixture.context.get_executor());
  CHECK(database.engine().statistics().connects == 0);
  fixture.run([&]() -> awaitable<void> {
    const auto outer = [&](AsyncSession& session) -> awaitable<void> {
      co_await session.execute("INSERT INTO words VALUES ('outer')");
      const auto inner = [&](AsyncSession& nested) -> awaitable<void> {
        CHECK(&nested == &session);
        co_await nested.execute("INSERT INTO words VALUES ('inner')");
        throw std::runtime_error("only the inner one");
      };
      const auto nesting = [&] { return database.session(session, inner); };
      const std::string message = co_await message_of<std::runtime_error>(nesting);
      CHECK(message == "only the inner one");
    };
    co_await database.session(outer);
    const bool closed = co_await database.close(Deadline::after(20s));
    CHECK(closed);
  });
  CHECK(fixture.words() == "outer");
}

TEST_CASE("nesting in an async database can be an error, or a session of its own", "[engine][async]") {
  Fixture fixture;
  AsyncDatabase strict(fixture.engines->create(), {.nested = NestedSession::error});
  AsyncDatabase separate(fixture.engines->create(), {.nested = NestedSession::separate});
  fixture.run([&]() -> awaitable<void> {
    const auto inserting = [](AsyncSession& session) -> awaitable<void> {
      co_await session.execute("INSERT INTO words VALUES ('separate')");
    };
    AsyncSession outer = strict.session_factory()();
    co_await outer.execute("INSERT INTO words VALUES ('outer')");
    co_await separate.session(outer, inserting);
    std::string refusal;
    try {
      co_await strict.session(outer, inserting);
    } catch (const DatabaseArgumentError& error) {
      refusal = error.what();
    }
    CHECK_THAT(refusal, Contains("a session inside of a session"));
  });
  CHECK(fixture.words() == "separate");
}

TEST_CASE("a context has one engine for one configuration, lazily", "[engine][async][registry]") {
  Fixture fixture;
  EngineRegistry registry;
  const RegistryOverride here(registry);
  const asio::any_io_executor executor = fixture.context.get_executor();
  CHECK_THROWS_AS(get_async_engine(executor), DatabaseArgumentError);
  configure_database(fixture.database.config());
  const AsyncEngine engine = get_async_engine(executor);
  CHECK(engine == get_async_engine(executor));
  CHECK(engine.statistics().connects == 0);
  CHECK(get_async_session_factory(executor).engine() == engine);
  fixture.run([&]() -> awaitable<void> {
    AsyncSession session = co_await get_async_session();
    CHECK(session.engine() == engine);
    const int one = co_await session.scalar<int>("SELECT 1");
    CHECK(one == 1);
    co_await session.commit();
  });
  asio::io_context other;
  CHECK_FALSE(get_async_engine(other.get_executor()) == engine);
  reset_async_engines(executor);
  CHECK_FALSE(get_async_engine(executor) == engine);
  EngineRegistry test({.config = fixture.database.config().with({.pool_size = 1})});
  const RegistryOverride there(test);
  CHECK(get_async_engine(executor).config().pool().pool_size == 1);
}

TEST_CASE("async_connection and async_session take settings in parts", "[engine][async][registry]") {
  Fixture fixture;
  EngineRegistry registry({.config = fixture.database.config().with_database("postgres")});
  const RegistryOverride here(registry);
  const std::string name = fixture.database.name();
  fixture.run([&]() -> awaitable<void> {
    // Named, because GCC 12 destroys temporaries like this twice in a co_await expression.
    const ConnectionSettings settings{.db_name = name, .db_driver = "postgresql+asyncpg"};
    {
      auto connection = co_await async_connection(settings);
      const Result result = co_await connection->execute("SELECT current_database()");
      CHECK(result.scalar<std::string>() == name);
    }
    AsyncSession session = co_await async_session(settings);
    co_await session.execute("INSERT INTO words VALUES ('kept')");
    co_await session.commit();
    co_await session.execute("INSERT INTO words VALUES ('lost')");
  });
  CHECK(fixture.words() == "kept");
  CHECK(async_engines(fixture.context.get_executor())->engines().size() == 1);
}

TEST_CASE("callbacks of an async factory are awaited on every new connection", "[engine][async][registry]") {
  Fixture fixture;
  fixture.engines->register_callback("name", [](AsyncConnection& connection) -> awaitable<void> {
    co_await connection.execute("SET application_name = 'prepared'");
  });
  fixture.run([&]() -> awaitable<void> {
    const AsyncLease lease = co_await fixture.engines->create().connect();
    CHECK(lease->parameter("application_name") == "prepared");
  });
  const bool closed = fixture.run([&] { return fixture.engines->close(Deadline::after(20s)); });
  CHECK(closed);
  CHECK(fixture.engines->engines().empty());
}

TEST_CASE("a database factory is one door to all factories", "[engine][async][registry]") {
  Fixture fixture;
  DatabaseFactory factory(fixture.context.get_executor(), {.config = fixture.database.config()},
                          {.transaction = {.read_only = true}});
  CHECK(factory.get_sync_engine_factory() == factory.get_sync_engine_factory());
  CHECK(factory.get_async_engine_factory() == factory.get_async_engine_factory());
  CHECK(factory.get_sync_session_factory().engine() == factory.get_sync_engine_factory()->create());
  CHECK(factory.get_async_session_factory().engine() == factory.get_async_engine_factory()->create());
  CHECK(factory.get_sync_session_factory().execute("SHOW transaction_read_only").scalar<std::string>() == "on");
  fixture.run([&]() -> awaitable<void> {
    const Result result = co_await factory.get_async_session_factory().execute("SHOW transaction_read_only");
    CHECK(result.scalar<std::string>() == "on");
  });
  DatabaseFactory without;
  CHECK_THROWS_WITH(without.get_async_session_factory(), Contains("no executor"));
  CHECK_THROWS_AS(without.get_sync_session_factory(), DatabaseArgumentError);
}

TEST_CASE("a signal ends an async program in order", "[engine][async][shutdown]") {
  Fixture fixture;
  AsyncDatabase database(fixture.engines->create());
  bool in_order = false;
  asio::co_spawn(
      fixture.context,
      [&]() -> awaitable<void> {
        const auto body = [](AsyncSession& session) -> awaitable<void> {
          co_await session.execute("INSERT INTO words VALUES ('kept')");
          std::raise(SIGTERM);
          co_await session.execute("SELECT pg_sleep(0.2)");
        };
        co_await database.session(body);
      },
      asio::detached);
  fixture.run([&]() -> awaitable<void> {
    const int number = co_await async_wait_for_signal();
    CHECK(number == SIGTERM);
    in_order = co_await async_shut_down(database.engine(), 30s);
  });
  CHECK(in_order);
  CHECK(fixture.words() == "kept");
}

TEST_CASE("who does not finish in time is cut off, and nothing of it stays", "[engine][async][shutdown]") {
  Fixture fixture;
  AsyncDatabase database(fixture.engines->create());
  std::string end;
  asio::co_spawn(
      fixture.context,
      [&]() -> awaitable<void> {
        const auto body = [](AsyncSession& session) -> awaitable<void> {
          co_await session.execute("INSERT INTO words VALUES ('lost')");
          co_await session.execute("SELECT pg_sleep(60)");
        };
        try {
          co_await database.session(body);
        } catch (const DatabaseConnectionError&) {
          end = "cut off";
        }
      },
      asio::detached);
  fixture.run([&]() -> awaitable<void> {
    co_await pause(100ms);
    const bool in_order = co_await async_shut_down(database.engine(), 50ms);
    CHECK_FALSE(in_order);
  });
  CHECK(end == "cut off");
  CHECK(fixture.words().empty());
}
