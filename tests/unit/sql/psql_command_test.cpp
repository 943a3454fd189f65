#include "unit/sql/pieces.hpp"

using namespace migrate::sql_test;

TEST_CASE("\\restrict and \\unrestrict are skipped and stand in no statement", "[sql]") {
  const std::string script =
      "--\n-- dump\n--\n\n\\restrict aB3xYz\n\nSET a = 1;\nCREATE TABLE t ();\n\n\\unrestrict aB3xYz\n\n";
  CHECK(pieces(script) == Texts{"SET a = 1", "CREATE TABLE t ()"});
  CHECK(pieces("\\restrict x\r\nSELECT 1;\r\n\\unrestrict x") == Texts{"SELECT 1"});
  CHECK(pieces("\\restrict it's \"$$ /*\nSELECT 1") == Texts{"SELECT 1"});
}

TEST_CASE("any other psql command is named with its place", "[sql]") {
  const auto check = [](std::string_view script, std::size_t offset, const std::string& message,
                        const std::string& hint) {
    const auto refused = refusal(script);
    CHECK(refused.offset == offset);
    CHECK(refused.message == message);
    CHECK_THAT(refused.hint, Catch::Contains(hint));
  };
  check("SELECT 1;\n\\connect other\n", 10, "\\connect is a psql command, not SQL", "\\restrict");
  check("\\set ON_ERROR_STOP on", 0, "\\set is a psql command, not SQL", "SQL");
  check("\\copy t FROM 'x.csv'\n", 0, "\\copy is a psql command, not SQL", "COPY … FROM stdin");
  check("\\i other.sql\n", 0, "\\i is a psql command, not SQL", "that file");
  check("\\restrictx y\n", 0, "\\restrictx is a psql command, not SQL", "\\restrict");
  check("\\", 0, "\\ is a psql command, not SQL", "");
  check("\\\\", 0, "\\\\ is a psql command, not SQL", "");
}

TEST_CASE("the end mark of COPY data without COPY is named for what it is", "[sql]") {
  const auto refused = refusal("INSERT INTO t VALUES (1);\n\\.\n");
  CHECK(refused.offset == 26);
  CHECK_THAT(refused.message, Catch::Contains("no COPY"));
}

TEST_CASE("a backslash inside a statement is refused, with what may be missing before it", "[sql]") {
  CHECK(refusal("SELECT 1 \\gset\n").offset == 9);
  CHECK_THAT(refusal("SELECT 1 \\gset\n").message, Catch::StartsWith("\\gset: "));
  CHECK_THAT(refusal("SELECT 1\n\\restrict x\n").hint, Catch::Contains("semicolon"));
  CHECK(refusal("SELECT 1\\; SELECT 2").offset == 8);
  CHECK_THAT(refusal("SELECT (1;\n\\q\n").hint, Catch::Contains("parenthesis"));
  CHECK_THAT(refusal("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1;\n\\q\n").hint, Catch::Contains("END"));
}

TEST_CASE("backslashes inside quotes and comments are no commands", "[sql]") {
  CHECK(pieces("SELECT '\\connect', \"\\x\", $$\\q$$ -- \\i\n/* \\. */;").size() == 1);
}
