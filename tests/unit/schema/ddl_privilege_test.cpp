#include <catch2/catch.hpp>

#include "rendering.hpp"

using namespace migrate::schema;
using namespace rendering;
using Kind = ObjectKind;

TEST_CASE("policies and row security are set up and taken away", "[schema]") {
  check({
      {OP(create_policy("p", "t")), "CREATE POLICY p ON t"},
      {OP(create_policy("p", "t", {false, "update", {"Bob", "public", "current_user"}, "a = 1", "b = 2 -- b", "app"})),
       "CREATE POLICY p ON app.t AS RESTRICTIVE FOR UPDATE TO \"Bob\", PUBLIC, CURRENT_USER USING (a = 1) WITH CHECK "
       "(b "
       "= 2 -- b\n)"},
      {OP(alter_policy("p", "t", {.roles = {"bob"}, .using_ = "true", .with_check = "false", .schema = "app"})),
       "ALTER POLICY p ON app.t TO bob USING (true) WITH CHECK (false)"},
      {OP(drop_policy("p", "t", {true, false, "app"})), "DROP POLICY IF EXISTS p ON app.t"},
      {OP(enable_row_level_security("t")), "ALTER TABLE t ENABLE ROW LEVEL SECURITY"},
      {OP(enable_row_level_security("t", {true, "app"})),
       "ALTER TABLE app.t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"},
      {OP(disable_row_level_security("t", {true, "app"})),
       "ALTER TABLE app.t DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY"},
  });
  check_faults({
      {OP(create_policy("p", "t", {.command = "UPSERT"})), "It can be ALL, SELECT, INSERT, UPDATE, DELETE."},
      {OP(create_policy("p", "t", {.command = "insert", .using_ = "true"})), "using_ is given for INSERT"},
      {OP(create_policy("p", "t", {.command = "select", .with_check = "true"})), "with_check is given for SELECT"},
      {OP(alter_policy("p", "t", {})), "nothing is changed"},
      {OP(alter_policy("p", "t", {.command = "ALL", .using_ = "true"})), "drop the policy and create it anew"},
      {OP(alter_policy("p", "t", {.permissive = false, .using_ = "true"})), "command or permissive"},
  });
}

TEST_CASE("privileges are granted and revoked on every kind of object that has them", "[schema]") {
  check({
      {OP(grant({"SELECT", "insert"}, table("messages"), {"app"})), "GRANT SELECT, INSERT ON TABLE messages TO app"},
      {OP(grant({"select", "UPDATE"}, table("t", "app"), {"Bob", "public"}, {true, {"a", "B"}})),
       "GRANT SELECT (a, \"B\"), UPDATE (a, \"B\") ON TABLE app.t TO \"Bob\", PUBLIC WITH GRANT OPTION"},
      {OP(grant({"ALL"}, object(Kind::view, "v"), {"a"})), "GRANT ALL ON TABLE v TO a"},
      {OP(grant({"all  privileges"}, object(Kind::sequence, "s"), {"a"})), "GRANT ALL PRIVILEGES ON SEQUENCE s TO a"},
      {OP(grant({"USAGE", "CREATE"}, object(Kind::schema, "s"), {"a"})), "GRANT USAGE, CREATE ON SCHEMA s TO a"},
      {OP(grant({"EXECUTE"}, object(Kind::function, "f(integer)", "app"), {"a"})),
       "GRANT EXECUTE ON FUNCTION app.f(integer) TO a"},
      {OP(grant({"EXECUTE"}, object(Kind::procedure, "p()"), {"a"})), "GRANT EXECUTE ON PROCEDURE p() TO a"},
      {OP(grant({"USAGE"}, object(Kind::type, "mood", "app"), {"a"})), "GRANT USAGE ON TYPE app.mood TO a"},
      {OP(grant({"USAGE"}, object(Kind::domain, "d"), {"a"})), "GRANT USAGE ON DOMAIN d TO a"},
      {OP(grant({"CONNECT", "temp"}, object(Kind::database, "d"), {"a"})), "GRANT CONNECT, TEMP ON DATABASE d TO a"},
      {OP(grant({"USAGE"}, object(Kind::language, "plpgsql"), {"a"})), "GRANT USAGE ON LANGUAGE plpgsql TO a"},
      {OP(grant({"SELECT"}, all_in_schema(Kind::table, "app"), {"a"})),
       "GRANT SELECT ON ALL TABLES IN SCHEMA app TO a"},
      {OP(grant({"USAGE"}, all_in_schema(Kind::sequence, "App"), {"a"})),
       "GRANT USAGE ON ALL SEQUENCES IN SCHEMA \"App\" TO a"},
      {OP(revoke({"EXECUTE"}, all_in_schema(Kind::function, "app"), {"PUBLIC"})),
       "REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA app FROM PUBLIC"},
      {OP(revoke({"SELECT"}, table("t"), {"a"}, {true, {"c"}, true})),
       "REVOKE GRANT OPTION FOR SELECT (c) ON TABLE t FROM a CASCADE"},
  });
  check_faults({
      {OP(grant({"SELCT"}, table("t"), {"a"})),
       "grant \"t\": a privilege is \"SELCT\", which PostgreSQL does not know "
       "there\nDid you mean SELECT?"},
      {OP(grant({"SELECT"}, object(Kind::schema, "s"), {"a"})), "It can be CREATE, USAGE, ALL"},
      {OP(grant({}, table("t"), {"a"})), "no privilege is named"},
      {OP(grant({"SELECT"}, table("t"), {})), "no role is named"},
      {OP(grant({"SELECT"}, table(""), {"a"})), "has no name"},
      {OP(grant({"DELETE"}, table("t"), {"a"}, {.columns = {"c"}})), "DELETE is a privilege on the whole table"},
      {OP(grant({"USAGE"}, object(Kind::sequence, "s"), {"a"}, {.columns = {"c"}})), "not a table"},
      {OP(grant({"SELECT"}, all_in_schema(Kind::table, "app"), {"a"}, {.columns = {"c"}})), "all tables of a schema"},
      {OP(grant({"USAGE"}, all_in_schema(Kind::type, "app"), {"a"})), "All of a schema can be"},
      {OP(grant({"SELECT"}, object(Kind::index, "i"), {"a"})), "an index has no privileges"},
  });
}
