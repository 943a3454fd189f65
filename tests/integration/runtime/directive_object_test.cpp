#include <catch2/catch.hpp>

#include "directive.hpp"

using namespace migrate;
using migrate::test::check_directive;

namespace {

constexpr const char* k_users = "CREATE TABLE users (id bigint PRIMARY KEY, name text, age int)";

}  // namespace

TEST_CASE("op.create_view makes and replaces a view and rename_view renames it", "[directive]") {
  check_directive({
      .setup = k_users,
      .up =
          [](Operations& op) {
            op.create_view("adults", "SELECT id FROM users WHERE age > 17;");
            op.create_view("adults", "SELECT id FROM users WHERE age > 20",
                           {.replace = true, .with = {{"security_barrier", "true"}}, .check_option = "local"});
            op.rename_view("adults", "Adults");
          },
      .down = [](Operations& op) { op.drop_view("Adults"); },
      .probe = "SELECT array_to_string(reloptions, ' ') || pg_get_viewdef(oid) FROM pg_class WHERE relname = 'Adults'",
      .expected = "security_barrier=true check_option=local SELECT users.id\n   FROM users\n  WHERE (users.age > 20);",
  });
}

TEST_CASE("op.create_materialized_view makes one and refresh_materialized_view fills it", "[directive]") {
  check_directive({
      .setup = "CREATE TABLE users (id bigint PRIMARY KEY); INSERT INTO users VALUES (1), (2)",
      .up =
          [](Operations& op) {
            op.create_materialized_view("ids", "SELECT id FROM users", {.columns = {"n"}, .with_data = false});
            op.refresh_materialized_view("ids");
            op.create_index("ids_key", "ids", {"n"}, {.unique = true});
            op.refresh_materialized_view("ids", {.concurrently = true});
          },
      .down = [](Operations& op) { op.drop_materialized_view("ids"); },
      .probe = "SELECT relispopulated || ' ' || (SELECT count(*) FROM pg_index WHERE indrelid = c.oid) FROM pg_class c"
               " WHERE relkind = 'm'",
      .expected = "true 1",
  });
}

TEST_CASE("op.create_materialized_view replaces an old one", "[directive]") {
  check_directive({
      .setup = "CREATE MATERIALIZED VIEW one AS SELECT 1 AS a",
      .up = [](Operations& op) { op.create_materialized_view("one", "SELECT 2 AS b", {.replace = true}); },
      .down = [](Operations& op) { op.create_materialized_view("one", "SELECT 1 AS a", {.replace = true}); },
      .probe = "SELECT attname FROM pg_attribute WHERE attrelid = 'one'::regclass AND attnum = 1",
      .expected = "b",
      .before = "a",
  });
}

TEST_CASE("op.create_function makes and replaces a function", "[directive]") {
  check_directive({
      .up =
          [](Operations& op) {
            op.create_function("total", "a integer, b integer DEFAULT 1", "integer", "SELECT a + b",
                               {.language = "sql",
                                .volatility = "immutable",
                                .strict = true,
                                .parallel = "safe",
                                .cost = 5,
                                .set = {{"search_path", "public, pg_temp"}}});
            op.create_function("total", "a integer, b integer DEFAULT 1", "integer",
                               "BEGIN RETURN $1 + $2 + length('$$'); END", {.replace = true, .security_definer = true});
          },
      .down = [](Operations& op) { op.drop_function("total", "integer, integer"); },
      .probe = "SELECT prosecdef || ' ' || prosrc || ' ' || proisstrict FROM pg_proc WHERE proname = 'total'",
      .expected = "true BEGIN RETURN $1 + $2 + length('$$'); END false",
  });
}

TEST_CASE("op.create_procedure makes a procedure and drop_procedure takes it", "[directive]") {
  check_directive({
      .setup = k_users,
      .up =
          [](Operations& op) {
            op.create_procedure("forget", "who bigint", "DELETE FROM users WHERE id = who", {.language = "sql"});
          },
      .down = [](Operations& op) { op.drop_procedure("forget", "bigint", {.if_exists = true}); },
      .probe = "SELECT prokind::text || pg_get_function_arguments(oid) FROM pg_proc WHERE proname = 'forget'",
      .expected = "pIN who bigint",
  });
}

