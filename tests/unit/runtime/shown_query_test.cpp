#include "migrate/runtime/shown_query.hpp"

#include <catch2/catch.hpp>

#include "migrate/base/text.hpp"

using migrate::runtime::shown_query;

TEST_CASE("a query is shown on one line and without control characters", "[runtime][shown_query]") {
  CHECK(shown_query("") == "");
  CHECK(shown_query("  SELECT 1 ;\n") == "SELECT 1 ;");
  CHECK(shown_query("SELECT\n\t a,\r\n b\x1b[31m\x7f FROM t") == "SELECT a, b [31m FROM t");
  CHECK(shown_query("SELECT 'caf\xc3\xa9 \xff rest'") == "SELECT 'café");
}

TEST_CASE("a long query is cut between characters", "[runtime][shown_query]") {
  CHECK(shown_query("abcdef", 6) == "abcdef");
  CHECK(shown_query("abcdefg", 6) == "abcdef …");
  CHECK(shown_query("ééé é", 4) == "ééé …");
  const auto line = shown_query("SELECT " + std::string(5000, 'x'));
  CHECK(migrate::base::count_characters(line) == 122);
}

TEST_CASE("passwords are not shown", "[runtime][shown_query]") {
  const std::string query = GENERATE(
      "ALTER ROLE alice PASSWORD 'hush'", "create user alice encrypted password'hush'", "ALTER ROLE a PASSWORD E'hush'",
      "ALTER ROLE a PASSWORD U&'hush'", "ALTER ROLE a PASSWORD $$hush$$", "ALTER ROLE a\n  PASSWORD\n  'hush'",
      "ALTER ROLE a PASSWORD /* new */ 'hush'", "ALTER ROLE a PASSWORD -- new\n 'hush'",
      "DO $$BEGIN EXECUTE format('ALTER ROLE a PASSWORD %L', 'hush'); END$$",
      "SELECT 'ALTER ROLE a PASSWORD ' || 'hush'",
      "CREATE SUBSCRIPTION s CONNECTION 'host=h password=hush dbname=d' PUBLICATION p",
      "CREATE SUBSCRIPTION s CONNECTION 'host=h password = hush'",
      "CREATE SUBSCRIPTION s CONNECTION 'postgresql://alice:hush@host/db' PUBLICATION p",
      "SELECT dblink_connect('postgres://alice:hush", "UPDATE users SET password = 'hush' WHERE id = 1",
      "CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'a', password 'hush')",
      "SELECT '{\"password\": \"hush\"}'::jsonb");
  CAPTURE(query);
  const auto shown = shown_query(query);
  CHECK(shown.find("hush") == std::string::npos);
  CHECK(shown.ends_with("…"));
  CHECK(shown.starts_with(query.substr(0, 6)));
}

TEST_CASE("what only sounds like a password is shown", "[runtime][shown_query]") {
  const std::string query =
      GENERATE("SELECT password FROM users", "ALTER ROLE a PASSWORD NULL", "ALTER TABLE users ADD COLUMN password text",
               "SELECT 'http://localhost/x'", "SELECT 'http://localhost:80/x'", "SELECT passwords, 'x' FROM t");
  CHECK(shown_query(query) == query);
}
