// verify: every revision up, down and up again on a scratch database; what that finds.
#include "cpp_project.hpp"
#include "expect.hpp"
#include "migrate/base/text.hpp"
#include "support/test_server.hpp"

using namespace migrate::test;
using Catch::Contains;

namespace {

/// A project whose own database cannot be reached; scratch databases are made on the test server.
class HistoryProject : public Project {
 public:
  HistoryProject() : Project(settings()) { write_url("postgresql://nobody@nowhere.invalid/nothing"); }

  void write_url(std::string_view url) const {
    directory().write("alembic.toml", fmt::format("[alembic]\nengine.url = \"{}\"\n{}", url, settings()));
  }
  [[nodiscard]] RunResult verify() const { return migrate("verify"); }

 private:
  static std::string settings() {
    return "autogenerate.dev_url = \"" + test_server_url().to_string(engine_password_shown()) + "\"\n";
  }
  static migrate::engine::Password engine_password_shown() { return migrate::engine::Password::shown; }
};

/// The lines, their times left out.
std::string without_times(std::string_view text) {
  std::string result;
  for (const auto line : migrate::base::split(text, '\n')) {
    if (!line.empty()) result.append(line.substr(0, line.rfind(" ("))).append("\n");
  }
  return result;
}

void expect_found(const RunResult& result, int code, std::initializer_list<std::string> words) {
  INFO("stdout: " << result.out << "\nstderr: " << result.err);
  CHECK(result.exit_code == code);
  for (const auto& word : words) {
    INFO("wanted on stdout: " << word);
    CHECK(result.out.find(word) != std::string::npos);
  }
}

}  // namespace

TEST_CASE("verify of a good history tells of each revision in a line and needs no database", "[cli][verify]") {
  HistoryProject project;
  project.add_sql("a1", "", "CREATE TABLE t (a int);", "DROP TABLE t;");
  project.add_sql("b2", "a1", "CREATE INDEX i ON t (a); ALTER TABLE t ADD b text DEFAULT 'x' NOT NULL;",
                  "ALTER TABLE t DROP b; DROP INDEX i;");
  auto result = project.verify();
  expect_done(result);
  CHECK(without_times(result.out) == "a1, revision a1: ok\nb2, revision b2: ok\n");
  CHECK_THAT(result.err, Contains("2 of 2 revisions tried: 0 bad, 0 irreversible"));

  project.write_url("${SURELY_NOT_SET_ANYWHERE}");
  expect_done(project.verify());
}

TEST_CASE("verify finds what a downgrade forgets and goes on behind it", "[cli][verify]") {
  HistoryProject project;
  project.add_sql("a1", "", "CREATE TABLE t (a int, b int);", "DROP TABLE t;");
  project.add_sql("b2", "a1", "CREATE INDEX i ON t (a);", "SELECT 1;");
  project.add_sql("c3", "b2", "ALTER TABLE t ALTER b SET DEFAULT 7;", "SELECT 1;");
  project.add_sql("d4", "c3", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; DROP INDEX i;",
                  "CREATE INDEX other ON t (b);");
  project.add_sql("e5", "d4", "ALTER TABLE t ADD c int;", "ALTER TABLE t DROP c;");
  const auto result = project.verify();
  expect_found(
      result, 3,
      {"a1, revision a1: ok", "b2, revision b2: downgrade does not restore", "index public.t.i is left behind",
       "column public.t.b differs: default is 7, was none", "function public.f() is left behind",
       "index public.t.i is missing", "index public.t.other is left behind", "e5, revision e5: ok", "b2.sql:9"});
  CHECK_THAT(result.err, Contains("5 of 5 revisions tried: 3 bad"));
}

TEST_CASE("verify notes irreversible revisions and tells downgrades and upgrades that fail apart", "[cli][verify]") {
  HistoryProject project;
  project.add_revision("a1.sql", "-- one way\n--\n-- revision: a1\n\n-- migrate:upgrade\nCREATE TABLE t (a int);\n");
  project.add_sql("b2", "a1", "CREATE TABLE u (a int);", "DROP TABLE nothing;");
  project.add_sql("c3", "b2", "INSERT INTO u VALUES (1); CREATE UNIQUE INDEX i ON u (a);",
                  "DROP INDEX i; INSERT INTO u VALUES (1);");
  auto result = project.verify();
  expect_found(result, 3,
               {"a1, one way: irreversible", "b2, revision b2: downgrade failed",
                "b2.sql:10:", "table \"nothing\" does not exist", "c3, revision c3: upgrade after downgrade failed"});

  project.add_sql("d4", "c3", "CREATE TABLE t (a int);", "DROP TABLE t;");
  project.add_sql("e5", "d4", "SELECT 1;", "SELECT 1;");
  result = project.verify();
  expect_found(result, 1, {"d4, revision d4: upgrade failed", "d4.sql:7:", "relation \"t\" already exists"});
  CHECK_THAT(result.out, !Contains("e5"));
  CHECK_THAT(result.err, Contains("4 of 5 revisions tried"));
}