TEST_CASE("op.create_trigger makes a trigger that can be switched off and on", "[directive]") {
  check_directive({
      .setup = "CREATE TABLE users (id bigint PRIMARY KEY, name text, age int);"
               "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
      .up =
          [](Operations& op) {
            op.create_trigger("t_touch", "users",
                              {.timing = "before",
                               .events = {"INSERT", "UPDATE OF name, age"},
                               .function = "touch",
                               .arguments = {"it's", "b"},
                               .when = "NEW.age > 0"});
            op.create_trigger("t_late", "users",
                              {.timing = "AFTER",
                               .events = {"DELETE"},
                               .function = "touch",
                               .constraint = true,
                               .deferrable = true,
                               .initially = "DEFERRED"});
            op.create_trigger("t_all", "users",
                              {.timing = "AFTER",
                               .events = {"INSERT"},
                               .function = "touch",
                               .for_each = "STATEMENT",
                               .referencing = "NEW TABLE AS added"});
            op.disable_trigger("t_touch", "users");
            op.disable_trigger("t_late", "users");
            op.enable_trigger("t_late", "users");
          },
      .down =
          [](Operations& op) {
            op.drop_trigger("t_all", "users");
            op.drop_trigger("t_late", "users");
            op.drop_trigger("t_touch", "users", {.if_exists = true});
          },
      .probe =
          "SELECT string_agg(tgenabled::text || ' ' || pg_get_triggerdef(oid), E'\\n' ORDER BY tgname) FROM pg_trigger"
          " WHERE NOT tgisinternal",
      .expected =
          "O CREATE TRIGGER t_all AFTER INSERT ON public.users REFERENCING NEW TABLE AS added FOR EACH STATEMENT"
          " EXECUTE FUNCTION touch()\n"
          "O CREATE CONSTRAINT TRIGGER t_late AFTER DELETE ON public.users DEFERRABLE INITIALLY DEFERRED"
          " FOR EACH ROW EXECUTE FUNCTION touch()\n"
          "D CREATE TRIGGER t_touch BEFORE INSERT OR UPDATE OF name, age ON public.users FOR EACH ROW"
          " WHEN ((new.age > 0)) EXECUTE FUNCTION touch('it''s', 'b')",
  });
}

TEST_CASE("op.create_policy and enable_row_level_security guard rows", "[directive]") {
  check_directive({
      .setup = k_users,
      .up =
          [](Operations& op) {
            op.enable_row_level_security("users", {.force = true});
            op.create_policy("own", "users",
                             {.command = "update", .roles = {"PUBLIC"}, .using_ = "age > 1", .with_check = "age > 2"});
            op.create_policy("strict", "users", {.permissive = false, .using_ = "true"});
            op.alter_policy("own", "users", {.roles = {"CURRENT_USER"}, .using_ = "age > 3"});
          },
      .down =
          [](Operations& op) {
            op.drop_policy("strict", "users");
            op.drop_policy("own", "users", {.if_exists = true});
            op.disable_row_level_security("users", {.force = true});
          },
      .probe =
          "SELECT relrowsecurity || ' ' || relforcerowsecurity || coalesce((SELECT string_agg(format(' %s %s %s %s',"
          " polname, polcmd, polpermissive, pg_get_expr(polqual, polrelid)), '' ORDER BY polname) FROM pg_policy), '')"
          " FROM pg_class WHERE oid = 'users'::regclass",
      .expected = "true true own w t (age > 3) strict * f true",
      .before = "false false",
  });
}

