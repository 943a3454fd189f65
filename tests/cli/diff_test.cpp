// diff: any two schemas, as a list or as the statements that lead from one to the other.
#include "schema_project.hpp"

using namespace migrate::test;
using Catch::Contains;

TEST_CASE("diff compares database and target and changes nothing", "[cli][diff]") {
  SchemaProject project("CREATE TABLE t (a int, b text);");
  project.database().execute("CREATE TABLE t (a int)");
  const auto result = project.migrate("diff");
  expect_done(result);
  CHECK(result.out == "create column public.t.b\n");
  CHECK(project.migrate("diff", "--exit-code").exit_code == 3);
  CHECK(project.migrate("diff", "--from", "target", "--to", "database").out == "drop column public.t.b\n");
}

TEST_CASE("the statements of diff do what they say", "[cli][diff]") {
  SchemaProject project("CREATE TABLE t (a bigint PRIMARY KEY, b text DEFAULT 'x'); CREATE INDEX i ON t (b);");
  project.database().execute("CREATE TABLE t (a int, c int)");
  const auto result = project.migrate("diff", "--sql");
  expect_done(result);
  CHECK_THAT(result.out, Contains("-- hazard: data loss: drops column public.t.c"));
  project.directory().write("alembic.toml", "[alembic]\nengine.url = \"" + project.database().uri() +
                                                "\"\nautogenerate.online = false\nautogenerate.dev_url = \"" +
                                                test_server_url().to_string(migrate::engine::Password::shown) + "\"\n");
  project.database().execute(project.migrate("diff", "--sql").out);
  CHECK(project.migrate("diff").out.empty());
}

TEST_CASE("diff compares revisions, files, directories and other databases", "[cli][diff]") {
  SchemaProject project("CREATE TABLE t (a int);");
  project.add_sql("a1", "", "CREATE TABLE t (a bigint);", "DROP TABLE t;");
  project.directory().write("other/one.sql", "CREATE TABLE t (a numeric);");
  const TempDatabase other;
  other.execute("CREATE TABLE t (a text)");
  CHECK(project.migrate("diff", "--from", "revisions").out == "alter column public.t.a: type bigint -> integer\n");
  CHECK(project.migrate("diff", "--from", "other", "--to", other.uri()).out ==
        "alter column public.t.a: type numeric -> text\n");
  CHECK(project.migrate("diff", "--from", "other/one.sql", "--to", "revisions").out ==
        "alter column public.t.a: type numeric -> bigint\n");
}

TEST_CASE("diff of a schema that is not there says what may be given", "[cli][diff]") {
  SchemaProject project("");
  expect_refused(project.migrate("diff", "--to", "nowhere"), 2,
                 {"there is no schema \"nowhere\"", "database, revisions, target"});
}

TEST_CASE("diff follows renames that schema files note and suggests others", "[cli][diff]") {
  SchemaProject project(
      "-- renamed: people\n"
      "CREATE TABLE users (\n"
      "  id int,\n"
      "  -- renamed: mail\n"
      "  email text\n"
      ");\n"
      "-- renamed: feeling\n"
      "CREATE TYPE mood AS ENUM (\n"
      "  -- renamed: 'sad'\n"
      "  'unhappy', 'ok');\n");
  project.database().execute("CREATE TABLE people (id int, mail text); CREATE TYPE feeling AS ENUM ('sad', 'ok')");
  const auto noted = project.migrate("diff");
  CHECK_THAT(noted.out, Contains("rename table public.people -> users\n") &&
                            Contains("rename column public.users.mail -> email\n") &&
                            Contains("rename enum type public.feeling -> mood\n") && !Contains("drop"));
  CHECK_THAT(project.migrate("diff", "--sql").out, Contains("RENAME VALUE 'sad' TO 'unhappy'"));

  project.write_schema("CREATE TABLE people (id int, email text); CREATE TYPE feeling AS ENUM ('sad', 'ok')");
  const auto unnoted = project.migrate("diff");
  CHECK_THAT(unnoted.out, Contains("drop column public.people.mail\n"));
  CHECK_THAT(unnoted.err, Contains("column public.people.mail looks renamed to email: write `-- renamed: mail`"));
}

TEST_CASE("a note of a rename that stands before nothing is told with its place", "[cli][diff]") {
  SchemaProject project("CREATE TABLE t (a int);\n-- renamed: x\nINSERT INTO t VALUES (1);\n");
  expect_refused(project.migrate("diff"), 2, {"schema.sql:2:1: `-- renamed:` stands before nothing"});
}
