#include <catch2/catch.hpp>

#include "migrate/base/error.hpp"
#include "migrate/script/error.hpp"
#include "migrate/script/section.hpp"
#include "support/temp_dir.hpp"

namespace {

using namespace migrate;
using script::parse_sql_revision;

std::string message_of(std::string text) {
  try {
    parse_sql_revision(std::move(text), "versions/a.sql");
  } catch (const script::RevisionError& error) {
    return std::string(error.what()) + " | " + error.hint();
  }
  return {};
}

std::string body(const script::SqlRevision& revision, const std::optional<script::Section>& section) {
  return std::string(section.value().body.of(revision.text));
}

}  // namespace

TEST_CASE("sections are the bytes between their markers", "[script][section]") {
  const auto revision = parse_sql_revision(
      "-- m\n-- revision: abc\n\n-- migrate:upgrade\nA;\n\n-- migrate:downgrade transaction:false\nB;\n", "a.sql");
  CHECK(body(revision, revision.upgrade) == "A;\n\n");
  CHECK(body(revision, revision.downgrade) == "B;\n");
  CHECK(revision.upgrade->marker_line == 4);
  CHECK(revision.downgrade->marker_line == 7);
  CHECK(revision.upgrade->transaction);
  CHECK_FALSE(revision.downgrade->transaction);
  CHECK(&revision.section(script::Direction::downgrade) == &revision.downgrade);
}

TEST_CASE("no downgrade section is not the same as an empty one", "[script][section]") {
  CHECK_FALSE(parse_sql_revision("-- migrate:upgrade\nA;", "a.sql").downgrade);
  const auto empty = parse_sql_revision("-- migrate:upgrade\nA;\n-- migrate:downgrade", "a.sql");
  CHECK(body(empty, empty.downgrade).empty());
  CHECK(body(empty, empty.upgrade) == "A;\n");
}

TEST_CASE("the sections may come in either order", "[script][section]") {
  const auto revision = parse_sql_revision("-- migrate:downgrade\nB;\n-- migrate:upgrade\nA;\n", "a.sql");
  CHECK(body(revision, revision.upgrade) == "A;\n");
  CHECK(body(revision, revision.downgrade) == "B;\n");
}

TEST_CASE("blanks in a marker, CRLF and a byte order mark do not matter", "[script][section]") {
  const auto revision = parse_sql_revision(
      "\xEF\xBB\xBF--  migrate:upgrade   transaction:true \r\nA;\r\n--migrate:downgrade\r\nB;\r\n", "a.sql");
  CHECK(body(revision, revision.upgrade) == "A;\r\n");
  CHECK(body(revision, revision.downgrade) == "B;\r\n");
  CHECK(revision.upgrade->transaction);
}

TEST_CASE("an unknown marker suggests the right one", "[script][section]") {
  CHECK_THAT(message_of("-- migrate:up\nA;"), Catch::Contains("a.sql:1:") && Catch::Contains("'-- migrate:upgrade'?"));
  CHECK_THAT(message_of("-- migrate:upgrade\nA;\n-- migrate:down\nB;"),
             Catch::Contains("a.sql:3:") && Catch::Contains("'-- migrate:downgrade'?"));
  CHECK_THAT(message_of("-- migrate:sideways\n"), Catch::Contains("unknown section '-- migrate:sideways'"));
}

TEST_CASE("a marker that is none would hide the downgrade in the upgrade, so it is refused", "[script][section]") {
  const auto line = GENERATE("  -- migrate:downgrade", "-- Migrate:Downgrade", "-- migrate downgrade",
                             "\t--migrate:downgrade transaction:false");
  CAPTURE(line);
  CHECK_THAT(message_of(std::string("-- migrate:upgrade\nA;\n") + line + "\nB;"),
             Catch::Contains("a.sql:3:") && Catch::Contains("looks like a section marker"));
  CHECK(message_of("-- migrate:upgrade\n-- migrate downgrades later\nA;").empty());
}

TEST_CASE("an unknown option of a section is an error", "[script][section]") {
  const auto option = GENERATE("transaction: false", "transaction:no", "tx:false", "transaction");
  CAPTURE(option);
  CHECK_THAT(message_of(std::string("-- migrate:upgrade ") + option + "\nA;"),
             Catch::Contains("a.sql:1: unknown section option") && Catch::Contains("transaction:false"));
}

TEST_CASE("a section given twice names both lines", "[script][section]") {
  CHECK_THAT(message_of("-- migrate:upgrade\nA;\n-- migrate:upgrade\nB;"),
             Catch::Contains("a.sql:3:") && Catch::Contains("line 1"));
}

TEST_CASE("SQL above the first section would never run and is refused", "[script][section]") {
  CHECK_THAT(message_of("-- m\n\nCREATE TABLE t ();\n-- migrate:upgrade\nA;"),
             Catch::Contains("a.sql:3:") && Catch::Contains("line 4"));
  CHECK(message_of("-- m\n\n/* a note\n   of two lines */\n\n-- migrate:upgrade\nA;").empty());
  CHECK_THAT(message_of("/* a */ CREATE TABLE t ();\n-- migrate:upgrade\nA;"), Catch::Contains("a.sql:1:"));
}

TEST_CASE("a revision without an upgrade section is told what to add", "[script][section]") {
  CHECK_THAT(message_of("-- m\nCREATE TABLE t ();\n"), Catch::Contains("a.sql:2: there is no upgrade section") &&
                                                           Catch::Contains("'-- migrate:upgrade' above line 2"));
  CHECK_THAT(message_of("-- migrate:downgrade\nB;"), Catch::Contains("there is no upgrade section"));
  CHECK_THAT(message_of(""), Catch::Contains("there is no upgrade section"));
}

TEST_CASE("binary data and broken UTF-8 are named with their line", "[script][section]") {
  CHECK_THAT(message_of(std::string("-- migrate:upgrade\nA\0B;", 23)),
             Catch::Contains("a.sql:2: this is a binary file"));
  CHECK_THAT(message_of("-- migrate:upgrade\n\nSELECT '\xC3';"),
             Catch::Contains("a.sql:3: the text is not valid UTF-8"));
}

TEST_CASE("a revision is loaded from its file, a missing one is named", "[script][section]") {
  const test::TempDir directory;
  const auto path = directory.write("a.sql", "-- migrate:upgrade\nA;\n");
  CHECK(body(script::load_sql_revision(path), script::load_sql_revision(path).upgrade) == "A;\n");
  CHECK_THROWS_AS(script::load_sql_revision(directory.path() / "none.sql"), base::FileError);
}