TEST_CASE("op.grant gives privileges and revoke takes them", "[directive]") {
  check_directive({
      // The owner's own privileges are written out, so that the list is the same before and after.
      .setup = "CREATE TABLE users (id bigint PRIMARY KEY, name text); REVOKE ALL ON users FROM PUBLIC;"
               "GRANT SELECT ON users TO CURRENT_USER; CREATE SCHEMA app; GRANT ALL ON SCHEMA app TO CURRENT_USER;"
               "GRANT SELECT (name) ON users TO CURRENT_USER",
      .up =
          [](Operations& op) {
            op.grant({"SELECT", "insert"}, table("users"), {"PUBLIC"});
            op.grant({"USAGE"}, object(ObjectKind::schema, "app"), {"pg_monitor"}, {.with_grant_option = true});
            op.grant({"SELECT"}, table("users"), {"pg_monitor"}, {.columns = {"name"}});
          },
      .down =
          [](Operations& op) {
            op.revoke({"SELECT"}, table("users"), {"pg_monitor"}, {.columns = {"name"}});
            op.revoke({"ALL"}, object(ObjectKind::schema, "app"), {"pg_monitor"}, {.cascade = true});
            op.revoke({"SELECT", "INSERT"}, table("users"), {"PUBLIC"});
          },
      .probe = "SELECT (SELECT string_agg(privilege_type, ',' ORDER BY privilege_type) FROM pg_class, "
               "aclexplode(relacl) WHERE oid ="
               " 'users'::regclass AND grantee = 0) || ' ' || has_schema_privilege('pg_monitor', 'app',"
               " 'USAGE WITH GRANT OPTION') || ' ' || has_column_privilege('pg_monitor', 'users', 'name', 'SELECT')",
      .expected = "INSERT,SELECT true true",
  });
}

TEST_CASE("op.create_statistics makes extended statistics", "[directive]") {
  check_directive({
      .setup = k_users,
      .up =
          [](Operations& op) {
            op.create_statistics("st_a", "users", {"name", "age"}, {.kinds = {"ndistinct", "mcv"}});
            op.create_statistics("st_b", "users", {expression("lower(name)")}, {.if_not_exists = true});
          },
      .down =
          [](Operations& op) {
            op.drop_statistics("st_b");
            op.drop_statistics("st_a");
          },
      .probe = "SELECT string_agg(pg_get_statisticsobjdef(oid), E'\\n' ORDER BY stxname) FROM pg_statistic_ext",
      .expected = "CREATE STATISTICS public.st_a (ndistinct, mcv) ON name, age FROM users\n"
                  "CREATE STATISTICS public.st_b ON lower(name) FROM users",
  });
}

TEST_CASE("op.comment_on describes any kind of object", "[directive]") {
  check_directive({
      .setup = "CREATE TABLE users (id bigint CONSTRAINT users_pk PRIMARY KEY); CREATE VIEW v AS SELECT 1 AS a;"
               "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TYPE mood AS ENUM ('a');"
               "CREATE SEQUENCE s; CREATE SCHEMA app",
      .up =
          [](Operations& op) {
            op.comment_on(object(ObjectKind::constraint, "users_pk", "", "users"), "it's the key");
            op.comment_on(object(ObjectKind::column, "id", "", "users"), "number");
            op.comment_on(object(ObjectKind::view, "v"), "a view");
            op.comment_on(object(ObjectKind::function, "f(integer)"), "a function");
            op.comment_on(object(ObjectKind::type, "mood"), "a type");
            op.comment_on(object(ObjectKind::sequence, "s"), "a sequence");
            op.comment_on(object(ObjectKind::schema, "app"), "a schema");
            op.comment_on(object(ObjectKind::index, "users_pk"), "an index");
          },
      .down =
          [](Operations& op) {
            op.comment_on(object(ObjectKind::constraint, "users_pk", "", "users"), nullptr);
            op.comment_on(object(ObjectKind::column, "id", "", "users"), nullptr);
            op.comment_on(object(ObjectKind::view, "v"), nullptr);
            op.comment_on(object(ObjectKind::function, "f(integer)"), nullptr);
            op.comment_on(object(ObjectKind::type, "mood"), nullptr);
            op.comment_on(object(ObjectKind::sequence, "s"), nullptr);
            op.comment_on(object(ObjectKind::schema, "app"), nullptr);
            op.comment_on(object(ObjectKind::index, "users_pk"), nullptr);
          },
      .probe = "SELECT string_agg(description, ', ' ORDER BY description) FROM pg_description WHERE objoid >= 16384",
      .expected = "a function, a schema, a sequence, a type, a view, an index, it's the key, number",
  });
}