TEST_CASE("verify goes through branches and merges and over sections outside transactions", "[cli][verify]") {
  HistoryProject project;
  project.add_sql("a1", "", "CREATE TABLE t (a int, b int);", "DROP TABLE t;");
  project.add_revision("b2.sql",
                       "-- left\n--\n-- revision: b2\n-- down_revision: a1\n\n-- migrate:upgrade transaction:false\n"
                       "CREATE INDEX CONCURRENTLY i ON t (a);\n\n-- migrate:downgrade transaction:false\n"
                       "DROP INDEX CONCURRENTLY i;\n");
  project.add_sql("c3", "a1", "CREATE INDEX j ON t (b);", "DROP INDEX j;");
  project.add_sql("d4", "b2, c3", "CREATE VIEW v AS SELECT a FROM t;", "DROP VIEW v;");
  project.add_sql("e5", "", "CREATE SCHEMA apart;", "DROP SCHEMA apart;");
  project.add_revision("f6.sql",
                       "-- half\n--\n-- revision: f6\n-- down_revision: e5\n\n-- migrate:upgrade\n"
                       "CREATE TABLE apart.x (a int);\n\n-- migrate:downgrade transaction:false\n"
                       "DROP TABLE apart.x;\nCREATE SCHEMA remains;\nSELECT 1/0;\n");
  project.add_sql("g7", "f6", "ALTER TABLE apart.x ADD b int;", "ALTER TABLE apart.x DROP b;");
  const auto result = project.verify();
  expect_found(result, 3,
               {"b2, left: ok", "c3, revision c3: ok", "d4, revision d4: ok", "e5, revision e5: ok",
                "f6, half: downgrade failed", "f6.sql:12:", "division by zero", "g7, revision g7: ok"});
}

TEST_CASE("verify tries C++ revisions", "[cli][verify]") {
  HistoryProject project;
  add_cpp(project, "a1", "", "  op.create_table(\"t\", column(\"id\", BigInteger{}, primary_key));",
          "  op.drop_table(\"t\");");
  add_cpp(project, "b2", "a1", "  op.create_index(\"i\", \"t\", {\"id\"});", "  (void)op;");
  add_cpp(project, "c3", "b2", "  op.add_column(\"t\", column(\"a\", Integer{}, nullable));");
  const auto result = project.verify();
  expect_found(result, 3,
               {"a1, revision a1: ok", "b2, revision b2: downgrade does not restore", "index public.t.i is left behind",
                "b2.cpp", "c3, revision c3: irreversible"});
}

TEST_CASE("verify compares the end of the history with the desired schema", "[cli][verify]") {
  HistoryProject project;
  project.add_sql("a1", "", "CREATE TABLE t (a int);", "DROP TABLE t;");
  project.directory().write("schema.sql", "CREATE TABLE t (a int);");
  auto result = project.verify();
  expect_done(result);
  CHECK_THAT(result.err, Contains("the end equals schema.sql"));

  project.directory().write("schema.sql", "CREATE TABLE t (a bigint);");
  result = project.verify();
  expect_found(result, 3, {"a1, revision a1: ok", "alter column public.t.a: type integer -> bigint"});
  CHECK_THAT(result.err, Contains("the end differs from schema.sql"));
}

TEST_CASE("verify makes the roles that a history expects and drops those that it makes", "[cli][verify]") {
  HistoryProject project;
  const std::string expected = "expected_" + project.database().name(), made = "made_" + project.database().name();
  project.add_sql("a1", "", "CREATE TABLE t (a int); GRANT SELECT ON t TO " + expected + ";", "DROP TABLE t;");
  project.add_sql("b2", "a1", "CREATE ROLE " + made + "; GRANT SELECT ON t TO " + made + ";",
                  "REVOKE SELECT ON t FROM " + made + "; DROP ROLE " + made + ";");
  project.add_sql("c3", "b2", "CREATE INDEX i ON t (a);", "SELECT 1;");
  for (int run = 0; run < 2; ++run) expect_found(project.verify(), 3, {"a1: ok", "b2: ok", "index public.t.i"});
  CHECK(project.database().query("SELECT count(*) FROM pg_roles WHERE rolname IN ('" + expected + "', '" + made +
                                 "')") == "0");
}

TEST_CASE("verify gives its findings as JSON and to CI systems", "[cli][verify]") {
  HistoryProject project;
  project.add_sql("a1", "", "CREATE TABLE t (a int);", "SELECT 1;");
  const auto json = project.migrate("verify", "--json");
  expect_found(json, 3, {"\"holds\": false", "\"verdict\": \"not_restored\"", "\"kind\": \"table\"", "\"line\": 9"});
  for (const auto* format : {"sarif", "junit", "github", "gitlab"}) {
    CAPTURE(format);
    expect_found(project.migrate("verify", "--output", format), 3, {"a1.sql", "table public.t is left behind"});
  }
  expect_found(project.migrate("verify", "--output", "sarif"), 3, {"downgrade-does-not-restore", "\"startLine\": 9"});
}

TEST_CASE("verify refuses files that are not right before anything runs", "[cli][verify]") {
  HistoryProject project;
  project.add_sql("a1", "", "CREATE TABLE t (a int);", "COMMIT;");
  expect_refused(project.verify(), 2, {"a1.sql:10:", "COMMIT inside a section"});
}
