#include <catch2/catch.hpp>

#include "rendering.hpp"

using namespace migrate::schema;
using namespace rendering;
using Kind = ObjectKind;

TEST_CASE("schemas and extensions are created, changed and dropped", "[schema]") {
  check({
      {OP(create_schema("app")), "CREATE SCHEMA app"},
      {OP(create_schema("App", {true, "owner"})), "CREATE SCHEMA IF NOT EXISTS \"App\" AUTHORIZATION owner"},
      {OP(create_schema(nullptr, {.authorization = "current_role"})), "CREATE SCHEMA AUTHORIZATION CURRENT_ROLE"},
      {OP(drop_schema("app", {.if_exists = true, .cascade = true})), "DROP SCHEMA IF EXISTS app CASCADE"},
      {OP(rename_schema("app", "select")), "ALTER SCHEMA app RENAME TO \"select\""},
      {OP(create_extension("citext")), "CREATE EXTENSION IF NOT EXISTS citext"},
      {OP(create_extension("uuid-ossp", {false, "app", "1.1", true})),
       "CREATE EXTENSION \"uuid-ossp\" SCHEMA app VERSION '1.1' CASCADE"},
      {OP(update_extension("citext")), "ALTER EXTENSION citext UPDATE"},
      {OP(update_extension("citext", "1.6")), "ALTER EXTENSION citext UPDATE TO '1.6'"},
      {OP(drop_extension("citext", {.cascade = true})), "DROP EXTENSION citext CASCADE"},
  });
  check_faults({
      {OP(create_schema(nullptr)), "the schema has no name"},
      {OP(create_schema("a", {.authorization = "public"})), "PUBLIC is not a role that can stand there"},
      {OP(drop_schema("a", {.schema = "b"})), "the schema \"a\" names a schema"},
      {OP(drop_extension("a", {.schema = "b"})), "leave it out"},
  });
}

TEST_CASE("objects of any kind get comments", "[schema]") {
  check({
      {OP(comment_on(object(Kind::view, "v", "app"), "it's")), "COMMENT ON VIEW app.v IS 'it''s'"},
      {OP(comment_on(object(Kind::column, "c", "app", "t"), "x")), "COMMENT ON COLUMN app.t.c IS 'x'"},
      {OP(comment_on(object(Kind::constraint, "c", "", "t"), "x")), "COMMENT ON CONSTRAINT c ON t IS 'x'"},
      {OP(comment_on(object(Kind::trigger, "c", "app", "t"), "x")), "COMMENT ON TRIGGER c ON app.t IS 'x'"},
      {OP(comment_on(object(Kind::policy, "c", "app", "t"), nullptr)), "COMMENT ON POLICY c ON app.t IS NULL"},
      {OP(comment_on(object(Kind::function, "f(numeric(10, 2), text)", "app"), "x")),
       "COMMENT ON FUNCTION app.f(numeric(10, 2), text) IS 'x'"},
      {OP(comment_on(object(Kind::function, "odd(name(integer)"), "x")),
       "COMMENT ON FUNCTION \"odd(name\"(integer) IS 'x'"},
      {OP(comment_on(object(Kind::procedure, "p"), "x")), "COMMENT ON PROCEDURE p IS 'x'"},
      {OP(comment_on(object(Kind::materialized_view, "v"), "x")), "COMMENT ON MATERIALIZED VIEW v IS 'x'"},
      {OP(comment_on(object(Kind::index, "i"), "x")), "COMMENT ON INDEX i IS 'x'"},
      {OP(comment_on(object(Kind::sequence, "i"), "x")), "COMMENT ON SEQUENCE i IS 'x'"},
      {OP(comment_on(object(Kind::schema, "i"), "x")), "COMMENT ON SCHEMA i IS 'x'"},
      {OP(comment_on(object(Kind::type, "i"), "x")), "COMMENT ON TYPE i IS 'x'"},
      {OP(comment_on(object(Kind::domain, "i"), "x")), "COMMENT ON DOMAIN i IS 'x'"},
      {OP(comment_on(object(Kind::extension, "i"), "x")), "COMMENT ON EXTENSION i IS 'x'"},
      {OP(comment_on(object(Kind::statistics, "i"), "x")), "COMMENT ON STATISTICS i IS 'x'"},
      {OP(comment_on(object(Kind::database, "i"), "x")), "COMMENT ON DATABASE i IS 'x'"},
      {OP(comment_on(object(Kind::foreign_table, "i"), "x")), "COMMENT ON FOREIGN TABLE i IS 'x'"},
      {OP(comment_on(object(Kind::language, "i"), "x")), "COMMENT ON LANGUAGE i IS 'x'"},
  });
  check_faults({
      {OP(comment_on(object(Kind::column, "c"), "x")), "the table of the column has no name"},
      {OP(comment_on(object(Kind::database, "d", "s"), "x")), "the database \"d\" names a schema"},
  });
}