TEST_CASE("op.set_schema moves an object to another schema", "[directive]") {
  check_directive({
      .setup = "CREATE SCHEMA app; CREATE TABLE users (id int); CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS"
               " 'SELECT 1'; CREATE TYPE mood AS ENUM ('a')",
      .up =
          [](Operations& op) {
            op.set_schema(table("users"), "app");
            op.set_schema(object(ObjectKind::function, "f(integer)"), "app");
            op.set_schema(object(ObjectKind::type, "mood"), "app");
          },
      .down =
          [](Operations& op) {
            op.set_schema(object(ObjectKind::type, "mood", "app"), "public");
            op.set_schema(object(ObjectKind::function, "f(integer)", "app"), "public");
            op.set_schema(table("users", "app"), "public");
          },
      .probe = "SELECT concat_ws(' ', to_regclass('app.users'), to_regtype('app.mood'), to_regproc('app.f'))",
      .expected = "app.users app.mood app.f",
  });
}

TEST_CASE("op.set_owner hands an object over", "[directive]") {
  check_directive({
      .setup = "CREATE TABLE users (id int)",
      .up = [](Operations& op) { op.set_owner(table("users"), "pg_database_owner"); },
      .down = [](Operations& op) { op.set_owner(table("users"), "CURRENT_USER"); },
      .probe = "SELECT relowner::regrole = 'pg_database_owner'::regrole FROM pg_class WHERE relname = 'users'",
      .expected = "t",
      .before = "f",
  });
}

TEST_CASE("op.bulk_insert puts rows in as they were given", "[directive]") {
  check_directive({
      .setup = "CREATE TABLE t (a int, b text, c boolean, d double precision, e timestamptz)",
      .up =
          [](Operations& op) {
            op.bulk_insert("t", {"a", "b", "c", "d", "e"},
                           {{1, "it's \\ $1 :x", true, 1.5, nullptr},
                            {nullptr, "", false, -0.1, expression("'2026-01-01 00:00Z'::timestamptz")},
                            {-3, "ü", nullptr, 1e300, "2026-01-02 00:00Z"}},
                           {.rows_per_statement = 2});
            op.bulk_insert("t", {"a"}, {});
          },
      .down = [](Operations& op) { op.execute("DELETE FROM t"); },
      .probe = "SET timezone = 'UTC'; SELECT string_agg(t::text, ' ' ORDER BY ctid) FROM t",
      .expected = "(1,\"it's \\\\ $1 :x\",t,1.5,) (,\"\",f,-0.1,\"2026-01-01 00:00:00+00\")"
                  " (-3,ü,,1e+300,\"2026-01-02 00:00:00+00\")",
  });
}

TEST_CASE("op.execute runs any SQL, with parameters as literals", "[directive]") {
  check_directive({
      .setup = "CREATE TABLE t (a int, b text)",
      .up =
          [](Operations& op) {
            op.execute("INSERT INTO t VALUES (1, ':not_a_bind'); INSERT INTO t VALUES (2, '%d; $1')");
            op.execute("INSERT INTO t VALUES ($1, $2 || '$1')", {3, "it's; --"});
          },
      .down =
          [](Operations& op) {
            op.execute("DELETE FROM t WHERE a IN ($1, $2, $3)", {1, 2, 3});
          },
      .probe = "SELECT string_agg(b, ' ' ORDER BY a) FROM t",
      .expected = ":not_a_bind %d; $1 it's; --$1",
  });
}
