// status and status --check: every way in which files and database can differ, on one screen and as JSON.
#include "expect.hpp"

using namespace migrate::test;
using Catch::Contains;

namespace {

void add_history(const Project& project) {
  project.add_sql("a1", "", "CREATE TABLE one (id int);", "DROP TABLE one;");
  project.add_sql("b2", "a1", "CREATE TABLE two (id int);", "DROP TABLE two;");
  project.add_sql("c3", "b2", "CREATE TABLE three (id int);", "DROP TABLE three;");
}

/// A revision outside transactions whose second statement fails.
void add_stumbling(const Project& project) {
  project.add_revision("d4.sql",
                       "-- d\n-- revision: d4\n-- down_revision: c3\n\n-- migrate:upgrade transaction:false\n"
                       "CREATE TABLE four (id int);\nSELECT 1/0;\nCREATE TABLE five (id int);\n");
}

/// The exit code of --check, which must not change what is printed.
int check(const Project& project) {
  const auto plain = project.migrate("status");
  const auto checked = project.migrate("status", "--check");
  INFO(plain.err << checked.err);
  CHECK(plain.exit_code == 0);
  CHECK(checked.out == plain.out);
  CHECK((checked.err.find("and files differ") != std::string::npos) == (checked.exit_code == 3));
  return checked.exit_code;
}

}  // namespace

TEST_CASE("status without a version table shows everything as pending and makes no table", "[cli][status]") {
  Project project;
  add_history(project);
  const auto result = project.migrate("status");
  expect_done(result);
  CHECK_THAT(result.out, Contains("Database:   postgresql://") && Contains(project.database().name()));
  CHECK_THAT(result.out, Contains("Stands at:  base: there is no public.alembic_version yet\n"));
  CHECK_THAT(result.out, Contains("Applied:    0 of 3 revisions\n"));
  CHECK_THAT(result.out, Contains("Pending:    3\n              a1, revision a1\n              b2, revision b2\n"
                                  "              c3 (head), revision c3\n"));
  CHECK_THAT(result.out, !Contains("Edited") && !Contains("Half done") && !Contains("Last step"));
  CHECK(result.err.empty());
  CHECK(check(project) == 3);
  CHECK(version_rows(project.database()) == "(no table)");
  CHECK(project.database().query("SELECT count(*) FROM pg_class WHERE relname LIKE 'alembic%'") == "0");
}

TEST_CASE("status of a database at head is clean and passes the check", "[cli][status]") {
  Project project;
  add_history(project);
  expect_done(project.migrate("upgrade", "b2"));
  const auto behind = project.migrate("status", "--check");
  CHECK(behind.exit_code == 3);
  CHECK_THAT(behind.out, Contains("Stands at:  b2, revision b2\n") && Contains("Applied:    2 of 3 revisions\n"));
  CHECK_THAT(behind.out, Contains("Pending:    1\n              c3 (head), revision c3\n"));
  CHECK_THAT(behind.out, Contains("Last step:  upgrade b2 done, 20"));
  CHECK_THAT(behind.err, Contains("1 revision is pending"));

  expect_done(project.migrate("upgrade"));
  CHECK(check(project) == 0);
  const auto clean = project.migrate("status", "--check");
  CHECK(clean.err.empty());
  CHECK_THAT(clean.out, Contains("Stands at:  c3 (head), revision c3\n") && Contains("Pending:    none\n"));
}

TEST_CASE("status lists ten pending revisions and all of them when verbose", "[cli][status]") {
  Project project;
  for (int i = 10; i < 24; ++i) {
    project.add_sql("r" + std::to_string(i), i == 10 ? "" : "r" + std::to_string(i - 1), "SELECT 1;");
  }
  const auto brief = project.migrate("status");
  CHECK_THAT(brief.out, Contains("Pending:    14\n") && Contains("r19,") && !Contains("r20,"));
  CHECK_THAT(brief.out, Contains("… and 4 more (-v shows all)"));
  const auto full = project.migrate("status", "-v");
  CHECK_THAT(full.out, Contains("r23 (head),") && !Contains("more (-v"));
}

