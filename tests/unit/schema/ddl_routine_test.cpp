#include <catch2/catch.hpp>

#include "rendering.hpp"

using namespace migrate::schema;
using namespace rendering;

TEST_CASE("views take their query as it is, without the semicolon", "[schema]") {
  check({
      {OP(create_view("v", "  SELECT 1;\n ")), "CREATE VIEW v AS SELECT 1"},
      {OP(create_view("v", "SELECT 1; -- done")), "CREATE VIEW v AS SELECT 1"},
      {OP(create_view("v", "-- all\nSELECT 1 -- one\n + 1",
                      {true, {"A"}, {{"security_barrier", "true"}}, "local", false, "app"})),
       "CREATE OR REPLACE VIEW app.v (\"A\") WITH (security_barrier = true) AS SELECT 1 -- one\n + 1 WITH LOCAL "
       "CHECK "
       "OPTION"},
      {OP(create_view("v", "TABLE t", {.temporary = true})), "CREATE TEMPORARY VIEW v AS TABLE t"},
      {OP(drop_view("v", {true, true, "app"})), "DROP VIEW IF EXISTS app.v CASCADE"},
      {OP(create_materialized_view("v", "VALUES (1)")), "CREATE MATERIALIZED VIEW v AS VALUES (1)"},
      {OP(create_materialized_view("v", "SELECT 1;",
                                   {true, false, {"a"}, "heap", {{"fillfactor", "50"}}, "fast", false, "app"})),
       "CREATE MATERIALIZED VIEW IF NOT EXISTS app.v (a) USING heap WITH (fillfactor = 50) TABLESPACE fast AS SELECT 1 "
       "WITH NO DATA"},
      {OP(create_materialized_view("v", "SELECT 1", {.replace = true})),
       "DROP MATERIALIZED VIEW IF EXISTS v;\nCREATE MATERIALIZED VIEW v AS SELECT 1"},
      {OP(refresh_materialized_view("v", {true, true, "app"})), "REFRESH MATERIALIZED VIEW CONCURRENTLY app.v"},
      {OP(refresh_materialized_view("v", {.with_data = false})), "REFRESH MATERIALIZED VIEW v WITH NO DATA"},
      {OP(drop_materialized_view("v")), "DROP MATERIALIZED VIEW v"},
  });
  check_faults({
      {OP(create_view("v", " ; ")), "create_view \"v\": the query is empty"},
      {OP(create_view("v", "SELECT 1; SELECT 2")), "more than one statement"},
      {OP(create_view("v", "SELECT 'x")), "a string is opened here and never closed"},
      {OP(create_view("v", "SELECT 1", {.check_option = "cascade"})), "Did you mean CASCADED?"},
      {OP(create_view("v", "SELECT 1", {.temporary = true, .schema = "app"})), "temporary view"},
      {OP(create_materialized_view("v", "SELECT 1", {.if_not_exists = true, .replace = true})),
       "replace and if_not_exists"},
      {OP(refresh_materialized_view("v", {true, false, ""})), "concurrently is given"},
  });
}

TEST_CASE("functions and procedures are quoted so that their body stays what it is", "[schema]") {
  check({
      {OP(create_function("total", "a integer, b integer", "integer", "SELECT a + b", {.language = "sql"})),
       "CREATE FUNCTION total(a integer, b integer) RETURNS integer LANGUAGE sql AS $$SELECT a + b$$"},
      {OP(create_function("f", "", "trigger", "BEGIN RETURN NEW; END",
                          {"plpgsql",
                           true,
                           "stable",
                           true,
                           true,
                           true,
                           "safe",
                           0.5,
                           100,
                           {{"search_path", "app, pg_temp, \"$user\""},
                            {"work_mem", "64MB"},
                            {"app.x", "5"},
                            {"DateStyle", "ISO, DMY"},
                            {"role", "from current"}},
                           "app"})),
       "CREATE OR REPLACE FUNCTION app.f() RETURNS trigger LANGUAGE plpgsql STABLE STRICT LEAKPROOF PARALLEL SAFE COST "
       "0.5 ROWS 100 SECURITY DEFINER SET search_path = app, pg_temp, \"$user\" SET work_mem = '64MB' SET app.x = 5 "
       "SET "
       "\"DateStyle\" = 'ISO', 'DMY' SET role FROM CURRENT AS $$BEGIN RETURN NEW; END$$"},
      {OP(create_function("f", "", "text", "SELECT $$a$$ || $body$b$body$", {.language = "sql"})),
       "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $body_$SELECT $$a$$ || $body$b$body$$body_$"},
      {OP(create_function("f", "", "text", "price in $", {.language = "plpython3u"})),
       "CREATE FUNCTION f() RETURNS text LANGUAGE plpython3u AS $body$price in $$body$"},
      {OP(create_function("f", "a int", "int", "RETURN a + 1;", {.language = "SQL"})),
       "CREATE FUNCTION f(a int) RETURNS int LANGUAGE \"SQL\"\nRETURN a + 1"},
      {OP(create_procedure("p", "a int", "begin  atomic\n INSERT INTO t VALUES (a);\nEND", {.language = "sql"})),
       "CREATE PROCEDURE p(a int) LANGUAGE sql\nbegin  atomic\n INSERT INTO t VALUES (a);\nEND"},
      {OP(create_procedure("p", "", "BEGIN COMMIT; END", {.replace = true, .security_definer = true})),
       "CREATE OR REPLACE PROCEDURE p() LANGUAGE plpgsql SECURITY DEFINER AS $$BEGIN COMMIT; END$$"},
      {OP(create_function("f", "OUT a int", "", "BEGIN a := 1; END")),
       "CREATE FUNCTION f(OUT a int) LANGUAGE plpgsql AS $$BEGIN a := 1; END$$"},
      {OP(create_function("f", "", "int", "x", {.set = {{"search_path", ""}}})),
       "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql SET search_path = '' AS $$x$$"},
      {OP(drop_function("f", "integer, numeric(10, 2)", {true, true, "app"})),
       "DROP FUNCTION IF EXISTS app.f(integer, numeric(10, 2)) CASCADE"},
      {OP(drop_procedure("p", "")), "DROP PROCEDURE p()"},
  });
  check_faults({
      {OP(create_function("f", "", "int", " ")), "create_function \"f\": the body is empty"},
      {OP(create_function("f", "", "int", "x", {.volatility = "immutible"})), "Did you mean IMMUTABLE?"},
      {OP(create_function("f", "", "int", "x", {.parallel = "yes"})), "It can be SAFE, RESTRICTED, UNSAFE."},
      {OP(create_procedure("p", "", "x", {.strict = true})), "create_procedure \"p\": a procedure has volatility"},
      {OP(create_function("f", "", "int", "x", {.set = {{"", "x"}}})), "a parameter has no name"},
  });
}

