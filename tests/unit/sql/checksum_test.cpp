#include "migrate/sql/checksum.hpp"

#include "migrate/base/text.hpp"
#include "unit/sql/nasty_script.hpp"
#include "unit/sql/pieces.hpp"

using namespace migrate::sql_test;
using migrate::sql::section_checksum;
using migrate::sql::split;
using migrate::sql::statement_checksums;

namespace {

std::string checksum(std::string_view text) {
  return section_checksum(text, split(text));
}

struct Edit {
  std::string_view from;
  std::string_view to;
};

/// The script with one place edited; fails the test when the place is not there.
std::string edited(std::string_view script, const Edit& edit) {
  const std::size_t at = script.find(edit.from);
  INFO(edit.from);
  REQUIRE(at != std::string_view::npos);
  std::string result(script);
  return result.replace(at, edit.from.size(), edit.to);
}

constexpr std::string_view k_section = R"sql(
-- messages of the chat
CREATE TABLE messages (
  id bigint PRIMARY KEY,
  author varchar(40) NOT NULL DEFAULT 'nobody',
  "Subject" text,
  priority int DEFAULT 5 CHECK (priority IN (1, 2, 5)),
  price numeric(10,2),
  ratio double precision DEFAULT 1e-3
);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed := now();  -- when
  RETURN NEW;
END
$$;
COPY messages (id, author) FROM stdin;
1	anna
2	bert
\.
CREATE INDEX ix ON public.messages (author, id DESC) WHERE priority >= 2;
UPDATE messages SET author = 'it''s me', priority = -1 WHERE id = 1;
ALTER TABLE messages ADD note text, DROP price;
GRANT SELECT ON messages TO reader;
CREATE TABLE later (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL, CHECK (a > 0) NOT ENFORCED);
INSERT INTO messages VALUES (3, E'a\nb', NULL, DEFAULT, 1.50, 0);
)sql";

}  // namespace

TEST_CASE("twenty harmless edits keep the checksum of a section", "[sql]") {
  const std::vector<Edit> harmless{
      {"-- messages of the chat\n", ""},
      {"-- messages of the chat", "/* everything /* that was */ said */"},
      {"CREATE TABLE messages", "create table MESSAGES"},
      {"  id bigint PRIMARY KEY,", "id   bigint\n\n\tprimary key ,"},
      {"CREATE INDEX ix", "CREATE INDEX \"ix\""},
      {"public.messages", "public . \"messages\""},
      {"'nobody'", "$$nobody$$"},
      {"'it''s me'", "$q$it's me$q$"},
      {"'it''s me'", "'it''s'\n  ' me'"},
      {"$$\nBEGIN", "$body$\nBEGIN"},
      {"E'a\\nb'", "e'a\\nb'"},
      {"1e-3", "1E-3"},
      {">= 2;", ">=2;"},
      {"= -1", "=-1"},
      {"DROP price;", "DROP price;;\n;"},
      {"DROP price;", "DROP price -- no longer shown\n;"},
      {"NULL, DEFAULT", "null,default"},
      {"VIRTUAL, CHECK (a > 0) NOT ENFORCED", "virtual , -- newer\n check(a>0) not enforced"},
      {"1.50, 0);", "1.50, 0)"},
      {"bert\n\\.\n", "bert\r\n\\.\r\n"},
  };
  REQUIRE(harmless.size() == 20);
  for (const Edit& edit : harmless) {
    std::string text = edited(k_section, edit);
    if (edit.to.starts_with("$body$")) text = edited(text, {"END\n$$;", "END\n$body$;"});
    INFO(text);
    CHECK(checksum(text) == checksum(k_section));
  }
  CHECK(checksum("\xEF\xBB\xBF" + std::string(k_section)) == checksum(k_section));
  CHECK(checksum(migrate::base::replace_all(k_section, "\n", "\r\n")) == checksum(k_section));
}

TEST_CASE("twenty real edits change the checksum of a section", "[sql]") {
  const std::vector<Edit> real{
      {"varchar(40)", "varchar(41)"},
      {"bigint", "int"},
      {"DEFAULT 5", "DEFAULT 6"},
      {"(1, 2, 5)", "(1, 2)"},
      {"numeric(10,2)", "numeric(10)"},
      {"'nobody'", "'Nobody'"},
      {"\"Subject\"", "subject"},
      {"-- when", "-- then"},
      {"RETURN NEW", "RETURN  NEW"},
      {"2\tbert", "2\tBert"},
      {"1\tanna\n2\tbert\n", "2\tbert\n1\tanna\n"},
      {"public.messages", "private.messages"},
      {"id DESC", "id"},
      {">= 2", "> 2"},
      {"it''s me", "its me"},
      {"DROP price", "DROP price CASCADE"},
      {"ADD note text, DROP price", "DROP price, ADD note text"},
      {"GRANT SELECT ON messages TO reader;\n", ""},
      {"VIRTUAL", "STORED"},
      {"E'a\\nb'", "'a\\nb'"},
  };
  REQUIRE(real.size() == 20);
  for (const Edit& edit : real) {
    const std::string text = edited(k_section, edit);
    INFO(text);
    CHECK(checksum(text) != checksum(k_section));
  }
}

