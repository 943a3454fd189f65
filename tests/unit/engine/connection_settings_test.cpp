#include "migrate/engine/connection_settings.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <sstream>

#include "migrate/engine/connection_config.hpp"
#include "migrate/engine/error.hpp"
#include "migrate/engine/format.hpp"

using namespace migrate::engine;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

std::string fault_of(ConnectionSettings settings) {
  try {
    (void)ConnectionConfig(std::move(settings));
  } catch (const DatabaseArgumentError& error) {
    return error.what();
  }
  return "no fault";
}

}  // namespace

TEST_CASE("settings are written as an application names them", "[engine][config]") {
  const ConnectionConfig config({.db_role = "my_role",
                                 .db_name = "my_database",
                                 .db_host = "localhost",
                                 .db_port = 5432,
                                 .db_driver = "postgresql+asyncpg",
                                 .pool_size = 10,
                                 .max_overflow = 20});
  CHECK(config.uri() == "postgresql://my_role@localhost:5432/my_database");
  CHECK(config.url().driver == "asyncpg");
  CHECK(config.pool().pool_size == 10);
  CHECK(config.pool().max_overflow == 20);
  CHECK(config.pool().pool_recycle == 1h);
  const ConnectionConfig bot({.db_name = "ai_tg_bot",
                              .db_host = "localhost",
                              .db_port = 5432,
                              .db_user = "postgres",
                              .db_password = "your password"});
  CHECK(bot.uri(Password::shown) == "postgresql://postgres:your%20password@localhost:5432/ai_tg_bot");
}

TEST_CASE("all faults of settings are told at once, those of the parts they make included", "[engine][config]") {
  const auto fault = fault_of({.db_url = "mysql://h/d",
                               .db_role = "a",
                               .db_host = "h:1",
                               .db_port = 70000,
                               .db_user = "b",
                               .db_password = "geheim",
                               .db_driver = "mysql+pymysql",
                               .pool_size = -1});
  CHECK_THAT(fault, Contains("6 of the connection's settings are wrong"));
  CHECK_THAT(fault, Contains("\"mysql\" is not PostgreSQL's scheme"));
  CHECK_THAT(fault, Contains("db_driver is \"mysql+pymysql\""));
  CHECK_THAT(fault, Contains("db_role is \"a\" and db_user is \"b\""));
  CHECK_THAT(fault, Contains("db_port is 70000"));
  CHECK_THAT(fault, Contains("host \"h:1\" holds a colon"));
  CHECK_THAT(fault, Contains("pool_size is -1"));
  CHECK_THAT(fault, !Contains("geheim"));
}

TEST_CASE("drivers of SQLAlchemy are taken and ignored", "[engine][config]") {
  for (const auto* driver :
       {"postgresql", "postgres", "postgresql+psycopg2", "postgresql+psycopg", "PostgreSQL+asyncpg"}) {
    CHECK(fault_of({.db_driver = driver}) == "no fault");
  }
  CHECK_THAT(fault_of({.db_driver = "asyncpg"}), Contains("db_driver is \"asyncpg\""));
  CHECK_THAT(fault_of({.db_driver = "postgresql+"}), Contains("db_driver"));
}

TEST_CASE("one role under both of its names is no fault", "[engine][config]") {
  CHECK(ConnectionConfig({.db_role = "app", .db_user = "app"}).url().user == "app");
}

TEST_CASE("what settings leave out comes from the defaults they are given", "[engine][config]") {
  ConnectionDefaults defaults;
  defaults.url = Url::parse("postgresql://app:pw@db1:6000,db2/shop?sslmode=require&connect_timeout=3");
  defaults.pool.pool_size = 2;
  defaults.command_timeout = 15s;
  CHECK(ConnectionConfig({}, defaults).parts() == defaults);
  const ConnectionConfig other({.db_name = "other", .db_host = "db3", .connect_timeout = 5s}, defaults);
  CHECK(other.uri() == "postgresql://app:***@db3/other?sslmode=require");
  CHECK(other.pool().pool_size == 2);
  CHECK(other.parts().command_timeout == 15s);
  CHECK(ConnectionConfig({.db_port = 7000}, defaults).uri() ==
        "postgresql://app:***@db1:7000,db2:7000/shop?sslmode=require&connect_timeout=3");
  CHECK(ConnectionConfig({.parameters = {{"sslmode", "disable"}}}, defaults).uri() ==
        "postgresql://app:***@db1:6000,db2/shop?connect_timeout=3&sslmode=disable");
}

