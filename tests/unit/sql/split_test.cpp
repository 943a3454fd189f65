#include "unit/sql/pieces.hpp"

using namespace migrate::sql_test;

TEST_CASE("statements are cut at semicolons and keep neither them nor the blanks around", "[sql]") {
  CHECK(pieces("SELECT 1; SELECT 2;\n\n  SELECT\n  3  ;") == Texts{"SELECT 1", "SELECT 2", "SELECT\n  3"});
}

TEST_CASE("the last statement needs no semicolon", "[sql]") {
  CHECK(pieces("SELECT 1; SELECT 2") == Texts{"SELECT 1", "SELECT 2"});
  CHECK(pieces("SELECT 1 -- done") == Texts{"SELECT 1"});
}

TEST_CASE("empty statements and lone comments are no statements", "[sql]") {
  CHECK(pieces("").empty());
  CHECK(pieces(" \t\r\n\f\v ").empty());
  CHECK(pieces(";;\n;").empty());
  CHECK(pieces("-- nothing\n/* here */ ; -- either").empty());
  CHECK(pieces("SELECT 1;; -- the end\n;") == Texts{"SELECT 1"});
}

TEST_CASE("comments inside a statement are kept, those around it are not", "[sql]") {
  CHECK(pieces("-- a\nSELECT /* ; */ 1 -- ;\n + 2 -- b\n; -- c") == Texts{"SELECT /* ; */ 1 -- ;\n + 2"});
}

TEST_CASE("comments nest, and */ closes only the innermost", "[sql]") {
  CHECK(pieces("/* a /* b; */ c; */ SELECT 1; /*/ ; */ SELECT 2; /***/ SELECT 3;/* **/SELECT 4") ==
        Texts{"SELECT 1", "SELECT 2", "SELECT 3", "SELECT 4"});
  CHECK(pieces("SELECT 1 /* -- */; SELECT 2 -- /*\n; SELECT 3") == Texts{"SELECT 1", "SELECT 2", "SELECT 3"});
}

TEST_CASE("a comment may begin inside a row of operator characters", "[sql]") {
  CHECK(pieces("SELECT 1 +-- ;\n2; SELECT 3 */* ; */ 4") == Texts{"SELECT 1 +-- ;\n2", "SELECT 3 */* ; */ 4"});
}

TEST_CASE("a lone carriage return ends a line comment, as it does for the server", "[sql]") {
  CHECK(pieces("-- a\rSELECT 1; SELECT 2").size() == 2);
}

TEST_CASE("semicolons in parentheses do not end a statement", "[sql]") {
  const std::string rule = "CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO a VALUES (1); DELETE FROM b;)";
  CHECK(pieces(rule + "; SELECT 1;") == Texts{rule, "SELECT 1"});
}

TEST_CASE("a closing parenthesis too many changes nothing", "[sql]") {
  CHECK(pieces("SELECT 1); SELECT (2);") == Texts{"SELECT 1)", "SELECT (2)"});
}

TEST_CASE("an open parenthesis at the end is left for the server to judge", "[sql]") {
  const auto statement = only("SELECT (1; SELECT 2;");
  CHECK_FALSE(statement.parsed);
}

TEST_CASE("a BEGIN ATOMIC body is one statement with its function", "[sql]") {
  const std::string function =
      "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql\nBEGIN ATOMIC\n  SELECT 1;\n  SELECT a + 1;\nEND";
  CHECK(pieces(function + ";\nSELECT 2;") == Texts{function, "SELECT 2"});
  CHECK(only(function).parsed);
}

TEST_CASE("CASE … END inside a BEGIN ATOMIC body does not end it", "[sql]") {
  const std::string procedure =
      "create or replace procedure p() begin atomic\n"
      "insert into t select case when a then case b when 1 then 2 end else 3 end from u;\n"
      "update t set a = (case when true then 1 end); delete from t; end";
  CHECK(pieces(procedure + "; select 1") == Texts{procedure, "select 1"});
  CHECK(only(procedure).parsed);
}

TEST_CASE("inside a body the words case and end may be names after AS or a dot", "[sql]") {
  const std::string function =
      "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS end; SELECT t.case FROM t; SELECT t.end AS case; END";
  CHECK(pieces(function + "; SELECT 1") == Texts{function, "SELECT 1"});
  CHECK(only(function).parsed);
}

TEST_CASE("BEGIN without ATOMIC opens no body", "[sql]") {
  CHECK(pieces("CREATE FUNCTION begin() RETURNS int LANGUAGE sql AS 'SELECT 1'; SELECT 2").size() == 2);
  CHECK(pieces("BEGIN; CREATE TABLE atomic (); END;") == Texts{"BEGIN", "CREATE TABLE atomic ()", "END"});
  CHECK(pieces("CREATE TABLE begin (a int); SELECT 1").size() == 2);
}

TEST_CASE("only routines have BEGIN ATOMIC bodies", "[sql]") {
  CHECK(pieces("CREATE VIEW v AS SELECT begin atomic; SELECT 1").size() == 2);
  CHECK(pieces("CREATE AGGREGATE begin atomic; SELECT 1").size() == 2);
}

TEST_CASE("a quoted \"begin\" and parameter names in parentheses open no body", "[sql]") {
  CHECK(pieces("CREATE FUNCTION f(begin atomic) RETURNS int RETURN 1; SELECT 1").size() == 2);
  CHECK(pieces("CREATE FUNCTION \"begin\" () RETURNS int RETURN 1; SELECT 1").size() == 2);
}

TEST_CASE("CRLF and a byte order mark are blanks", "[sql]") {
  const std::string script = "\xEF\xBB\xBFSELECT 1;\r\n-- c\r\nSELECT\r\n2;\r\n";
  CHECK(pieces(script) == Texts{"SELECT 1", "SELECT\r\n2"});
  CHECK(migrate::sql::split(script)[0].text.offset == 3);
}

TEST_CASE("psql variables are left as they stand", "[sql]") {
  CHECK(pieces("SELECT :'a;b', :\"c;d\", :e; SELECT x::int") == Texts{"SELECT :'a;b', :\"c;d\", :e", "SELECT x::int"});
}

TEST_CASE("a zero byte is refused where it stands", "[sql]") {
  const auto refused = refusal(std::string_view("SELECT 1;\0", 10));
  CHECK(refused.offset == 9);
  CHECK_THAT(refused.message, Catch::Contains("zero byte"));
  CHECK_THAT(refused.hint, Catch::Contains("UTF-8"));
}

TEST_CASE("a statement over a mebibyte is cut without asking the parser", "[sql]") {
  std::string insert = "INSERT INTO t VALUES (0)";
  while (insert.size() < 3'000'000) insert += ",\n(';', $$;$$, E'\\';')";
  const auto statement = only(insert + ";");
  CHECK(statement.text.length == insert.size());
  CHECK(statement.kind == "INSERT");
  CHECK(statement.touches_session);
}
