#include "migrate/runtime/version_table.hpp"

#include <catch2/catch.hpp>

#include "support/temp_database.hpp"

using migrate::runtime::VersionTable;
using migrate::runtime::VersionTableError;
using migrate::test::TempDatabase;

TEST_CASE("a missing version table is placed in the first schema of search_path", "[runtime]") {
  TempDatabase database;
  auto connection = database.connect();
  connection.execute("CREATE SCHEMA app; SET search_path = nowhere, app, public");
  const auto table = VersionTable::locate(connection, "", "alembic_version");
  CHECK_FALSE(table.exists());
  CHECK(table.qualified_name() == "app.alembic_version");
  CHECK(table.read(connection).empty());
}

TEST_CASE("an existing version table is found wherever search_path finds it", "[runtime]") {
  TempDatabase database;
  auto connection = database.connect();
  connection.execute(
      "CREATE TABLE public.alembic_version (version_num varchar(32)); INSERT INTO alembic_version VALUES ('b'), ('a');"
      "CREATE SCHEMA app; SET search_path = app, public");
  const auto table = VersionTable::locate(connection, "", "alembic_version");
  CHECK(table.exists());
  CHECK(table.qualified_name() == "public.alembic_version");
  CHECK(table.read(connection) == std::vector<std::string>{"a", "b"});
}

TEST_CASE("a configured schema is the only place that is looked at", "[runtime]") {
  TempDatabase database;
  auto connection = database.connect();
  connection.execute("CREATE TABLE public.alembic_version (version_num varchar(32)); CREATE SCHEMA app");
  const auto table = VersionTable::locate(connection, "app", "alembic_version");
  CHECK_FALSE(table.exists());
  CHECK(table.qualified_name() == "app.alembic_version");
}

TEST_CASE("a table of that name that is no version table is refused", "[runtime]") {
  TempDatabase database;
  auto connection = database.connect();
  connection.execute("CREATE TABLE alembic_version (id int)");
  CHECK_THROWS_AS(VersionTable::locate(connection, "", "alembic_version"), VersionTableError);
  connection.execute("SET search_path = nowhere");
  CHECK_THROWS_AS(VersionTable::locate(connection, "", "alembic_version"), VersionTableError);
}

TEST_CASE("the guard of a row change fails unless exactly that row is there, and then holds it", "[runtime]") {
  TempDatabase database;
  auto connection = database.connect();
  VersionTable table("public", "alembic_version", false);
  connection.execute(table.create_statement(false));
  connection.execute("INSERT INTO alembic_version VALUES ('a')");
  const auto move = table.guarded_change({"a", "b"});
  REQUIRE(move.size() == 2);

  auto other = database.connect();
  connection.execute("BEGIN; " + move[0]);
  other.execute("SET lock_timeout = '100ms'");
  CHECK_THROWS_AS(other.execute("DELETE FROM alembic_version"), migrate::engine::SqlError);
  connection.execute(move[1]);
  connection.execute("COMMIT");
  CHECK(table.change({"", "c'd"}) == "INSERT INTO public.alembic_version (version_num) VALUES ('c''d')");
  table.set_exists(true);
  CHECK(table.read(connection) == std::vector<std::string>{"b"});
  try {
    connection.execute(move[0]);
    FAIL("a row that is gone must not be moved");
  } catch (const migrate::engine::SqlError& error) {
    CHECK(error.sqlstate() == "22012");
  }
}