TEST_CASE("what merely looks alike has different checksums", "[sql]") {
  const std::vector<std::pair<std::string_view, std::string_view>> different{
      {"SELECT a !- 1", "SELECT a ! -1"},
      {"SELECT a <@ b", "SELECT a < @ b"},
      {"SELECT user", "SELECT \"user\""},
      {"SELECT a::\"char\"", "SELECT a::char"},
      {"SELECT ab", "SELECT a b"},
      {"SELECT 'a' 'b' FROM t", "SELECT 'ab' FROM t"},
      {"SELECT 'a', 'b'", "SELECT 'a,', 'b'"},
      {"SELECT 1; SELECT 2", "SELECT 2; SELECT 1"},
      {"SELECT 1; SELECT 1", "SELECT 1"},
      {"SELECT 1; SELECT 2", "SELECT 1 SELECT 2"},
      {"SELECT E'a'", "SELECT 'a'"},
      {"SELECT B'1'", "SELECT X'1'"},
      {"SELECT U&'a'", "SELECT U & 'a'"},
      {"SELECT 'a\nb'", "SELECT 'a\rb'"},
      {"SELECT E'\\x4'\n'1'", "SELECT E'\\x41'"},
      {"SELECT \"a\"\"b\"", "SELECT \"a\"\"\"\"b\""},
      {"SELECT größe", "SELECT \"größe\""},
      {"SELECT $1", "SELECT $2"},
      {"SELECT a.b", "SELECT a, b"},
      {"SET standard_conforming_strings = off; SELECT 'a'", "SET standard_conforming_strings = on; SELECT 'a'"},
  };
  for (const auto& [one, other] : different) {
    INFO(one << "  |  " << other);
    CHECK(checksum(one) != checksum(other));
  }
}

TEST_CASE("what is the same in other words has one checksum", "[sql]") {
  const std::vector<std::pair<std::string_view, std::string_view>> same{
      {"SELECT a+-1", "SELECT a + - 1"},
      {"SELECT a <- 1", "SELECT a < -1"},
      {"SELECT a@-1", "SELECT a @- 1"},
      {"SELECT 2*/* c */3", "SELECT 2 * 3"},
      {"SELECT a::int", "SELECT a :: INT"},
      {"SELECT ''", "SELECT $$$$"},
      {"SELECT U&'d\\0061'", "SELECT u&'d\\0061'"},
      {"SELECT N'a'\n-- it's\n'b'", "SELECT n'a'\n\n'b'"},
      {"SELECT 'a\r\nb'", "SELECT 'a\nb'"},
      {"", " ; -- nothing\n"},
      {"SELECT $a$x\r\ny$a$", "SELECT 'x\ny'"},
      {"SET standard_conforming_strings = off; SELECT 'a\\'b', 1",
       "SET standard_conforming_strings=off;SELECT 'a\\'b',1"},
  };
  for (const auto& [one, other] : same) {
    INFO(one << "  |  " << other);
    CHECK(checksum(one) == checksum(other));
  }
}

TEST_CASE("a checksum names its rules and does not change with the program", "[sql]") {
  CHECK(checksum("SELECT 1") == "s1:5c37fb38c8f7ba6a1a6f6ece47092802be8dd4b3d62fe0057f639ad1af4ffb02");
  CHECK(checksum("SELECT 1").size() == 3 + 64);
  CHECK(checksum(k_nasty_script).size() == 3 + 64);
  CHECK(migrate::sql::cpp_checksum("int main() {}") ==
        "c1:aa54b50b43f44ec11149bb8f93ffec19d067a92295f4ce4bf3590a5297f9047d");
}

TEST_CASE("each statement has a digest of its own", "[sql]") {
  const std::string_view before = "SELECT 1; SELECT 2; SELECT 3";
  const std::string_view after = "select 1; SELECT 4; /* x */ SELECT 3;";
  const auto old_digests = statement_checksums(before, split(before));
  const auto new_digests = statement_checksums(after, split(after));
  REQUIRE(old_digests.size() == 3);
  REQUIRE(new_digests.size() == 3);
  CHECK(old_digests[0].size() == 16);
  CHECK(old_digests[0] == new_digests[0]);
  CHECK(old_digests[1] != new_digests[1]);
  CHECK(old_digests[2] == new_digests[2]);
}

TEST_CASE("a setting of the script counts for the digests of later statements", "[sql]") {
  const std::string_view script = "SET standard_conforming_strings = off; SELECT 'a\\'; b'; SELECT 1";
  REQUIRE(split(script).size() == 3);
  const std::string_view last = "SELECT 1";
  CHECK(statement_checksums(script, split(script))[2] == statement_checksums(last, split(last))[0]);
}

TEST_CASE("the checksum of a text that is cut anywhere is computed or the text refused", "[sql]") {
  int computed = 0;
  for (std::size_t length = 0; length <= k_section.size(); ++length) {
    const std::string_view text = k_section.substr(0, length);
    try {
      computed += checksum(text).starts_with("s1:") ? 1 : 0;
    } catch (const migrate::sql::SqlSyntaxError&) {
      continue;
    }
  }
  CHECK(computed > 500);
}

TEST_CASE("a statement that cannot be cut into tokens counts byte for byte", "[sql]") {
  const auto of_rest = [](std::string_view text) {
    migrate::sql::Statement whole;
    whole.text = {0, text.size()};
    return section_checksum(text, std::vector{whole});
  };
  CHECK(of_rest("SELECT 'open") != of_rest("SELECT 'opem"));
  CHECK(of_rest("SELECT 'open") == of_rest("select 'open"));
}
