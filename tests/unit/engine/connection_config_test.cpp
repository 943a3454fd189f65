#include "migrate/engine/connection_config.hpp"

#include <catch2/catch.hpp>

#include "migrate/engine/detail/parameters.hpp"
#include "migrate/engine/error.hpp"

using namespace migrate::engine;
using Catch::Contains;
using migrate::base::fixed_environment;

namespace {

std::string fault_of(ConnectionParts parts) {
  try {
    (void)ConnectionConfig::create(std::move(parts));
  } catch (const DatabaseArgumentError& error) {
    return error.what();
  }
  return "no fault";
}

std::string fault_of(std::string_view url) {
  ConnectionParts parts;
  parts.url = Url::parse(url);
  return fault_of(std::move(parts));
}

template <typename Change>
std::string fault_with(Change change) {
  ConnectionParts parts;
  change(parts);
  return fault_of(std::move(parts));
}

/// What libpq is told of `name`; "<unsaid>" when nothing.
std::string word(const ConnectionConfig& config, std::string_view name) {
  for (const auto& [key, value] : detail::connect_words(config.parts(), config.url().hosts)) {
    if (key == name) return value;
  }
  return "<unsaid>";
}

}  // namespace

TEST_CASE("a configuration without any word is valid and leaves everything to libpq", "[engine][config]") {
  const auto config = ConnectionConfig::create({});
  CHECK(config.uri() == "postgresql://");
  for (const auto* name : {"host", "port", "user", "password", "dbname", "application_name"}) {
    CHECK(word(config, name) == "<unsaid>");
  }
  CHECK(word(config, "fallback_application_name") == "migrate");
  CHECK(word(config, "client_encoding") == "UTF8");
}

TEST_CASE("all faults of a configuration are told at once", "[engine][config]") {
  ConnectionParts parts;
  parts.url = Url::parse("postgresql://app:geheim@db/shop?sslmod=require&sslmode=maybe");
  parts.url.hosts.push_back({"two words", std::uint16_t{0}});
  parts.pool.pool_size = -1;
  parts.pool.max_overflow = -2;
  parts.pool.pool_timeout = std::chrono::milliseconds(-1);
  parts.pool.pool_recycle = std::chrono::seconds(-2);
  parts.connect_timeout = std::chrono::milliseconds(-5);
  parts.command_timeout = std::chrono::milliseconds::max();
  parts.retry.retries = -1;
  parts.application_name = "mig\nrate";
  const std::string fault = fault_of(parts);
  for (const auto* part :
       {"\"sslmod\" is not a connection parameter", "did you mean \"sslmode\"?", "sslmode is \"maybe\"", "two words",
        "port 0", "pool_size is -1", "max_overflow is -2", "pool_timeout is -1", "pool_recycle is -2",
        "connect_timeout is -5", "command_timeout is longer", "connect_retries",
        "application_name holds a control character"}) {
    CHECK_THAT(fault, Contains(part));
  }
  CHECK_THAT(fault, Contains("12 of the connection's settings are wrong"));
  CHECK_THAT(fault, !Contains("geheim"));
}

TEST_CASE("the edges of the numbers are inside", "[engine][config]") {
  ConnectionParts parts;
  parts.pool = {.pool_size = 0,
                .max_overflow = -1,
                .pool_timeout = std::chrono::milliseconds(0),
                .pool_pre_ping = false,
                .pool_recycle = std::chrono::seconds(-1),
                .ping_after_idle = std::chrono::milliseconds(0)};
  parts.connect_timeout = std::chrono::milliseconds(0);
  parts.retry = {0, std::chrono::milliseconds(0), std::chrono::milliseconds(0)};
  CHECK(fault_of(parts) == "no fault");
}

TEST_CASE("every parameter libpq knows is taken, and an unknown one is not", "[engine][config]") {
  for (const auto& name : detail::known_parameters()) {
    CAPTURE(name);
    ConnectionParts parts;
    parts.url.parameters = {{name, name == "client_encoding" ? "utf8" : ""}};
    CHECK(fault_of(parts) == "no fault");
  }
  CHECK_THAT(fault_of("postgresql://h/d?aplication_name=x"), Contains("did you mean \"application_name\"?"));
  CHECK_THAT(fault_of("postgresql://h/d?qqqqqqqq=x"), Contains("\"qqqqqqqq\"") && !Contains("did you mean"));
}

