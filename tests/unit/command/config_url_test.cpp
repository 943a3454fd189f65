#include <catch2/catch.hpp>

#include "unit/command/config_folder.hpp"

using namespace migrate;
using Catch::Contains;
using Catch::StartsWith;
using test::ConfigFolder;

namespace {

ConfigFolder folder_with_url(std::string_view url) {
  return ConfigFolder("[alembic]\n\n[alembic.engine]\nurl = '" + std::string(url) + "'\n");
}

std::string database_of(const command::Config& config) {
  return config.connection ? config.connection->url.database : "(embedded)";
}

const ConfigFolder::Variables k_everything{{"DATABASE_URL", "postgresql://e/from_variable"},
                                           {"DB_HOST", "parts"},
                                           {"DB_NAME", "from_parts"},
                                           {"PGDATABASE", "from_libpq"}};

}  // namespace

TEST_CASE("option --url goes before the file, the file before the environment", "[config][url]") {
  auto folder = folder_with_url("postgresql://f/from_file");
  folder.environment = k_everything;
  CHECK(database_of(folder.load()) == "from_file");
  CHECK(folder.load().url_origin == "alembic.toml:4 engine.url");
  folder.options.url = "postgresql://o/from_option";
  CHECK(database_of(folder.load()) == "from_option");
  CHECK(folder.load().url_origin == "--url");
}

TEST_CASE("an empty engine.url leaves the choice to the environment", "[config][url]") {
  auto folder = folder_with_url("");
  folder.environment = k_everything;
  CHECK(database_of(folder.load()) == "from_variable");
  CHECK(folder.load().url_origin == "$DATABASE_URL");

  folder.environment["DATABASE_URL"] = "";
  const auto parts = folder.load();
  CHECK(database_of(parts) == "from_parts");
  CHECK(parts.url_origin == "$DB_HOST $DB_NAME");
  REQUIRE(parts.connection->url.hosts.size() == 1);
  CHECK(parts.connection->url.hosts[0].name == "parts");

  folder.environment = {{"PGDATABASE", "from_libpq"}, {"DB_HOST", ""}};
  const auto libpq = folder.load();
  REQUIRE(libpq.connection);
  CHECK(libpq.connection->url == engine::Url{});
  CHECK(libpq.url_origin == "libpq defaults (PG*)");
}

TEST_CASE("all five DB_ parts arrive", "[config][url]") {
  ConfigFolder folder;
  folder.environment = {
      {"DB_HOST", "h"}, {"DB_PORT", "6000"}, {"DB_NAME", "n"}, {"DB_USER", "u"}, {"DB_PASS", "p@/:?w"}};
  const auto config = folder.load();
  REQUIRE(config.connection->url.hosts.size() == 1);
  CHECK(config.connection->url.hosts[0].port == 6000);
  CHECK(config.connection->url.user == "u");
  CHECK(config.connection->url.password == "p@/:?w");
  CHECK(config.url_origin == "$DB_HOST $DB_PORT $DB_NAME $DB_USER $DB_PASS");
}

TEST_CASE("embedded may come from the file, the environment and the option", "[config][url]") {
  auto folder = folder_with_url("${DATABASE_URL:-embedded}");
  CHECK(folder.load().embedded);
  CHECK_FALSE(folder.load().connection);
  CHECK(folder.load().url_origin == "alembic.toml:4 engine.url");
  folder.environment["DATABASE_URL"] = "postgresql://h/d";
  CHECK_FALSE(folder.load().embedded);
  folder.options.url = "embedded";
  CHECK(folder.load().embedded);
  CHECK(folder.load().url_origin == "--url");

  ConfigFolder silent;
  silent.environment["DATABASE_URL"] = "embedded";
  CHECK(silent.load().embedded);
}

TEST_CASE("option --url makes what engine.url says irrelevant", "[config][url]") {
  auto folder = folder_with_url("${NOT_SET}");
  CHECK_THAT(folder.fault(), Contains("alembic.toml:4:7: alembic.engine.url: ${NOT_SET} is not set"));
  folder.options.url = "postgresql://h/d";
  CHECK(database_of(folder.load()) == "d");
}