TEST_CASE("status shows an applied revision that was edited unless nobody is to look", "[cli][status]") {
  Project project;
  add_history(project);
  expect_done(project.migrate("upgrade"));
  project.add_sql("b2", "a1", "CREATE TABLE two (id bigint);", "DROP TABLE two;");
  const auto result = project.migrate("status", "--check");
  CHECK(result.exit_code == 3);
  CHECK_THAT(result.out, Contains("Edited:     ") && Contains("b2.sql: revision b2 was edited") && Contains("bigint"));
  CHECK_THAT(result.err, Contains("1 was edited after it had been applied"));
  const auto json = project.migrate("status", "--json");
  CHECK_THAT(json.out, Contains("\"up_to_date\": false") && Contains("\"edits_known\": true"));

  for (const auto* setting : {"safety.edited = \"ignore\"\n", "safety.journal = false\n"}) {
    CAPTURE(setting);
    project.directory().write("alembic.toml",
                              "[alembic]\nengine.url = \"" + project.database().uri() + "\"\n" + setting);
    CHECK(check(project) == 0);
    CHECK_THAT(project.migrate("status", "--json").out, Contains("\"edits_known\": false"));
  }
}

TEST_CASE("status and current -v show how far a revision came that is half done", "[cli][status]") {
  Project project;
  add_history(project);
  add_stumbling(project);
  CHECK(project.migrate("upgrade").exit_code == 1);
  const std::string how_far = "revision d4 at statement 2 of 3, failed (upgrade)";
  const auto result = project.migrate("status", "--check");
  CHECK(result.exit_code == 3);
  CHECK_THAT(result.out, Contains("Half done:  " + how_far + "\n"));
  CHECK_THAT(result.err, Contains("1 revision is pending, 1 is half done"));

  CHECK_THAT(project.migrate("current", "-v").out, Contains("Half done: " + how_far + "\n"));
  CHECK(project.migrate("current").out == "c3\n");
  CHECK_THAT(project.migrate("current", "--json").out, Contains("\"half_done\": [\n") && Contains("\"statement\": 2"));

  project.add_revision("d4.sql",
                       "-- d\n-- revision: d4\n-- down_revision: c3\n\n-- migrate:upgrade transaction:false\n"
                       "CREATE TABLE four (id int);\nSELECT 1;\nCREATE TABLE five (id int);\n");
  expect_done(project.migrate("upgrade"));
  CHECK(check(project) == 0);
  CHECK_THAT(project.migrate("current", "-v").out, !Contains("Half done"));
}

TEST_CASE("status forgets a half-done revision once the version row was set past it", "[cli][status]") {
  Project project;
  add_history(project);
  add_stumbling(project);
  project.add_sql("e5", "d4", "SELECT 1;");
  CHECK(project.migrate("upgrade").exit_code == 1);
  CHECK_THAT(project.migrate("status").out, Contains("Half done:  revision d4"));
  expect_done(project.migrate("stamp", "e5"));
  CHECK_THAT(project.migrate("status").out, !Contains("Half done"));
  CHECK(check(project) == 0);
  CHECK_THAT(project.migrate("current", "-v").out, !Contains("Half done"));
}

TEST_CASE("status and current say when the journal may not be read", "[cli][status]") {
  Project project;
  add_history(project);
  expect_done(project.migrate("upgrade"));
  const std::string role = project.database().name() + "_reader";
  project.database().execute("CREATE ROLE " + role + " LOGIN; GRANT SELECT ON alembic_version TO " + role);
  auto url = project.database().url();
  url.user = role;
  const auto uri = url.to_string(migrate::engine::Password::shown);
  const auto status = project.migrate("--url", uri, "status", "--check");
  const auto current = project.migrate("--url", uri, "current", "-v");
  const auto json = project.migrate("--url", uri, "--json", "current");
  project.database().execute("DROP OWNED BY " + role + "; DROP ROLE " + role);
  CHECK(status.exit_code == 3);
  CHECK_THAT(status.out, Contains("Stands at:  c3 (head)") && Contains("may not read public.alembic_version_log"));
  CHECK_THAT(status.err, Contains("Database and files differ: the journal may not be read"));
  expect_done(current);
  CHECK_THAT(current.out, Contains("Rev: c3"));
  CHECK_THAT(current.err, Contains("may not read the journal"));
  expect_done(json);
  CHECK_THAT(json.out, Contains("\"half_done\": null"));
}