TEST_CASE("values of parameters are checked as far as they can be", "[engine][config]") {
  CHECK_THAT(fault_of("postgresql://h/d?target_session_attrs=rw"), Contains("read-write"));
  CHECK_THAT(fault_of("postgresql://h/d?keepalives_idle=soon"), Contains("not a whole number"));
  CHECK_THAT(fault_of("postgresql://h/d?connect_timeout=10s"), Contains("not a whole number"));
  CHECK_THAT(fault_of("postgresql://h/d?client_encoding=latin1"), Contains("always UTF8"));
  CHECK_THAT(fault_of("postgresql://h/d?application_name=%C3%A4"), Contains("outside ASCII"));
  CHECK_THAT(fault_of("postgresql://h/d?options=%0A"), Contains("control character"));
  CHECK(fault_of("postgresql://h/d?sslpassword=%0A") == "no fault");
}

TEST_CASE("names that PostgreSQL would cut off are refused", "[engine][config]") {
  const std::string longest(63, 'x');
  CHECK(fault_of("postgresql://" + longest + "@h/" + longest) == "no fault");
  CHECK_THAT(fault_of("postgresql://" + longest + "y@h/d"), Contains("the user name is 64 bytes long"));
  CHECK_THAT(fault_of("postgresql://h/y" + longest), Contains("the database name is 64 bytes long"));
  CHECK_THAT(fault_with([&](ConnectionParts& parts) { parts.application_name = longest + "y"; }),
             Contains("application_name is 64 bytes long"));
}

TEST_CASE("zero bytes and control characters are refused where they cannot be meant", "[engine][config]") {
  CHECK_THAT(fault_with([](ConnectionParts& parts) { parts.url.password = std::string("a\0b", 3); }),
             Contains("the password holds a zero byte"));
  CHECK_THAT(fault_with([](ConnectionParts& parts) { parts.url.database = std::string("a\0b", 3); }),
             Contains("the database name holds a control character"));
  CHECK_THAT(fault_with([](ConnectionParts& parts) { parts.url.hosts = {{"a\nb", {}}}; }), Contains("the host"));
  CHECK(fault_with([](ConnectionParts& parts) { parts.url.password = "tab\tand\nline"; }) == "no fault");
}

TEST_CASE("hosts that cannot be are refused", "[engine][config]") {
  CHECK_THAT(fault_of("postgresql://%2Ftmp%2Fa%2Cb/d"), Contains("holds a comma"));
  CHECK_THAT(fault_of("postgresql://%2F" + std::string(100, 'x') + "/d"), Contains("the system allows 107"));
  CHECK_THAT(fault_of("postgresql://tmp%2Fsocket/d"), Contains("neither a host name nor a full path"));
  CHECK(fault_of("postgresql://[2001:db8::1%25eth0]/d") == "no fault");
  CHECK(fault_of("postgresql://%40abstract/d") == "no fault");
}

TEST_CASE("the five DB_ variables make a configuration", "[engine][config]") {
  const auto config = ConnectionConfig::from_environment(fixed_environment(
      {{"DB_HOST", "db"}, {"DB_PORT", "5433"}, {"DB_NAME", "shop"}, {"DB_USER", "app"}, {"DB_PASS", "p@ss/w:rd?"}}));
  REQUIRE(config);
  CHECK(config->uri(Password::shown) == "postgresql://app:p%40ss%2Fw%3Ard%3F@db:5433/shop");
  CHECK(config->uri() == "postgresql://app:***@db:5433/shop");
  CHECK(word(*config, "password") == "p@ss/w:rd?");
}

