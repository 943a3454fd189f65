#include "migrate/command/load_schema.hpp"

#include <catch2/catch.hpp>

#include "support/temp_database.hpp"
#include "support/temp_dir.hpp"

namespace migrate::test {
namespace {

using command::SchemaError;
using command::SchemaFile;

/// Loads texts as files a.sql, b.sql …
std::vector<std::string> load(const TempDatabase& database, const std::vector<std::string>& texts) {
  std::vector<SchemaFile> files;
  for (const auto& text : texts) {
    files.push_back({std::string(1, static_cast<char>('a' + files.size())) + ".sql", text});
  }
  auto connection = database.connect();
  return command::load_schema(connection, files);
}

/// Message and hint of the SchemaError.
std::string failure(const TempDatabase& database, const std::vector<std::string>& texts) {
  try {
    load(database, texts);
  } catch (const SchemaError& error) {
    return std::string(error.what()) + "\nhint: " + error.hint();
  }
  return "no error";
}

TEST_CASE("schema files are loaded whatever order they and their statements stand in", "[command]") {
  const TempDatabase database;
  load(database, {"CREATE VIEW v AS SELECT f(id) FROM t;\n"
                  "CREATE TABLE child (t_id integer REFERENCES t, mood mood DEFAULT 'new');",
                  "ALTER TYPE mood ADD VALUE 'new';\n"
                  "CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT count(*)::int FROM later';\n"
                  "CREATE TYPE mood AS ENUM ('old');",
                  "CREATE TABLE t (id integer PRIMARY KEY);"});
  CHECK(database.query("SELECT count(*) FROM pg_attribute WHERE attrelid = 'child'::regclass AND attnum > 0") == "2");
  CHECK(database.query("SELECT to_regclass('v')::text") == "v");
}

TEST_CASE("settings hold for the statements behind them and not in other files", "[command]") {
  const TempDatabase database;
  load(database, {"CREATE TABLE first (a integer REFERENCES x.third);\nCREATE SCHEMA x;",
                  "SELECT pg_catalog.set_config('search_path', 'x', false);\nCREATE TABLE second (a integer);\n"
                  "SET search_path = public;\nCREATE TABLE fourth (a integer);",
                  "CREATE TABLE x.third (a integer PRIMARY KEY);\nCREATE TABLE fifth (a integer);"});
  CHECK(database.query("SELECT string_agg(oid::regclass::text, ' ' ORDER BY relname) FROM pg_class "
                       "WHERE relkind = 'r' AND relnamespace::regnamespace::text IN ('x', 'public')") ==
        "fifth first fourth x.second x.third");
}

TEST_CASE("everything that pg_dump writes is loaded, and transactions are passed over", "[command]") {
  const TempDatabase database;
  load(database, {"\\restrict abc\nBEGIN;\nCREATE TABLE t (a integer, b text);\nCOPY t (a, b) FROM stdin;\n"
                  "1\tone\n2\t\\N\n\\.\nCREATE INDEX CONCURRENTLY i ON t (a);\nCOMMIT;\n\\unrestrict abc\n"});
  CHECK(database.query("SELECT string_agg(a || coalesce(b, '-'), ',' ORDER BY a) FROM t") == "1one,2-");
  CHECK(database.query("SELECT to_regclass('i')::text") == "i");
}

TEST_CASE("roles that are missing are made without login", "[command]") {
  const TempDatabase database;
  const std::string role = "Role of " + database.name();
  const auto made = load(database, {"CREATE TABLE t (a integer);\nALTER TABLE t OWNER TO \"" + role + "\";\n" +
                                    "GRANT SELECT ON t TO \"" + role + "\";"});
  CHECK(made == std::vector{role});
  CHECK(database.query("SELECT rolcanlogin FROM pg_roles WHERE rolname = '" + role + "'") == "f");
  CHECK(database.query("SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 't'::regclass") == role);
  database.execute("DROP TABLE t; DROP ROLE \"" + role + "\"");
}

TEST_CASE("what cannot be loaded is told with its place and what to do", "[command]") {
  const TempDatabase database;
  const std::string missing = failure(database, {"CREATE TABLE t (a integer);\n",
                                                 "-- é\nCREATE VIEW v AS\n  SELECT nothing FROM t;\nSELECT 1 FROM w;"});
  CHECK(missing.find("b.sql:3:10: the desired schema cannot be built: column \"nothing\" does not exist") == 0);
  CHECK(missing.find("statement: CREATE VIEW v") != std::string::npos);
  CHECK(missing.find("1 more statement could not be run") != std::string::npos);
  CHECK(missing.find("hint: Whatever it needs") != std::string::npos);

  const std::string extension = failure(database, {"CREATE EXTENSION no_such_thing;"});
  CHECK(extension.find("a.sql:1:1: the desired schema cannot be built: extension \"no_such_thing\"") == 0);
  CHECK(extension.find("hint: Install the extension's package") != std::string::npos);

  CHECK(failure(database, {"CREATE TABLE u ();\nSELECT 'open"}).find("a.sql:2:8: ") == 0);
  CHECK(failure(database, {"\\connect other"}).find("a.sql:1:1: ") == 0);
}

TEST_CASE("a directory of schema files is read in the order of names", "[command]") {
  const TempDir directory;
  directory.write("b.sql", "B");
  directory.write("deep/a.sql", "DA");
  directory.write("a.sql", "A");
  directory.write("notes.txt", "no");
  const std::vector<std::filesystem::path> targets{directory.path()};
  std::string texts;
  for (const auto& file : command::read_schema_files(targets)) texts += file.text + " ";
  CHECK(texts == "A B DA ");

  const std::vector<std::filesystem::path> absent{directory.path() / "absent.sql"};
  CHECK_THROWS_AS(command::read_schema_files(absent), SchemaError);
  directory.write("empty/x.txt", "");
  const std::vector<std::filesystem::path> empty{directory.path() / "empty"};
  CHECK_THROWS_WITH(command::read_schema_files(empty), Catch::Contains("no .sql file"));
  const std::vector<std::filesystem::path> latin{directory.write("latin.sql", "SELECT 1;\n-- \xE9")};
  CHECK_THROWS_WITH(command::read_schema_files(latin), Catch::Contains("latin.sql:2:4: this is not UTF-8"));
}

}  // namespace
}  // namespace migrate::test
