// revision --autogenerate: the files it writes, and what they do.
#include "migrate/base/files.hpp"
#include "schema_project.hpp"

using namespace migrate::test;
using Catch::Contains;

namespace {

RunResult generate(const SchemaProject& project, const std::string& message = "change") {
  return project.migrate("revision", "--autogenerate", "-m", message);
}

/// Upgrade gives the schema file, downgrade what was before.
void expect_both_ways(SchemaProject& project) {
  const auto before = project.migrate("dump").out;
  expect_done(generate(project));
  expect_done(project.migrate("upgrade"));
  const auto check = project.migrate("check");
  INFO(check.out);
  expect_done(check);
  expect_done(project.migrate("downgrade", "base"));
  CHECK(project.migrate("dump").out == before);
}

std::size_t files(const SchemaProject& project) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(project.path() / "versions")) {
    if (entry.is_regular_file()) ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("autogenerate writes a revision that leads there and back", "[cli][autogenerate]") {
  SchemaProject project(
      "CREATE TABLE users (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE);"
      "CREATE TABLE posts (id int PRIMARY KEY, user_id int REFERENCES users ON DELETE CASCADE);"
      "CREATE VIEW names AS SELECT email FROM users;");
  const auto result = generate(project, "create users");
  expect_done(result);
  const auto text = SchemaProject::written(result);
  CHECK_THAT(result.out, Contains("create_users.sql"));
  CHECK_THAT(text, Contains("-- create users\n") && Contains("-- migrate:upgrade\n") &&
                       Contains("CREATE TABLE public.users") && Contains("DROP TABLE public.users"));
  CHECK(tables(project.database()) == 0);
  expect_done(project.migrate("upgrade"));
  expect_done(project.migrate("check"));
  expect_done(project.migrate("downgrade", "base"));
  CHECK(tables(project.database()) == 1);
}

TEST_CASE("autogenerate with nothing to do writes no file unless asked to", "[cli][autogenerate]") {
  SchemaProject project("CREATE TABLE t (a int);");
  project.database().execute("CREATE TABLE t (a int)");
  const auto result = generate(project);
  expect_done(result);
  CHECK(result.out.empty());
  CHECK_THAT(result.err, Contains("No new upgrade operations detected: nothing was written."));
  CHECK(files(project) == 0);
  const auto empty = project.migrate("revision", "--autogenerate", "--allow-empty", "-m", "nothing");
  expect_done(empty);
  CHECK(files(project) == 1);
}

TEST_CASE("autogenerate puts hazards before the statements they belong to", "[cli][autogenerate]") {
  SchemaProject project("CREATE TABLE t (a int);");
  project.database().execute("CREATE TABLE t (a int, b text)");
  const auto result = generate(project);
  CHECK_THAT(SchemaProject::written(result),
             Contains("-- hazard: data loss: drops column public.t.b") && Contains("DROP COLUMN b;"));
  CHECK_THAT(result.err, Contains("hazard: data loss: drops column public.t.b"));
}

TEST_CASE("autogenerate needs a database at head", "[cli][autogenerate]") {
  SchemaProject project("CREATE TABLE t (a int);");
  project.add_sql("a1", "", "CREATE TABLE t (a int);", "DROP TABLE t;");
  expect_refused(generate(project), 3, {"Target database is not up to date."});
  CHECK(files(project) == 1);
  project.write_schema("CREATE TABLE t (a int, b int);");
  const auto replayed = project.migrate("revision", "--autogenerate", "--from-revisions", "-m", "b");
  expect_done(replayed);
  CHECK_THAT(SchemaProject::written(replayed), Contains("ADD COLUMN b") && Contains("-- down_revision: a1"));
}

TEST_CASE("an index on a table that exists is built concurrently in a file of its own", "[cli][autogenerate]") {
  SchemaProject project("CREATE TABLE t (a int, b int); CREATE INDEX i ON t (a); CREATE TABLE u (a int);");
  project.database().execute("CREATE TABLE t (a int)");
  const auto result = generate(project, "index");
  expect_done(result);
  CHECK(count_of(result.out, "\n") == 2);
  CHECK_THAT(result.out, Contains("index_1_of_2.sql") && Contains("index_2_of_2.sql"));
  const auto all = SchemaProject::written(result, 0) + SchemaProject::written(result, 1);
  CHECK_THAT(all, Contains("-- migrate:upgrade transaction:false\nCREATE INDEX CONCURRENTLY"));
  const auto before = project.migrate("dump").out;
  expect_done(project.migrate("upgrade"));
  expect_done(project.migrate("check"));
  expect_done(project.migrate("downgrade", "-1"));
  expect_done(project.migrate("downgrade", "base"));
  CHECK(project.migrate("dump").out == before);
}

TEST_CASE("without online forms everything goes into one file", "[cli][autogenerate]") {
  SchemaProject project("CREATE TABLE t (a int, b int); CREATE INDEX i ON t (a);", "autogenerate.online = false\n");
  project.database().execute("CREATE TABLE t (a int)");
  const auto result = generate(project);
  CHECK(count_of(result.out, "\n") == 1);
  CHECK_THAT(SchemaProject::written(result), !Contains("CONCURRENTLY") && !Contains("transaction:false"));
}

TEST_CASE("an enum value that is used at once is committed before", "[cli][autogenerate]") {
  SchemaProject project("CREATE TYPE mood AS ENUM ('sad', 'ok', 'glad'); CREATE TABLE t (m mood DEFAULT 'glad');");
  project.database().execute("CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (m mood DEFAULT 'ok')");
  expect_both_ways(project);
}

TEST_CASE("constraints and NOT NULL on tables with rows are proven without blocking and undone",
          "[cli][autogenerate]") {
  SchemaProject project(
      "CREATE TABLE t (a int PRIMARY KEY, b int NOT NULL CHECK (b > 0)); CREATE TABLE u (t_id int REFERENCES t);");
  project.database().execute(
      "CREATE TABLE t (a int PRIMARY KEY, b int); CREATE TABLE u (t_id int); INSERT INTO t VALUES (1, 1)");
  expect_both_ways(project);
}

TEST_CASE("noted renames keep the values and are undone by the downgrade", "[cli][autogenerate]") {
  SchemaProject project("-- renamed: people\nCREATE TABLE users (\n  -- renamed: mail\n  email text\n);");
  project.database().execute("CREATE TABLE people (mail text); INSERT INTO people VALUES ('a@b')");
  const auto text = project.autogenerate();
  CHECK_THAT(text, Contains("RENAME COLUMN mail TO email") && Contains("RENAME COLUMN email TO mail"));
  CHECK(project.database().query("SELECT email FROM users") == "a@b");
  expect_done(project.migrate("check"));
  expect_done(project.migrate("downgrade", "base"));
  CHECK(project.database().query("SELECT mail FROM people") == "a@b");
}

TEST_CASE("a look-alike is told in the file and not renamed", "[cli][autogenerate]") {
  SchemaProject project("CREATE TABLE t (id int, email text);");
  project.database().execute("CREATE TABLE t (id int, mail text)");
  CHECK_THAT(SchemaProject::written(generate(project)),
             Contains("-- column public.t.mail looks renamed to email: write `-- renamed: mail`") &&
                 Contains("DROP COLUMN mail"));
}

TEST_CASE("autogenerate writes C++ revisions", "[cli][autogenerate]") {
  SchemaProject project("CREATE TABLE t (a int, b text DEFAULT ')sql\"'); CREATE INDEX i ON t (a);");
  project.database().execute("CREATE TABLE t (a int)");
  const auto result = project.migrate("revision", "--autogenerate", "--type", "cpp", "-m", "change");
  expect_done(result);
  CHECK_THAT(result.out, Contains(".cpp\n"));
  const auto all = SchemaProject::written(result, 0) + SchemaProject::written(result, 1);
  CHECK_THAT(all, Contains("op.execute(R\"sql_(ALTER TABLE") && Contains("auto autocommit = op.autocommit_block();"));
  expect_done(project.migrate("upgrade"));
  expect_done(project.migrate("check"));
  expect_done(project.migrate("downgrade", "base"));
  CHECK_THAT(project.migrate("dump").out, !Contains("INDEX"));
}

TEST_CASE("a plan that fails its proof is not written unless asked to", "[cli][autogenerate]") {
  // An operator is nothing that is managed, so that what stands on it cannot be made.
  const std::string operators =
      "CREATE FUNCTION same(int, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';";
  SchemaProject project(operators +
                        "CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = same);"
                        "CREATE TABLE t (a int CHECK (a === 1));");
  project.database().execute(operators);
  expect_refused(generate(project), 1,
                 {"does not run on a copy of the schema", "operator does not exist", "CREATE TABLE public.t",
                  "Nothing was written", "--no-proof"});
  CHECK(files(project) == 0);
  const auto unproven = project.migrate("revision", "--autogenerate", "--no-proof", "-m", "t");
  expect_done(unproven);
  CHECK_THAT(SchemaProject::written(unproven), Contains("CREATE TABLE public.t"));
}

TEST_CASE("the proof copies what is not managed with pg_dump", "[cli][autogenerate]") {
  const std::string base =
      "CREATE FUNCTION same(int, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';"
      "CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = same);";
  SchemaProject project(base + "CREATE TABLE t (a int CHECK (a === 1));");
  project.database().execute(base);
  expect_both_ways(project);
}

TEST_CASE("autogenerate answers as JSON", "[cli][autogenerate]") {
  SchemaProject project("CREATE TABLE t (a int);");
  const auto result = project.migrate("revision", "--autogenerate", "-m", "t", "--json", "--rev-id", "abc");
  expect_done(result);
  CHECK_THAT(result.out, Contains("\"revision\": \"abc\"") && Contains("\"hazards\": []"));
}

TEST_CASE("options of autogenerate need it", "[cli][autogenerate]") {
  SchemaProject project("");
  expect_refused(project.migrate("revision", "-m", "x", "--no-proof"), 2, {"--autogenerate"});
}