TEST_CASE("what the variables do not say is left to libpq", "[engine][config]") {
  CHECK_FALSE(ConnectionConfig::from_environment(fixed_environment({{"DB_HOST", ""}, {"PGHOST", "x"}})));
  const auto port = ConnectionConfig::from_environment(fixed_environment({{"DB_PORT", "5433"}}));
  REQUIRE(port);
  CHECK(word(*port, "host") == "");
  CHECK(word(*port, "port") == "5433");
  CHECK(word(*port, "user") == "<unsaid>");
  const auto user =
      ConnectionConfig::from_environment(fixed_environment({{"APP_USER", "u"}, {"DB_USER", "v"}}), "APP_");
  REQUIRE(user);
  CHECK(word(*user, "user") == "u");
  CHECK(word(*user, "host") == "<unsaid>");
}

TEST_CASE("variables may name several hosts, and faulty ones are named", "[engine][config]") {
  const auto pair = ConnectionConfig::from_environment(fixed_environment({{"DB_HOST", "a, b"}, {"DB_PORT", "1,2"}}));
  REQUIRE(pair);
  CHECK(word(*pair, "host") == "a,b");
  CHECK(word(*pair, "port") == "1,2");
  const auto fault = [](const std::string& host, const std::string& port) {
    try {
      (void)ConnectionConfig::from_environment(
          fixed_environment({{"DB_HOST", host}, {"DB_PORT", port}, {"DB_PASS", "geheim"}}));
    } catch (const DatabaseArgumentError& error) {
      return std::string(error.what());
    }
    return std::string("no fault");
  };
  CHECK_THAT(fault("db", "many"), Contains("DB_PORT is \"many\"") && !Contains("geheim"));
  CHECK_THAT(fault("db", "65536"), Contains("DB_PORT is \"65536\""));
  CHECK_THAT(fault("a,b,c", "1,2"), Contains("DB_PORT names 2 ports for 3 hosts"));
  CHECK_THAT(fault("db:5432", ""), Contains("host \"db:5432\" holds a colon"));
}

TEST_CASE("a changed copy leaves the original and is checked again", "[engine][config]") {
  const auto config = ConnectionConfig::from_url("postgresql://app:pw@db/shop?application_name=web");
  CHECK(config.with_database("other").uri() == "postgresql://app:***@db/other?application_name=web");
  CHECK(word(config.with_application_name("job"), "application_name") == "job");
  CHECK(word(config, "application_name") == "web");
  CHECK(config.url().database == "shop");
  PoolOptions pool;
  pool.pool_size = 1;
  CHECK(config.with_pool(pool).pool().pool_size == 1);
  pool.pool_size = -1;
  CHECK_THROWS_AS(config.with_pool(pool), DatabaseArgumentError);
  CHECK_THROWS_AS(config.with_database(std::string(64, 'x')), DatabaseArgumentError);
}

TEST_CASE("words for libpq are one per name, the last one wins, and ours stay ours", "[engine][config]") {
  const auto config = ConnectionConfig::from_url(
      "postgresql://h1:1,h2/d?sslmode=allow&sslmode=require&connect_timeout=3&client_encoding=utf8&host=");
  CHECK(word(config, "host") == "h1,h2");
  CHECK(word(config, "port") == "1,");
  CHECK(word(config, "sslmode") == "require");
  CHECK(word(config, "connect_timeout") == "<unsaid>");
  const auto words = detail::connect_words(config.parts(), config.url().hosts);
  CHECK(std::count_if(words.begin(), words.end(), [](const auto& one) { return one.first == "sslmode"; }) == 1);
  CHECK(word(ConnectionConfig::from_url("postgresql://h/d?ssl=true"), "sslmode") == "require");
  CHECK(word(ConnectionConfig::from_url("postgresql+asyncpg://h/d?ssl=verify-full"), "sslmode") == "verify-full");
}

TEST_CASE("connect_timeout of the URL goes before that of the parts", "[engine][config]") {
  ConnectionParts parts;
  CHECK(detail::connect_timeout(parts) == std::chrono::seconds(10));
  parts.url.parameters = {{"connect_timeout", "3"}};
  CHECK(detail::connect_timeout(parts) == std::chrono::seconds(3));
  parts.url.parameters = {{"connect_timeout", "-1"}};
  CHECK(detail::connect_timeout(parts) == std::chrono::seconds(0));
  parts.url.parameters = {{"connect_timeout", ""}};
  CHECK(detail::connect_timeout(parts) == std::chrono::seconds(10));
}
