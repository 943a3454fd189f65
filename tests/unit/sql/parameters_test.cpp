#include "migrate/sql/parameters.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "migrate/base/error.hpp"
#include "migrate/sql/statement.hpp"

using namespace migrate;

namespace {

std::string inlined(std::string_view statement, const std::vector<std::string>& literals) {
  return sql::inline_parameters(statement, literals);
}

}  // namespace

TEST_CASE("parameters are replaced where they stand as such", "[sql]") {
  CHECK(inlined("a = $1 AND b = $2 OR c = $1", {"1", "'x'"}) == "a = 1 AND b = 'x' OR c = 1");
  CHECK(inlined("f($1,$2)", {"1", "2"}) == "f(1,2)");
  CHECK(inlined("$1::int", {"1"}) == "1::int");
  CHECK(inlined("$11 $1 $2 $3 $4 $5 $6 $7 $8 $9 $10", std::vector<std::string>(11, "x")) == "x x x x x x x x x x x");
  CHECK(inlined("", {}) == "");
  CHECK(inlined("SELECT 1", {}) == "SELECT 1");
}

TEST_CASE("a $1 in quotes, comments and names is not a parameter", "[sql]") {
  for (const std::string text : {"'$2'", "E'\\'$2'", "\"$2\"", "$$ $2 $$", "$a$ $2 $$ $a$", "/* $2 /* */ $2 */",
                                 "-- $2\n", "a$2", "U&'$2'", "'a'\n '$2'"}) {
    CHECK(inlined(text + " $1", {"x"}) == text + " x");
  }
}

TEST_CASE("a literal does not run into its neighbours", "[sql]") {
  CHECK(inlined("$1AND", {"1"}) == "1 AND");
  CHECK(inlined("'a'$1'b'", {"'x'"}) == "'a' 'x' 'b'");
  CHECK(inlined("$1$2", {"1", "2"}) == "1 2");
  CHECK(inlined("\"a\"$1", {"E'x'"}) == "\"a\" E'x'");
  CHECK(inlined("=$1;", {"1"}) == "=1;");
}

TEST_CASE("too few and too many parameters are errors", "[sql]") {
  CHECK_THROWS_WITH(inlined("$1 $3", {"1", "2"}), "$3 stands in the statement, but 2 parameters are given");
  CHECK_THROWS_WITH(inlined("$1", {"1", "2"}), Catch::Contains("parameter 2 is given"));
  CHECK_THROWS_AS(inlined("$0", {"1"}), base::Error);
  CHECK_THROWS_AS(inlined("$18446744073709551617", {"1"}), base::Error);
  CHECK_THROWS_AS(inlined("$1 '", {"1"}), sql::SqlSyntaxError);
}