TEST_CASE("triggers are created with each of their options", "[schema]") {
  check({
      {OP(create_trigger("touch", "t", {.events = {"insert", "UPDATE OF a, B"}, .function = "app.touch"})),
       "CREATE TRIGGER touch BEFORE INSERT OR UPDATE OF a, \"B\" ON t FOR EACH ROW EXECUTE FUNCTION app.touch()"},
      {OP(create_trigger("tg", "v",
                         {.timing = "instead of",
                          .events = {"DELETE"},
                          .function = "f()",
                          .arguments = {"a", "it's"},
                          .replace = true,
                          .schema = "app"})),
       "CREATE OR REPLACE TRIGGER tg INSTEAD OF DELETE ON app.v FOR EACH ROW EXECUTE FUNCTION f('a', 'it''s')"},
      {OP(create_trigger("tg", "t",
                         {.timing = "after",
                          .events = {"insert"},
                          .function = "f",
                          .for_each = "statement",
                          .referencing = "NEW TABLE AS added"})),
       "CREATE TRIGGER tg AFTER INSERT ON t REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION f()"},
      {OP(create_trigger("tg", "t",
                         {.timing = "AFTER",
                          .events = {"UPDATE OF \"a,b\", c"},
                          .function = "f",
                          .when = "NEW.a IS DISTINCT FROM OLD.a",
                          .constraint = true,
                          .deferrable = true,
                          .initially = "DEFERRED"})),
       "CREATE CONSTRAINT TRIGGER tg AFTER UPDATE OF \"a,b\", c ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN "
       "(NEW.a IS DISTINCT FROM OLD.a) EXECUTE FUNCTION f()"},
      {OP(enable_trigger("tg", "t", {"app"})), "ALTER TABLE app.t ENABLE TRIGGER tg"},
      {OP(disable_trigger("Tg", "t")), "ALTER TABLE t DISABLE TRIGGER \"Tg\""},
      {OP(drop_trigger("tg", "t", {true, true, "app"})), "DROP TRIGGER IF EXISTS tg ON app.t CASCADE"},
  });
  check_faults({
      {OP(create_trigger("tg", "t", {.function = "f"})), "no event is given"},
      {OP(create_trigger("tg", "t", {.events = {"INSERTED"}, .function = "f"})), "Did you mean INSERT?"},
      {OP(create_trigger("tg", "t", {.events = {"UPDATE OF "}, .function = "f"})), "Did you mean UPDATE?"},
      {OP(create_trigger("tg", "t", {.events = {"INSERT"}})), "function is empty"},
      {OP(create_trigger("tg", "t", {.timing = "BEFOR", .events = {"INSERT"}, .function = "f"})),
       "Did you mean BEFORE?"},
      {OP(create_trigger("tg", "t", {.events = {"INSERT"}, .function = "f", .for_each = "rows"})), "Did you mean ROW?"},
      {OP(create_trigger("tg", "t", {.events = {"INSERT"}, .function = "f", .constraint = true})), "runs AFTER"},
      {OP(create_trigger("tg", "t", {.events = {"INSERT"}, .function = "f", .deferrable = true})), "constraint = true"},
      {OP(create_trigger(
           "tg", "t", {.timing = "AFTER", .events = {"INSERT"}, .function = "f", .constraint = true, .replace = true})),
       "cannot replace a constraint trigger"},
      {OP(drop_trigger("tg", "")), "the table of the trigger has no name"},
  });
}
