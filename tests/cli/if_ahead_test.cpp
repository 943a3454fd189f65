// upgrade --if-ahead: an older image is started again on a database that a newer one has moved on.
#include "expect.hpp"

using namespace migrate::test;
using Catch::Contains;

namespace {

/// Two revisions applied by these files, and one by files that are not here.
void go_ahead(Project& project) {
  project.add_sql("a1", "", "CREATE TABLE one (id int);", "DROP TABLE one;");
  project.add_sql("b2", "a1", "CREATE TABLE two (id int);", "DROP TABLE two;");
  expect_done(project.migrate("upgrade"));
  project.database().execute("UPDATE alembic_version SET version_num = 'c3'");
}

}  // namespace

TEST_CASE("a database ahead of the files is exit code 7 unless something else is asked for", "[cli][if-ahead]") {
  Project project;
  go_ahead(project);
  expect_refused(project.migrate("upgrade"), 7, {"'c3'", "do not have", "--if-ahead warn"});
  expect_refused(project.migrate("upgrade", "--if-ahead", "fail"), 7, {"'c3'", "do not have"});
}

TEST_CASE("the option --if-ahead ok finds nothing to do and warn says why", "[cli][if-ahead]") {
  Project project;
  go_ahead(project);
  const auto ok = project.migrate("upgrade", "--if-ahead", "ok");
  expect_done(ok);
  CHECK(ok.out.empty());
  CHECK(ok.err == "Nothing to do: the database stands at c3, ahead of these files\n");

  const auto warn = project.migrate("upgrade", "heads", "--if-ahead=warn");
  expect_done(warn);
  CHECK_THAT(warn.err, Contains("Warning: the database is ahead: it is at c3, which these files do not have\n"));
  CHECK_THAT(warn.err, Contains("Nothing to do"));
  expect_done(project.migrate("upgrade", "a1", "--if-ahead", "ok"));
  CHECK(version_rows(project.database()) == "c3");
  CHECK(tables(project.database()) == 3);
}

TEST_CASE("the option --if-ahead tells programs which rows were unknown", "[cli][if-ahead]") {
  Project project;
  go_ahead(project);
  const auto result = project.migrate("--json", "upgrade", "--if-ahead", "warn");
  expect_done(result);
  CHECK_THAT(result.out, Contains("\"event\":\"finished\"") && Contains("\"changed\":false"));
  CHECK_THAT(result.out, Contains("\"heads\":[\"c3\"],\"ahead\":[\"c3\"]"));
  CHECK_THAT(result.err, Contains("Warning: "));
}

TEST_CASE("the option --if-ahead refuses when a branch of known rows is behind", "[cli][if-ahead]") {
  Project project;
  go_ahead(project);
  project.add_sql("p1", "", "CREATE TABLE p (id int);");
  project.add_sql("p2", "p1", "CREATE TABLE q (id int);");
  project.database().execute("INSERT INTO alembic_version VALUES ('p1')");
  for (const auto* policy : {"ok", "warn"}) {
    expect_refused(project.migrate("upgrade", "heads", "--if-ahead", policy), 7,
                   {"at c3, which these files do not have", "p2 is not applied", "--if-ahead"});
  }
  CHECK(version_rows(project.database()) == "c3,p1");
  // Of what was asked for, nothing is missing.
  expect_done(project.migrate("upgrade", "p1", "--if-ahead", "ok"));
  project.database().execute("UPDATE alembic_version SET version_num = 'p2' WHERE version_num = 'p1'");
  expect_done(project.migrate("upgrade", "heads", "--if-ahead", "ok"));
}

TEST_CASE("the option --if-ahead changes nothing for a database that is not ahead", "[cli][if-ahead]") {
  Project project;
  project.add_sql("a1", "", "CREATE TABLE one (id int);");
  const auto first = project.migrate("upgrade", "--if-ahead", "ok");
  expect_done(first);
  CHECK_THAT(first.err, Contains("Running upgrade  -> a1"));
  const auto again = project.migrate("upgrade", "--if-ahead", "warn");
  expect_done(again);
  CHECK(again.err == "Nothing to do: the database stands at a1\n");
}

TEST_CASE("the option --if-ahead does not hide a target that means nothing", "[cli][if-ahead]") {
  Project project;
  go_ahead(project);
  expect_refused(project.migrate("upgrade", "zz", "--if-ahead", "ok"), 2, {"zz"});
  expect_refused(project.migrate("upgrade", "--if-ahead", "perhaps"), 2, {"--if-ahead"});
  expect_refused(project.migrate("upgrade", "--sql", "--if-ahead", "ok"), 2, {"--sql"});
}

TEST_CASE("the option --if-ahead bears a project whose files are all gone", "[cli][if-ahead]") {
  Project project;
  go_ahead(project);
  for (const auto* name : {"a1.sql", "b2.sql"}) std::filesystem::remove(project.path() / "versions" / name);
  const auto result = project.migrate("upgrade", "--if-ahead", "ok");
  expect_done(result);
  CHECK_THAT(result.err, Contains("stands at c3, ahead of these files"));
}
