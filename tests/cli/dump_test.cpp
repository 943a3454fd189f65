// dump: the schema of a database as SQL that gives the same schema again.
#include "migrate/base/files.hpp"
#include "schema_project.hpp"

using namespace migrate::test;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

constexpr const char* k_schema =
    "SET check_function_bodies = off;\n"
    "CREATE TYPE mood AS ENUM ('sad', 'ok');\n"
    "CREATE FUNCTION total(integer) RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM orders WHERE id = $1';\n"
    "CREATE TABLE users (id serial PRIMARY KEY, email varchar(80) UNIQUE, mood mood DEFAULT 'ok',\n"
    "  CHECK (email IN ('a', 'b')));\n"
    "CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users, at timestamptz DEFAULT now());\n"
    "CREATE INDEX orders_at ON orders (at) WHERE user_id IS NOT NULL;\n"
    "CREATE VIEW totals AS SELECT user_id, total(id) FROM orders;\n"
    "COMMENT ON TABLE users IS 'who''s who';\n";

}  // namespace

TEST_CASE("a dump loads into an empty database and leaves no difference", "[cli][dump]") {
  SchemaProject project(k_schema);
  project.database().execute(k_schema);
  const auto dump = project.migrate("dump");
  expect_done(dump);
  CHECK_THAT(dump.out, Contains("CREATE TABLE public.users") && Contains("'who''s who'"));

  const TempDatabase copy;
  copy.execute(dump.out);
  const auto diff = project.migrate("diff", "--from", "database", "--to", copy.uri(), "--exit-code");
  expect_done(diff);
  CHECK(diff.out.empty());
  CHECK_THAT(diff.err, Contains("do not differ"));
  CHECK(project.migrate("dump", "--from", copy.uri()).out == project.migrate("dump", "--from", copy.uri()).out);
}

TEST_CASE("a dump leaves out what migrate keeps itself", "[cli][dump]") {
  SchemaProject project("");
  project.add_sql("a1", "", "CREATE TABLE t (a int);", "DROP TABLE t;");
  expect_done(project.migrate("upgrade"));
  const auto dump = project.migrate("dump");
  expect_done(dump);
  CHECK_THAT(dump.out, Contains("public.t") && !Contains("alembic_version"));
  CHECK_THAT(project.migrate("dump", "--from", "revisions").out, Contains("public.t") && !Contains("alembic_version"));
}

TEST_CASE("a split dump has a file for each object and forgets those that went", "[cli][dump]") {
  SchemaProject project("");
  project.database().execute(k_schema);
  expect_done(project.migrate("dump", "--split", "schema"));
  const fs::path root = project.path() / "schema" / "public";
  CHECK_THAT(migrate::base::read_file(root / "table" / "users.sql"),
             Contains("CREATE TABLE public.users") && Contains("COMMENT ON TABLE"));
  CHECK(fs::exists(root / "enum_type" / "mood.sql"));
  CHECK(fs::exists(root / "view" / "totals.sql"));
  const auto diff = project.migrate("diff", "--to", "schema");
  expect_done(diff);
  CHECK(diff.out.empty());

  project.database().execute("DROP VIEW totals");
  CHECK_THAT(project.migrate("dump", "--split", "schema").err, Contains("removed schema/public/view/totals.sql"));
  CHECK_FALSE(fs::exists(root / "view" / "totals.sql"));
}

TEST_CASE("a split dump does not touch files that no dump wrote", "[cli][dump]") {
  SchemaProject project("");
  project.database().execute("CREATE TABLE t (a int)");
  const auto own = project.directory().write("schema/public/table/t.sql", "CREATE TABLE t (b int);\n");
  expect_refused(project.migrate("dump", "--split", "schema"), 2, {"was not written by a dump", "Nothing was written"});
  CHECK(migrate::base::read_file(own) == "CREATE TABLE t (b int);\n");
}

TEST_CASE("a dump to a file replaces it and says so", "[cli][dump]") {
  SchemaProject project("old");
  project.database().execute("CREATE TABLE t (a int)");
  const auto dump = project.migrate("dump", "-o", "schema.sql");
  expect_done(dump);
  CHECK(dump.out.empty());
  CHECK_THAT(dump.err, Contains("schema.sql"));
  expect_done(project.migrate("check"));
}
