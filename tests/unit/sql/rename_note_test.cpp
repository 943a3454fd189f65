#include "migrate/sql/rename_note.hpp"

#include <catch2/catch.hpp>

namespace migrate::sql {
namespace {

std::string shown(const RenameNote& note) {
  return note.statement + " " + note.object.schema + "." + note.object.name + " " + note.part + " <- " + note.old_name;
}

std::vector<std::string> notes(std::string_view text) {
  std::vector<std::string> result;
  for (const auto& note : rename_notes(text)) result.push_back(shown(note));
  return result;
}

using Lines = std::vector<std::string>;

TEST_CASE("a note before a CREATE statement is about what it makes") {
  CHECK(notes("-- renamed: people\nCREATE TABLE users (a int);") == Lines{"TABLE .users  <- people"});
  CHECK(notes("SELECT 1; \n  --renamed:  \"Old\"  \r\n\nCREATE MATERIALIZED VIEW IF NOT EXISTS a.v AS SELECT 1;") ==
        Lines{"MATERIALIZED VIEW a.v  <- Old"});
  CHECK(notes("-- renamed: f\nCREATE OR REPLACE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1';") ==
        Lines{"FUNCTION .g  <- f"});
  CHECK(notes("-- renamed: i\nCREATE UNIQUE INDEX CONCURRENTLY j ON t (a);") == Lines{"INDEX .j  <- i"});
}

TEST_CASE("a note within CREATE TABLE is about the column or constraint behind it") {
  CHECK(notes("CREATE TABLE t (\n  -- renamed: a\n  b numeric(1, 2), -- renamed: no\n  c int,\n"
              "  -- renamed: old\n  CONSTRAINT k CHECK (b > 0)\n);") == Lines{"TABLE .t b <- a", "TABLE .t k <- old"});
}

TEST_CASE("a note within CREATE TYPE is about the value or attribute behind it") {
  CHECK(notes("CREATE TYPE e AS ENUM (\n-- renamed: 'it''s'\n'b',\n-- renamed: c\n'd');") ==
        Lines{"TYPE .e b <- it's", "TYPE .e d <- c"});
  CHECK(notes("CREATE TYPE c AS (\n-- renamed: x\ny int);") == Lines{"TYPE .c y <- x"});
}

TEST_CASE("what only looks like a note is none") {
  CHECK(notes("CREATE TABLE t (a int DEFAULT 1); -- renamed: x\nCREATE TABLE u (a text DEFAULT '\n-- renamed: y\n');")
            .empty());
  CHECK(notes("COPY t FROM stdin;\n-- renamed: x\n\\.\nCREATE TABLE u (a int);").empty());
}

TEST_CASE("a note that stands before nothing is refused at its place") {
  const auto offset = [](std::string_view text) {
    try {
      rename_notes(text);
    } catch (const SqlSyntaxError& error) {
      return static_cast<int>(error.offset());
    }
    return -1;
  };
  CHECK(offset("SELECT 1;\n-- renamed: x\nSELECT 2;") == 10);
  CHECK(offset("SELECT 1;\n-- renamed: x\n") == 10);
  CHECK(offset("CREATE TABLE t (a numeric(\n-- renamed: x\n1));") == 27);
  CHECK(offset("CREATE TABLE t (a int\n-- renamed: x\n);") == 22);
  CHECK(offset("-- renamed: a b\nCREATE TABLE t (a int);") == 0);
  CHECK(offset("-- renamed:\nCREATE TABLE t (a int);") == 0);
}

}  // namespace
}  // namespace migrate::sql
