#include "migrate/sql/syntax.hpp"

#include <catch2/catch.hpp>

#include <thread>
#include <vector>

#include "migrate/sql/statement.hpp"

using migrate::sql::check_syntax;

TEST_CASE("a statement of PostgreSQL 15 passes the syntax check", "[sql]") {
  for (const char* sql : {"SELECT 1", "", "CREATE TABLE t (a int UNIQUE NULLS NOT DISTINCT)",
                          "ALTER TABLE t DETACH PARTITION p CONCURRENTLY", "COPY t FROM stdin",
                          "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END"}) {
    INFO(sql);
    CHECK_FALSE(check_syntax(sql));
  }
}

TEST_CASE("a syntax error has the server's words and a place in bytes", "[sql]") {
  const std::string_view sql = "SELECT 'größe' FORM t WHERE WHERE";
  const auto error = check_syntax(sql);
  REQUIRE(error);
  CHECK(error->message == "syntax error at or near \"t\"");
  CHECK(error->offset == sql.find("t WHERE"));
}

TEST_CASE("a statement that ends too early is wrong at its end", "[sql]") {
  const auto error = check_syntax("SELECT (1");
  REQUIRE(error);
  CHECK(error->message == "syntax error at end of input");
  CHECK(error->offset == 9);
}

TEST_CASE("a zero byte does not hide what follows it", "[sql]") {
  const auto error = check_syntax(std::string_view("SELECT 1\0 nonsense", 18));
  REQUIRE(error);
  CHECK(error->offset == 8);
}

TEST_CASE("broken UTF-8 is no danger to the syntax check", "[sql]") {
  for (const char* sql : {"SELECT \xF0", "SELECT '\xC3", "SELECT \xFF\xFE foo bar \xE0", "SELECT U&'\\D800' \xF4"}) {
    CHECK_NOTHROW(check_syntax(sql));
  }
}

TEST_CASE("a statement of a later PostgreSQL is kept, and counted as touching the session", "[sql]") {
  for (const char* sql :
       {"CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a) VIRTUAL)",
        "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT ENFORCED",
        "ALTER TABLE t ALTER COLUMN a SET EXPRESSION AS (b + 1)", "CREATE STATISTICS ON a, b FROM t"}) {
    INFO(sql);
    const auto statements = migrate::sql::split(sql);
    REQUIRE(statements.size() == 1);
    CHECK_FALSE(statements[0].parsed);
    CHECK(statements[0].touches_session);
    CHECK_FALSE(statements[0].refuses_transaction);
  }
}

TEST_CASE("one statement the parser does not know leaves its neighbours known", "[sql]") {
  const auto statements = migrate::sql::split("CREATE TABLE a (); FROBNICATE x; CREATE TABLE b ();");
  REQUIRE(statements.size() == 3);
  CHECK(statements[0].parsed);
  CHECK_FALSE(statements[1].parsed);
  CHECK(statements[1].kind == "FROBNICATE");
  CHECK(statements[2].parsed);
}

TEST_CASE("threads split and check at the same time", "[sql]") {
  std::vector<std::thread> threads;
  std::vector<int> faults(8);
  for (int& fault : faults) {
    threads.emplace_back([&fault] {
      for (int i = 0; i < 500; ++i) {
        fault += migrate::sql::split("CREATE TABLE t (a int); SELECT 'x'; SELEC 1").size() == 3 ? 0 : 1;
        fault += check_syntax("SELECT ((1)") ? 0 : 1;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(faults == std::vector<int>(8, 0));
}
