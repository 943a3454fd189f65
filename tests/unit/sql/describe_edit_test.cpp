#include <chrono>

#include "migrate/base/text.hpp"
#include "migrate/sql/checksum.hpp"
#include "unit/sql/nasty_script.hpp"
#include "unit/sql/pieces.hpp"

using migrate::sql::describe_edit;

TEST_CASE("a changed statement is shown as it was and as it is", "[sql]") {
  CHECK(describe_edit("SELECT 1;\n\nALTER TABLE t ADD a int;\n",
                      "select 1;\n-- more\n\n\nalter table t\n  add a bigint;") ==
        "line 6: was `ALTER TABLE t ADD a int`, is `alter table t add a bigint`");
}

TEST_CASE("added and removed statements are told apart", "[sql]") {
  const std::string_view before = "CREATE TABLE a ();\nCREATE TABLE b ();\nCREATE TABLE c ();\n";
  CHECK(describe_edit(before, "CREATE TABLE a ();\nCREATE TABLE c ();\n") == "line 2: removed `CREATE TABLE b ()`");
  CHECK(describe_edit("CREATE TABLE a ();\nCREATE TABLE c ();\n", before) == "line 2: added `CREATE TABLE b ()`");
  CHECK(
      describe_edit(before, "") ==
      "line 1: removed `CREATE TABLE a ()`\nline 1: removed `CREATE TABLE b ()`\nline 1: removed `CREATE TABLE c ()`");
  CHECK(describe_edit(before, "CREATE TABLE c ();\nCREATE TABLE a ();\nCREATE TABLE b ();\n") ==
        "line 1: added `CREATE TABLE c ()`\nline 4: removed `CREATE TABLE c ()`");
}

TEST_CASE("nothing is described where nothing that counts was changed", "[sql]") {
  CHECK(describe_edit("", "").empty());
  CHECK(describe_edit("SELECT 1", "-- one\nselect 1;").empty());
  CHECK(describe_edit(k_nasty_script, migrate::base::replace_all(k_nasty_script, "\n", "\r\n")).empty());
}

TEST_CASE("of a long statement the place that differs is shown", "[sql]") {
  const std::string function =
      "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  -- when it was changed last\n"
      "  NEW.changed_at := now();\n  NEW.changed_by := current_user;\n  RETURN NEW;\nEND\n$$;\n";
  const std::string edited = migrate::base::replace_all(function, "current_user", "session_user");
  const std::string told = describe_edit(function, edited);
  INFO(told);
  CHECK(told.starts_with("line 5: was `CREATE FUNCTION touch() … …"));
  CHECK(told.find("changed_by := current_user") != std::string::npos);
  CHECK(told.find("changed_by := session_user") != std::string::npos);
  CHECK(told.size() < 300);
}

TEST_CASE("of long lines whole characters are shown", "[sql]") {
  std::string umlauts;
  for (int i = 0; i < 100; ++i) umlauts += "ä";
  for (std::size_t at = 0; at < 20; ++at) {
    const std::string before = "SELECT '" + std::string(at, 'x') + umlauts + "'";
    for (const std::string& after : {before + ", 'ü'", "SELECT '" + std::string(at, 'x') + umlauts + umlauts + "'"}) {
      const std::string told = describe_edit(before, after);
      INFO(told);
      CHECK_FALSE(migrate::base::first_invalid_utf8(told));
      CHECK(told.starts_with("line 1: was `SELECT"));
    }
  }
}

TEST_CASE("of COPY data the first line that differs is shown", "[sql]") {
  const std::string copy = "COPY t FROM stdin;\n1\tanna\n2\tbert\n\\.\n";
  CHECK(describe_edit(copy, "\n" + migrate::base::replace_all(copy, "bert", "carl")) ==
        "line 4: was data `2 bert`, is data `2 carl`");
  CHECK(describe_edit(copy, migrate::base::replace_all(copy, "2\tbert\n", "")) ==
        "line 3: was data `2 bert`, is the end of the data");
  CHECK(describe_edit(copy, migrate::base::replace_all(copy, "\\.", "3\tdora\n\\.")) ==
        "line 4: was the end of the data, is data `3 dora`");
  CHECK(describe_edit(copy, migrate::base::replace_all(copy, "COPY t", "COPY u")) ==
        "line 1: was `COPY t FROM stdin`, is `COPY u FROM stdin`");
}

TEST_CASE("many changes are counted after the fifth", "[sql]") {
  std::string before;
  std::string after;
  for (int i = 0; i < 20; ++i) {
    before += "SELECT " + std::to_string(i) + ";\n";
    after += "SELECT " + std::to_string(100 + i) + ";\n";
  }
  const std::string told = describe_edit(before, after);
  CHECK(told.starts_with("line 1: was `SELECT 0`, is `SELECT 100`\n"));
  CHECK(told.ends_with("\nand 15 more changes"));
  CHECK(migrate::base::split(told, '\n').size() == 6);
}

TEST_CASE("texts that are no SQL are compared by their lines", "[sql]") {
  CHECK(describe_edit("SELECT 'open\nSELECT 2", "SELECT 'open\n  SELECT 3\n") ==
        "line 2: was `SELECT 2`, is `SELECT 3`");
  CHECK(describe_edit("SELECT 1", "SELECT 1;\n\\i x.sql") ==
        "line 1: was `SELECT 1`, is `SELECT 1;`\nline 2: added `\\i x.sql`");
  for (std::size_t length = 0; length <= k_nasty_script.size(); length += 3) {
    if (migrate::base::first_invalid_utf8(k_nasty_script.substr(0, length))) continue;
    const std::string told = describe_edit(k_nasty_script, k_nasty_script.substr(0, length));
    CHECK_FALSE(migrate::base::first_invalid_utf8(told));
    CHECK(migrate::base::split(told, '\n').size() <= 6);
  }
}

TEST_CASE("two large sections are compared in good time", "[sql]") {
  std::string before;
  std::string after;
  for (int i = 0; i < 3000; ++i) {
    before += "INSERT INTO t VALUES (" + std::to_string(i) + ");\n";
    after += "INSERT INTO t VALUES (" + std::to_string(i % 7 == 0 ? -i : i) + ");\n";
  }
  const auto start = std::chrono::steady_clock::now();
  const std::string told = describe_edit(before, after);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));
  CHECK(told.ends_with("\nand 423 more changes"));
}