TEST_CASE("objects change their schema, owner and name", "[schema]") {
  check({
      {OP(set_schema(object(Kind::type, "mood", "app"), "Other")), "ALTER TYPE app.mood SET SCHEMA \"Other\""},
      {OP(set_schema(object(Kind::function, "f(integer)", "app"), "x")), "ALTER FUNCTION app.f(integer) SET SCHEMA x"},
      {OP(set_schema(object(Kind::extension, "citext"), "x")), "ALTER EXTENSION citext SET SCHEMA x"},
      {OP(set_owner(table("t", "app"), "Bob")), "ALTER TABLE app.t OWNER TO \"Bob\""},
      {OP(set_owner(object(Kind::procedure, "p()"), "session_user")), "ALTER PROCEDURE p() OWNER TO SESSION_USER"},
      {OP(set_owner(object(Kind::schema, "s"), "bob")), "ALTER SCHEMA s OWNER TO bob"},
      {OP(rename_view("v", "w", {true, "app"})), "ALTER VIEW IF EXISTS app.v RENAME TO w"},
      {OP(rename_type("a", "b", {"app"})), "ALTER TYPE app.a RENAME TO b"},
      {OP(rename_sequence("a", "b", {true, "app"})), "ALTER SEQUENCE IF EXISTS app.a RENAME TO b"},
  });
  check_faults({
      {OP(set_schema(object(Kind::index, "i"), "x")),
       "set_schema \"i\": PostgreSQL cannot change the schema of an index"},
      {OP(set_owner(object(Kind::trigger, "i", "", "t"), "x")), "cannot change the owner of a trigger"},
      {OP(set_owner(table("t"), "PUBLIC")), "PUBLIC is not a role"},
      {OP(set_owner(table("t"), "")), "a role has no name"},
  });
}

TEST_CASE("what only plain operations can ask for is rendered too", "[schema]") {
  CHECK(to_sql(RenameObject{object(Kind::column, "a", "s", "t"), "b", true}) ==
        std::vector<std::string>{"ALTER TABLE IF EXISTS s.t RENAME COLUMN a TO b"});
  CHECK(to_sql(RenameObject{object(Kind::trigger, "a", "s", "t"), "b"}) ==
        std::vector<std::string>{"ALTER TRIGGER a ON s.t RENAME TO b"});
  CHECK(to_sql(DropObject{Kind::constraint, "c", {}, "t", {true, true, "s"}}) ==
        std::vector<std::string>{"ALTER TABLE s.t DROP CONSTRAINT IF EXISTS c CASCADE"});
  CHECK(to_sql(DropObject{Kind::function, "f", {}, "", {}}) == std::vector<std::string>{"DROP FUNCTION f"});
  CHECK_THROWS_AS(to_sql(RenameObject{object(Kind::trigger, "a", "s", "t"), "b", true}), OperationError);
  CHECK_THROWS_AS(to_sql(RenameObject{object(Kind::extension, "a"), "b"}), OperationError);
  CHECK_THROWS_AS(to_sql(DropObject{Kind::table, "t", "integer", "", {}}), OperationError);
  CHECK_THROWS_AS(to_sql(DropObject{Kind::database, "d", {}, "", {false, true, ""}}), OperationError);
}

TEST_CASE("sequences are created, altered and dropped", "[schema]") {
  check({
      {OP(create_sequence("s")), "CREATE SEQUENCE s"},
      {OP(create_sequence("s", {"Integer", 1, -2, -3, 4, 5, true, true, "T.c", "app"})),
       "CREATE SEQUENCE IF NOT EXISTS app.s AS integer START WITH 1 INCREMENT BY -2 MINVALUE -3 MAXVALUE 4 CACHE 5 "
       "CYCLE OWNED BY app.\"T\".c"},
      {OP(create_sequence("s", {.owned_by = "x.t.c", .schema = "app"})), "CREATE SEQUENCE app.s OWNED BY x.t.c"},
      {OP(create_sequence("s", {.owned_by = "\"a.b\".c", .schema = "app"})),
       "CREATE SEQUENCE app.s OWNED BY \"a.b\".c"},
      {OP(alter_sequence("s", {"bigint", 1, 2, 3, 4, 5, false, 6, "none", "app"})),
       "ALTER SEQUENCE app.s AS bigint START WITH 1 INCREMENT BY 2 MINVALUE 3 MAXVALUE 4 CACHE 5 NO CYCLE RESTART WITH "
       "6 "
       "OWNED BY NONE"},
      {OP(alter_sequence("s", {.restart = 1})), "ALTER SEQUENCE s RESTART WITH 1"},
      {OP(drop_sequence("s", {true, true, "app"})), "DROP SEQUENCE IF EXISTS app.s CASCADE"},
  });
  check_faults({
      {OP(alter_sequence("s", {})), "nothing is changed"},
      {OP(create_sequence("s", {.as = "text"})), "It can be SMALLINT, INTEGER, BIGINT"},
      {OP(create_sequence("s", {.owned_by = "t"})), "owned_by is \"t\"\nIt takes table.column"},
      {OP(create_sequence("s", {.owned_by = "t."})), "a part of owned_by has no name"},
  });
}