TEST_CASE("an empty --url is refused instead of choosing another database", "[config][url]") {
  auto folder = folder_with_url("postgresql://f/from_file");
  folder.options.url = "";
  CHECK_THAT(folder.fault(), StartsWith("--url: it is empty") && Contains("shell variable"));
}

TEST_CASE("a faulty URL is reported with the place it came from", "[config][url]") {
  CHECK_THAT(folder_with_url("mysql://h/d").fault(), StartsWith("alembic.toml:4:7: engine.url: "));
  ConfigFolder folder;
  folder.environment["DATABASE_URL"] = "host=h password=geheim";
  CHECK_THAT(folder.fault(), StartsWith("$DATABASE_URL: it is not a database URL") && !Contains("geheim"));
  folder.options.url = "embeded";
  CHECK_THAT(folder.fault(), StartsWith("--url: it is not a database URL; did you mean embedded?"));
  folder.options.url.reset();
  folder.environment = {{"DB_HOST", "h"}, {"DB_PORT", "many"}, {"DB_PASS", "geheim"}};
  CHECK_THAT(folder.fault(), StartsWith("$DB_HOST $DB_PORT $DB_PASS: ") && !Contains("geheim"));
}

TEST_CASE("no piece of a password is shown, however wrong the URL is", "[config][url]") {
  const auto url =
      GENERATE(as<std::string>(), "postgresql://u:top@secret@h/d", "postgresql://u:top/secret@h/d",
               "postgresql://u:top?secret@h/d", "postgresql://u:12/secret@h/d", "postgresql://u:12?secret@h/d",
               "postgresql://u:%zzsecret@h/d", "postgresql://u:secret%@h/d", "mysql://u:secret@h/d",
               "postgresql://u:secret@h:notaport/d", "postgresql://u:secret@[::1/d", "postgresql:/u:secret@h/d",
               "u:secret@h/d", "postgresql://u:secret@h:99999/d", "postgresql://u:top@12:secret@h",
               "postgresql://u:secret@h/d?sslmode", "postgresql+://u:secret@h");
  CAPTURE(url);
  auto folder = folder_with_url(url);
  CHECK_THAT(folder.fault(), StartsWith("alembic.toml:4:7: ") && !Contains("secret") && !Contains("top"));
  ConfigFolder other;
  other.options.url = url;
  CHECK_THAT(other.fault(), StartsWith("--url: ") && !Contains("secret") && !Contains("top"));
}

TEST_CASE("URLs with unusual but proper parts are taken", "[config][url]") {
  const auto url = GENERATE(as<std::string>(), "postgresql://u:a:b@h/d", "postgresql://u:a#b@h/d",
                            "postgresql://u:p%40%2F%3A@h/d", "postgresql:///d?host=/run/pg&user=me@tenant",
                            "postgresql://[::1]:5433/d", "postgresql://h1:1,h2:2/d?user=me@x",
                            "postgresql+asyncpg://u:p@h/d", "postgres://[::1],[::2]:5/d?user=me@x");
  CAPTURE(url);
  CHECK(folder_with_url(url).fault().empty());
}

TEST_CASE("the settings of the engine arrive also where the database is embedded", "[config][url]") {
  const ConfigFolder folder("[alembic.engine]\nurl = \"embedded\"\npool_size = 3\n");
  CHECK(folder.load().engine_options.pool.pool_size == 3);
  CHECK(folder.load().engine_options.url == engine::Url{});
}

TEST_CASE("dev_url is a URL or ephemeral, and no fault of it shows a password", "[config][url]") {
  const auto fault = [](std::string_view url) {
    return test::fault_of("[alembic.autogenerate]\ndev_url = \"" + std::string(url) + "\"\n");
  };
  CHECK(fault("ephemeral").empty());
  CHECK(fault("postgresql://h/d").empty());
  CHECK_THAT(fault("ephemeral2"), Contains(":2:11: alembic.autogenerate.dev_url: it is not a database URL"));
  CHECK_THAT(fault("postgresql://u:top@secret@h"), Contains("write @ as %40") && !Contains("secret"));
}
