#include "migrate/engine/registry.hpp"

#include <catch2/catch.hpp>
#include <future>

#include "support/temp_database.hpp"

using namespace migrate::engine;
using Catch::Contains;
using migrate::test::TempDatabase;

namespace {

/// The parts of a database's URL as settings of an application.
ConnectionSettings settings_of(const TempDatabase& database) {
  const Url url = database.url();
  return {.db_role = url.user,
          .db_name = database.name(),
          .db_host = url.hosts.at(0).name,
          .db_port = url.hosts.at(0).port.value_or(5432),
          .db_driver = "postgresql+psycopg2"};
}

}  // namespace

TEST_CASE("an engine is not to be had before the settings are", "[engine][registry]") {
  EngineRegistry registry;
  const RegistryOverride here(registry);
  CHECK_THROWS_WITH(get_engine(), Contains("before anybody said which database"));
  CHECK_THROWS_AS(get_session_factory(), DatabaseArgumentError);
  CHECK_THROWS_AS(registry.config(), DatabaseArgumentError);
}

TEST_CASE("the engine is made with the first call and is the same ever after", "[engine][registry]") {
  const TempDatabase database;
  EngineRegistry registry;
  const RegistryOverride here(registry);
  configure_database(database.config());
  const Engine engine = get_engine();
  CHECK(engine == get_engine());
  CHECK(engine.statistics().connects == 0);
  CHECK(get_session_factory().engine() == engine);
  CHECK(get_session_factory().execute("SELECT current_database()").scalar<std::string>() == database.name());
  CHECK(registry.get_engine(database.config()) == engine);
  CHECK_FALSE(registry.get_engine(database.config().with({.pool_size = 1})) == engine);
}

TEST_CASE("threads that ask at once get one engine", "[engine][registry]") {
  const TempDatabase database;
  EngineRegistry registry({.config = database.config()});
  std::vector<std::future<Engine>> asked;
  for (int n = 0; n < 8; ++n) asked.push_back(std::async(std::launch::async, [&] { return registry.get_engine(); }));
  const Engine engine = registry.get_engine();
  for (auto& answer : asked) CHECK(answer.get() == engine);
}

TEST_CASE("a second engine for one database is told to the log", "[engine][registry]") {
  const TempDatabase database;
  std::vector<std::string> told;
  ConnectionHooks hooks;
  hooks.log = [&](const migrate::base::LogEvent& event) { told.emplace_back(event.name); };
  SyncEngineFactory factory({.config = database.config(), .hooks = hooks});
  (void)factory.create();
  (void)factory.create();
  CHECK(told.empty());
  (void)factory.create_engine({.pool_size = 1});
  CHECK(told == std::vector<std::string>{"engine.second"});
  CHECK(factory.engines().size() == 2);
}

TEST_CASE("reset and override keep tests apart", "[engine][registry]") {
  const TempDatabase one;
  const TempDatabase two;
  EngineRegistry registry({.config = one.config()});
  const RegistryOverride here(registry);
  const Engine before = get_engine();
  {
    EngineRegistry other({.config = two.config()});
    const RegistryOverride there(other);
    CHECK(get_session_factory().execute("SELECT current_database()").scalar<std::string>() == two.name());
  }
  CHECK(get_engine() == before);
  registry.reset();
  CHECK_THROWS_AS(get_engine(), DatabaseArgumentError);
  registry.configure(one.config());
  CHECK_FALSE(get_engine() == before);
}

TEST_CASE("sync_connection leases for a scope from the settings' own engine", "[engine][registry]") {
  const TempDatabase database;
  EngineRegistry registry;
  const RegistryOverride here(registry);
  int pid = 0;
  {
    const auto connection = sync_connection(settings_of(database));
    pid = connection->execute("SELECT pg_backend_pid()").scalar<int>();
    CHECK(connection->execute("SELECT current_database()").scalar<std::string>() == database.name());
  }
  const ConnectionConfig config(settings_of(database));
  CHECK(sync_connection(config)->backend_pid() == pid);
  CHECK(registry.get_engine(config).statistics().leased == 0);
  CHECK(registry.factory()->engines().size() == 1);
  CHECK(registry.close());
}

TEST_CASE("settings in parts are completed by the configuration of the registry", "[engine][registry]") {
  const TempDatabase one;
  const TempDatabase two;
  EngineRegistry registry({.config = one.config()});
  const RegistryOverride here(registry);
  auto session = sync_session({.db_name = two.name()});
  CHECK(session.scalar<std::string>("SELECT current_database()") == two.name());
  session.commit();
}

TEST_CASE("faulty settings are refused before anything connects", "[engine][registry]") {
  EngineRegistry registry;
  const RegistryOverride here(registry);
  CHECK_THROWS_WITH(sync_connection({.db_port = 0, .pool_size = -2}),
                    Contains("db_port is 0") && Contains("pool_size is -2"));
}

TEST_CASE("callbacks prepare every new connection of a factory, in the order of their names", "[engine][registry]") {
  const TempDatabase database;
  SyncEngineFactory factory(database.config());
  factory.register_callback("b", [](Connection& connection) { connection.execute("SET application_name = 'b'"); });
  factory.register_callback("a", [](Connection& connection) { connection.execute("SET application_name = 'a'"); });
  factory.register_callback("gone", [](Connection&) { throw std::runtime_error("never"); });
  CHECK(factory.unregister_callback("gone"));
  CHECK_FALSE(factory.unregister_callback("gone"));
  Engine engine = factory.create();
  CHECK(engine.connect()->parameter("application_name") == "b");
}

TEST_CASE("a factory gives one engine until it disposes of it, and users keep theirs", "[engine][registry]") {
  const TempDatabase database;
  SyncEngineFactory factory(database.config());
  Engine engine = factory.create();
  CHECK(engine.connect()->alive());
  factory.dispose();
  CHECK(engine.statistics().idle == 0);
  CHECK(engine.connect()->alive());
  CHECK_FALSE(factory.create() == engine);
  CHECK(factory.close());
  CHECK(factory.engines().empty());
}