TEST_CASE("status shows rows these files do not have and what is pending beside them", "[cli][status]") {
  Project project;
  add_history(project);
  project.add_sql("p1", "", "SELECT 1;");
  expect_done(project.migrate("upgrade", "b2"));
  project.database().execute("INSERT INTO alembic_version VALUES ('x9')");
  const auto beside = project.migrate("status", "--check");
  CHECK(beside.exit_code == 3);
  CHECK_THAT(beside.out, Contains("Stands at:  b2, revision b2\n            x9, which these files do not have\n"));
  // p1 may lie below x9; c3 cannot.
  CHECK_THAT(beside.out, Contains("Pending:    1\n              c3 (head)") && !Contains("p1"));
  CHECK_THAT(beside.out, Contains("at least 2 of 4 revisions"));
  CHECK_THAT(beside.err, Contains("1 is known to the database alone"));

  project.database().execute("DELETE FROM alembic_version WHERE version_num = 'b2'");
  const auto alone = project.migrate("status", "--check");
  CHECK(alone.exit_code == 3);
  CHECK_THAT(alone.out, Contains("Stands at:  x9,") && Contains("Pending:    none\n"));
}

TEST_CASE("status bears rows of which one is below the other", "[cli][status]") {
  Project project;
  add_history(project);
  expect_done(project.migrate("upgrade", "b2"));
  project.database().execute("INSERT INTO alembic_version VALUES ('a1')");
  const auto result = project.migrate("status");
  expect_done(result);
  CHECK_THAT(result.out, Contains("Applied:    2 of 3 revisions\n") && Contains("Pending:    1\n"));
}

TEST_CASE("status --json is one document with every fact", "[cli][status]") {
  Project project;
  add_history(project);
  expect_done(project.migrate("upgrade", "b2"));
  const auto result = project.migrate("--json", "status", "--check");
  CHECK(result.exit_code == 3);
  for (const auto* part :
       {"\"version_table\": {\n    \"table\": \"public.alembic_version\",\n    \"exists\": true",
        "\"up_to_date\": false", "\"current\": [\n    \"b2\"\n  ]", "\"unknown\": []", "\"revisions\": 3",
        "\"applied\": 2", "\"pending\": [\n    {\n      \"revision\": \"c3\"", "\"edited\": []", "\"half_done\": []",
        "\"journal\": {\n    \"table\": \"public.alembic_version_log\",\n    \"exists\": true",
        "\"last\": {\n    \"revision\": \"b2\",\n    \"direction\": \"upgrade\""}) {
    INFO(result.out);
    CHECK_THAT(result.out, Contains(part));
  }
}

TEST_CASE("status in a project without revisions says where it looked", "[cli][status]") {
  Project project;
  const auto result = project.migrate("status", "--check");
  expect_done(result);
  CHECK_THAT(result.out, Contains("Applied:    0 of 0 revisions\n") && Contains("Pending:    none\n"));
  CHECK_THAT(result.err, Contains("There are no revision files in "));
}

TEST_CASE("status shows no password", "[cli][status]") {
  Project project;
  add_history(project);
  auto url = project.database().url();
  url.password = "s3cr3t";
  const auto shown = url.to_string(migrate::engine::Password::shown);
  for (const auto* form : {"--color=never", "--json"}) {
    const auto result = project.migrate("--url", shown, form, "status");
    expect_done(result);
    CHECK_THAT(result.out + result.err, !Contains("s3cr3t"));
  }
}
