#include "migrate/command/scratch_database.hpp"

#include <catch2/catch.hpp>

#include "migrate/command/desired_schema.hpp"
#include "support/temp_database.hpp"
#include "support/temp_dir.hpp"
#include "support/test_server.hpp"

namespace migrate::test {
namespace {

using command::ScratchDatabase;
using command::ScratchServer;

std::string dev_url() {
  return test_server_url().to_string(engine::Password::shown);
}

TEST_CASE("a scratch database is empty and gone afterwards", "[command]") {
  const TempDatabase other;
  const ScratchServer server({.dev_url = dev_url(), .warm_directory = {}, .hooks = {}});
  CHECK_FALSE(server.is_throwaway());
  std::string name;
  {
    const ScratchDatabase database(server);
    name = database.name();
    auto left_open = database.connect();
    CHECK(left_open.execute("SELECT current_database()").text(0, 0) == name);
    CHECK(left_open.execute("SELECT count(*) FROM pg_class WHERE oid >= 16384").text(0, 0) == "0");
  }
  CHECK(other.query("SELECT count(*) FROM pg_database WHERE datname = '" + name + "'") == "0");
}

TEST_CASE("who may not make databases is told so", "[command]") {
  const TempDatabase other;
  const std::string role = "poor_" + other.name();
  other.execute("CREATE ROLE " + role + " LOGIN");
  engine::Url url = test_server_url();
  url.user = role;
  const ScratchServer server({.dev_url = url.to_string(engine::Password::shown), .warm_directory = {}, .hooks = {}});
  CHECK_THROWS_WITH(ScratchDatabase(server), Catch::Contains("cannot make a database for the desired schema on"));
  other.execute("DROP ROLE " + role);
}

TEST_CASE("the desired schema is read from files and leaves neither database nor role", "[command]") {
  const TempDatabase other;
  const TempDir directory;
  const std::string role = "owner_" + other.name();
  directory.write("schema.sql", "CREATE TABLE t (a integer);\nALTER TABLE t OWNER TO " + role + ";");
  const ScratchServer server({.dev_url = dev_url(), .warm_directory = {}, .hooks = {}});
  const std::vector<std::filesystem::path> targets{directory.path()};
  const auto model = command::desired_schema(server, targets, {.acl = true});
  const auto* table = model.find({schema::EntityKind::table, "public", "", "t", ""});
  REQUIRE(table != nullptr);
  CHECK(table->fact("owner") == role);
  CHECK(other.query("SELECT count(*) FROM pg_roles WHERE rolname = '" + role + "'") == "0");
}

}  // namespace
}  // namespace migrate::test
