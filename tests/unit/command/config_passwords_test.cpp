// Where the password comes from, as alembic.toml says it.
#include <catch2/catch.hpp>

#include "migrate/engine/error.hpp"
#include "unit/command/config_folder.hpp"

using Catch::Contains;
using migrate::test::ConfigFolder;
using namespace migrate;

namespace {

constexpr const char* k_url = "[alembic.engine]\nurl = \"postgresql://app@db/shop\"\n";

std::string password_of(const ConfigFolder& folder) {
  return engine::password_for(*folder.load().connection, {}).value_or("(none)");
}

}  // namespace

TEST_CASE("a password file counts from alembic.toml and is read when it is needed", "[config][password]") {
  ConfigFolder folder(std::string(k_url) + "password_file = \"secrets/db\"\n");
  const auto config = folder.load();
  CHECK_FALSE(config.connection->url.password);
  CHECK_THROWS_AS(engine::password_for(*config.connection, {}), engine::DatabaseArgumentError);
  folder.directory().write("secrets/db", "geheim\n");
  CHECK(password_of(folder) == "geheim");
  CHECK_THAT(folder.setting("engine.password_file"), Contains("secrets/db < ") && Contains("alembic.toml:3"));
}

TEST_CASE("a password command runs beside alembic.toml and its arguments are not listed", "[config][password]") {
  ConfigFolder folder(std::string(k_url) + "password_command = [\"sh\", \"-c\", \"cat db; echo ${x:end}\"]\n");
  folder.options.x = {{"end", "42"}};
  folder.directory().write("db", "geheim");
  CHECK(password_of(folder) == "geheim42");
  CHECK_THAT(folder.setting("engine.password_command"), Contains("[\"sh\", \"***\"] < ") && Contains("alembic.toml:3"));
}

TEST_CASE("two places for one password are a fault that names both", "[config][password]") {
  const std::string file = "password_file = \"db\"\n";
  const std::string command = "password_command = [\"cat\", \"db\"]\n";
  CHECK_THAT(ConfigFolder(k_url + file + command).fault(),
             Contains("alembic.toml:4") && Contains("both password_file and password_command"));
  for (const auto& key : {file, command}) {
    const auto fault = ConfigFolder("[alembic.engine]\nurl = \"postgresql://app:geheim@db/shop\"\n" + key).fault();
    CHECK_THAT(fault, Contains("alembic.toml:3") && Contains("engine.password_") &&
                          Contains("alembic.toml:2 engine.url") && !Contains("geheim"));
    ConfigFolder by_variable("[alembic.engine]\n" + key);
    by_variable.environment = {{"DATABASE_URL", "postgresql://app:geheim@db/shop"}};
    CHECK_THAT(by_variable.fault(), Contains("$DATABASE_URL") && Contains("engine.password_") && !Contains("geheim"));
    by_variable.environment = {{"DB_HOST", "db"}, {"DB_PASS", "geheim"}};
    CHECK_THAT(by_variable.fault(), Contains("$DB_PASS") && Contains("engine.password_") && !Contains("geheim"));
    by_variable.environment = {{"DB_HOST", "db"}};
    CHECK(by_variable.fault().empty());
  }
}

TEST_CASE("a password that is typed goes before the keys of the file", "[config][password]") {
  ConfigFolder folder(std::string(k_url) + "password_file = \"db\"\n");
  folder.directory().write("db", "geheim\n");
  folder.options.url = "postgresql://app:typed@other/shop";
  CHECK(password_of(folder) == "typed");
  folder.options.url = "postgresql://app@other/shop";
  CHECK(password_of(folder) == "geheim");
}

TEST_CASE("an empty file name and an empty command say nothing", "[config][password]") {
  const ConfigFolder folder(std::string(k_url) + "password_file = \"${x:file:-}\"\npassword_command = []\n");
  CHECK(folder.load().connection->password_provider == nullptr);
  CHECK(folder.fault().empty());
  CHECK(folder.setting("engine.password_command").starts_with("[] < "));
}

TEST_CASE("a command in one text is refused with the form that is wanted", "[config][password]") {
  CHECK_THAT(ConfigFolder(std::string(k_url) + "password_command = \"cat geheim\"\n").fault(),
             Contains("a list of texts") && !Contains("geheim"));
}