TEST_CASE("what is said goes before the URL, and single options before those of the pool", "[engine][config]") {
  PoolOptions pool;
  pool.pool_size = 3;
  pool.max_overflow = 4;
  const ConnectionConfig config(
      {.db_url = "postgresql+psycopg2://u:p@h:1/d", .db_name = "e", .db_port = 2, .pool = pool, .max_overflow = 0});
  CHECK(config.uri(Password::shown) == "postgresql://u:p@h:2/e");
  CHECK(config.pool().pool_size == 3);
  CHECK(config.pool().max_overflow == 0);
}

TEST_CASE("several hosts may stand in db_host", "[engine][config]") {
  CHECK(ConnectionConfig({.db_host = "a, b", .db_port = 5433}).uri() == "postgresql://a:5433,b:5433");
  CHECK(ConnectionConfig({.db_host = "/run/postgresql"}).uri() == "postgresql://%2Frun%2Fpostgresql");
}

TEST_CASE("copies change what they are told and are checked", "[engine][config]") {
  const ConnectionConfig config({.db_name = "shop", .db_host = "h", .db_user = "app", .db_password = "pw"});
  CHECK(config.with({.db_name = "x", .echo = true}).parts().echo);
  CHECK(config.with_host("i", 6543).uri() == "postgresql://app:***@i:6543/shop");
  CHECK(config.with_user("root").uri() == "postgresql://root@h/shop");
  CHECK(config.with_user("root", "secret").uri(Password::shown) == "postgresql://root:secret@h/shop");
  CHECK(config.with_retry({.retries = 0}).parts().retry.retries == 0);
  CHECK_THROWS_AS(config.with({.pool_size = -1}), DatabaseArgumentError);
  CHECK(config.uri() == "postgresql://app:***@h/shop");
}

TEST_CASE("equal configurations have equal keys, and no key tells a password", "[engine][config]") {
  const ConnectionSettings settings{.db_name = "shop", .db_host = "h", .db_user = "app", .db_password = "geheim"};
  const ConnectionConfig config(settings);
  CHECK(config == ConnectionConfig(settings));
  CHECK(config.key() == ConnectionConfig(settings).key());
  CHECK_THAT(config.key(), !Contains("geheim"));
  CHECK_FALSE(config == config.with({.db_password = "anders"}));
  for (const auto& other : {config.with({.db_name = "x"}), config.with({.pool_size = 1}), config.with({.echo = true}),
                            config.with({.command_timeout = 1s}), config.with({.application_name = "x"}),
                            config.with_retry({.retries = 1})}) {
    CHECK_FALSE(config == other);
    CHECK(config.key() != other.key());
  }
}

TEST_CASE("nothing that is printed or formatted shows a password", "[engine][config]") {
  const ConnectionConfig config(
      {.db_host = "h", .db_user = "u", .db_password = "geheim", .parameters = {{"sslpassword", "geheim"}}});
  std::ostringstream out;
  out << config << ' ' << config.url();
  CHECK(out.str() == "postgresql://u:***@h/?sslpassword=*** postgresql://u:***@h/?sslpassword=***");
  CHECK(fmt::format("{} {}", config, config.url()) == out.str());
}

TEST_CASE("an environment without any DB_ variable names those it looked for", "[engine][config]") {
  CHECK_THROWS_WITH(ConnectionConfig::from_env("NO_SUCH_APPLICATION_"), Contains("NO_SUCH_APPLICATION_HOST"));
}

TEST_CASE("several faults of the variables are told at once", "[engine][config]") {
  const auto environment =
      migrate::base::fixed_environment({{"DB_HOST", "h:1"}, {"DB_PORT", "many"}, {"DB_NAME", std::string(64, 'x')}});
  try {
    (void)ConnectionConfig::from_environment(environment);
    FAIL("no fault");
  } catch (const DatabaseArgumentError& error) {
    CHECK_THAT(error.what(), Contains("3 of the connection's settings are wrong") && Contains("DB_PORT is \"many\""));
  }
}

TEST_CASE("a configuration is immutable and shared by its copies", "[engine][config]") {
  const ConnectionConfig config({.db_name = "shop"});
  const ConnectionConfig copy = config;  // NOLINT: the copy is the matter
  CHECK(&copy.parts() == &config.parts());
  STATIC_REQUIRE(std::is_same_v<decltype(config.parts()), const ConnectionParts&>);
}
