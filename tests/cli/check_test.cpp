// check: what differs between the database and the desired schema, in words, codes and documents.
#include <csignal>

#include "migrate/base/files.hpp"
#include "migrate/base/text.hpp"
#include "schema_project.hpp"

using namespace migrate::test;
using Catch::Contains;

TEST_CASE("check of an equal database finds nothing in Alembic's words", "[cli][check]") {
  SchemaProject project("CREATE TABLE users (id int PRIMARY KEY, email text);");
  project.add_sql("a1", "", "CREATE TABLE users (id int PRIMARY KEY, email text);", "DROP TABLE users;");
  expect_done(project.migrate("upgrade"));
  const auto result = project.migrate("check");
  expect_done(result);
  CHECK(result.out == "No new upgrade operations detected.\n");
  CHECK(result.err.empty());
  CHECK_THAT(project.migrate("check", "--json").out, Contains("\"equal\": true"));
}

TEST_CASE("check lists differences by kind and name and exits with 3", "[cli][check]") {
  SchemaProject project("CREATE TABLE users (id bigint, email text NOT NULL); CREATE TYPE mood AS ENUM ('a', 'b');");
  project.database().execute(
      "CREATE TABLE users (id int, email text, old int); CREATE TYPE mood AS ENUM ('a');"
      "CREATE VIEW gone AS SELECT 1 AS a");
  const auto result = project.migrate("check");
  CHECK(result.exit_code == 3);
  CHECK_THAT(result.out, Contains("alter column public.users.id: type integer -> bigint\n"));
  CHECK_THAT(result.out, Contains("alter column public.users.email: not null none -> true\n"));
  CHECK_THAT(result.out, Contains("drop column public.users.old\n") && Contains("drop view public.gone\n"));
  CHECK_THAT(result.out, Contains("alter enum type public.mood: labels a -> a, b\n"));
  CHECK_THAT(result.err,
             Contains("New upgrade operations detected: 5 differences between the database and schema.sql"));
  CHECK(project.database().query("SELECT count(*) FROM pg_class WHERE relname LIKE 'alembic%'") == "0");
}

TEST_CASE("check gives differences as JSON and to CI systems", "[cli][check]") {
  SchemaProject project("CREATE TABLE users (id bigint);");
  project.database().execute("CREATE TABLE users (id int)");
  const auto json = project.migrate("check", "--json");
  CHECK(json.exit_code == 3);
  CHECK_THAT(json.out, Contains("\"change\": \"alter\"") && Contains("\"kind\": \"column\"") &&
                           Contains("\"of\": \"users\"") && Contains("\"bigint\""));
  for (const auto* format : {"sarif", "junit", "github", "gitlab"}) {
    CAPTURE(format);
    const auto report = project.migrate("check", "--output", format);
    CHECK(report.exit_code == 3);
    CHECK_THAT(report.out, Contains("alter column public.users.id"));
  }
}

TEST_CASE("check of a database that is not at head says so instead of comparing", "[cli][check]") {
  SchemaProject project("CREATE TABLE t (a int);");
  project.add_sql("a1", "", "CREATE TABLE t (a int);", "DROP TABLE t;");
  expect_refused(project.migrate("check"), 3,
                 {"Target database is not up to date.", "It is at base, and the files end with a1", "migrate upgrade"});
}

TEST_CASE("check needs no database when it replays the revisions", "[cli][check]") {
  SchemaProject project("CREATE TABLE t (a int); CREATE TABLE u (a int);");
  project.add_sql("a1", "", "CREATE TABLE t (a int);", "DROP TABLE t;");
  const std::string role = "absent_" + project.database().name();
  project.add_sql("b2", "a1", "CREATE TABLE u (a bigint); ALTER TABLE u OWNER TO " + role + ";", "DROP TABLE u;");
  const auto result = project.migrate("check", "--from-revisions", "--url", "postgresql://nowhere.invalid/x");
  CHECK(result.exit_code == 3);
  CHECK(result.out == "alter column public.u.a: type bigint -> integer\n");
  CHECK(project.database().query("SELECT count(*) FROM pg_roles WHERE rolname = '" + role + "'") == "0");
}

TEST_CASE("a revision that cannot be replayed is named with its place", "[cli][check]") {
  SchemaProject project("CREATE TABLE t (a int);");
  project.add_sql("a1", "", "CREATE TABLE t (a int);\nCREATE TABLE t (a int);", "");
  expect_refused(project.migrate("check", "--from-revisions"), 2,
                 {"a1.sql:8:", "revision a1 cannot be replayed", "already exists"});
}

TEST_CASE("schema files that do not load are named with their place", "[cli][check]") {
  SchemaProject project("CREATE TABLE t (a int);\nCREATE TABLE u (a nonsense);\n");
  expect_refused(project.migrate("check"), 2, {"schema.sql:2:", "nonsense"});
  project.directory().write("alembic.toml", "[alembic]\nengine.url = \"" + project.database().uri() +
                                                "\"\nautogenerate.target = [\"missing.sql\"]\n");
  expect_refused(project.migrate("check"), 2, {"missing.sql", "autogenerate.target"});
}

TEST_CASE("what is not managed is named and never silent", "[cli][check]") {
  SchemaProject project("");
  project.database().execute(
      "CREATE FUNCTION same(int, int) RETURNS boolean LANGUAGE sql AS 'SELECT $1 = $2';"
      "CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = same)");
  project.write_schema("CREATE FUNCTION same(int, int) RETURNS boolean LANGUAGE sql AS 'SELECT $1 = $2';");
  const auto result = project.migrate("check");
  expect_done(result);
  CHECK_THAT(result.err, Contains("Warning: operator public.===") && Contains("is only in the database"));
}

TEST_CASE("a database restored from a dump of the desired schema does not differ", "[cli][check]") {
  const std::string schema =
      "CREATE DOMAIN code AS varchar(3) CHECK (VALUE IN ('a', 'b'));"
      "CREATE TABLE t (a varchar(3) CHECK (a IN ('x', 'y')), b int, c code);"
      "CREATE INDEX i ON t (b) WHERE a IN ('x', 'y');"
      "CREATE VIEW v AS SELECT a FROM t WHERE a IN ('x', 'y');";
  SchemaProject project(schema);
  const TempDatabase source;
  source.execute(schema);
  project.database().execute(project.migrate("dump", "--from", source.uri()).out);
  const auto result = project.migrate("check");
  INFO(result.err);
  CHECK(result.out == "No new upgrade operations detected.\n");

  project.write_schema(schema + "ALTER TABLE t ADD d int;");
  CHECK(project.migrate("check").out == "create column public.t.d\n");
}

TEST_CASE("the second check on the warm server is quick", "[cli][check]") {
  SchemaProject project("CREATE TABLE t (a int);");
  const TempDir runtime;
  project.directory().write("alembic.toml", "[alembic]\nengine.url = \"" + project.database().uri() + "\"\n");
  project.database().execute("CREATE TABLE t (a int)");
  const migrate::test::Environment environment{{"XDG_RUNTIME_DIR", runtime.path().string()}};
  expect_done(project.run({"check"}, environment));
  const auto started = runtime.path() / "migrate" / "data" / "postmaster.pid";
  REQUIRE(std::filesystem::exists(started));
  const auto written = std::filesystem::last_write_time(started);
  expect_done(project.run({"check"}, environment));
  CHECK(std::filesystem::last_write_time(started) == written);
  CHECK(::kill(std::stoi(migrate::base::read_file(started)), SIGQUIT) == 0);
}
