#include <catch2/catch.hpp>
#include <cstdlib>
#include <limits>

#include "rendering.hpp"

using namespace migrate::schema;
using namespace rendering;

TEST_CASE("execute takes its text as it is", "[schema]") {
  const auto text_of = [](const Revision& revision) { return to_sql(operations_of(revision).at(0)); };
  CHECK(text_of(OP(execute("  SELECT $1;\nSELECT 2;\n"))) == std::vector<std::string>{"  SELECT $1;\nSELECT 2;\n"});
  CHECK(text_of(OP(execute("SELECT 1 -- one"))) == std::vector<std::string>{"SELECT 1 -- one\n"});
  check_faults({{OP(execute(" \n")), "execute: the text is empty"}});
}

TEST_CASE("execute writes parameters in as literals", "[schema]") {
  check({
      {OP(execute("UPDATE t SET a = $1, b = $2 WHERE c = $1", {1, "it's \\"})),
       "UPDATE t SET a = 1, b = E'it''s \\\\' WHERE c = 1"},
      {OP(execute("SELECT a-$1, $2::smallint, $3, $4, $5", {-5, -32768, nullptr, true, expression("now()")})),
       "SELECT a-(-5), (-32768)::smallint, NULL, true, (now())"},
      {OP(execute("SELECT '$1', $1, $x$ $2 $x$, \"$2\" /* $2 */", {1})), "SELECT '$1', 1, $x$ $2 $x$, \"$2\" /* $2 */"},
      {OP(execute("SELECT $1 -- $2", {std::numeric_limits<double>::infinity()})), "SELECT 'Infinity'::float8 -- $2\n"},
      {OP(execute("SELECT 1", {})), "SELECT 1"},
  });
  check_faults({
      {OP(execute("SELECT $2", {1})), "execute: $2 stands in the statement, but 1 parameter is given"},
      {OP(execute("SELECT $1", Row{})), "but 0 parameters are given"},
      {OP(execute("SELECT $0", {1})), "Parameters count from $1."},
      {OP(execute("SELECT $99999999999999999999", {1})), "$99999999999999999999 stands"},
      {OP(execute("SELECT '$2', $1", {1, 2})), "parameter 2 is given, but $2 does not stand in the statement"},
      {OP(execute("SELECT '$1", {1})), "a string is opened here and never closed"},
      {OP(execute("SELECT $1", {std::string("a\0", 2)})), "zero byte"},
  });
}

TEST_CASE("bulk_insert cuts rows into statements", "[schema]") {
  const std::vector<Row> rows{{1, "x"}, {2, nullptr}, {3, expression("now()")}};
  check({
      {[&](Operations& op) {
         op.bulk_insert("t", {"a", "B"}, rows, {.schema = "app", .on_conflict = "(a) DO NOTHING"});
       },
       "INSERT INTO app.t (a, \"B\") VALUES\n    (1, 'x'),\n    (2, NULL),\n    (3, now())\nON CONFLICT (a) DO "
       "NOTHING"},
      {[&](Operations& op) {
         op.bulk_insert("t", {"a", "b"}, rows, {.rows_per_statement = 2});
       },
       "INSERT INTO t (a, b) VALUES\n    (1, 'x'),\n    (2, NULL);\nINSERT INTO t (a, b) VALUES\n    (3, now())"},
      {[&](Operations& op) {
         op.bulk_insert("t", {"a", "b"}, rows, {.rows_per_statement = 3});
       },
       "INSERT INTO t (a, b) VALUES\n    (1, 'x'),\n    (2, NULL),\n    (3, now())"},
      {OP(bulk_insert("t", {"a"},
                      {{-1}, {true}, {-2.5}, {std::numeric_limits<double>::quiet_NaN()}, {expression("DEFAULT")}})),
       "INSERT INTO t (a) VALUES\n    (-1),\n    (true),\n    (-2.5),\n    ('NaN'::float8),\n    (DEFAULT)"},
      {OP(bulk_insert("t", {"a"}, {})), ""},
  });
  check_faults({
      {OP(bulk_insert("t", {"a", "b"}, {{1, 2}, {1}})),
       "bulk_insert \"t\": row 2 has 1 value, but there are 2 columns"},
      {OP(bulk_insert("t", {}, {{1}})), "the columns: at least one"},
      {OP(bulk_insert("t", {"a"}, {{1}}, {.rows_per_statement = 0})), "rows_per_statement is 0"},
  });
}

TEST_CASE("values become literals that read back as the same", "[schema]") {
  for (const double number : {0.1, 1.0 / 3, 1e300, -5e-324, 123456789.0, 1e21}) {
    CHECK(std::strtod(to_literal(number).c_str(), nullptr) == number);
  }
  CHECK(to_literal(std::numeric_limits<double>::quiet_NaN()) == "'NaN'::float8");
  CHECK(to_literal(-std::numeric_limits<double>::infinity()) == "'-Infinity'::float8");
  CHECK(to_literal(std::numeric_limits<long long>::min()) == "-9223372036854775808");
  CHECK(to_literal(std::numeric_limits<unsigned long long>::max()) == "18446744073709551615");
  CHECK(to_literal("") == "''");
  CHECK(to_literal("NaN") == "'NaN'");
  CHECK(to_literal(static_cast<const char*>(nullptr)) == "NULL");
  CHECK(to_literal(nullptr) == "NULL");
  CHECK(to_literal(false) == "false");
  CHECK(to_literal(std::string_view("it's")) == "'it''s'");
  CHECK(literal("it's").sql == "'it''s'");
  CHECK(literal("a\\'b").sql == "E'a\\\\''b'");
  CHECK_THROWS_WITH(literal(std::string_view("\0", 1)), Catch::Contains("zero byte"));
}
