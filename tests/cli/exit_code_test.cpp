// The table of exit codes, a case for each: what brings it about, and that stderr names what happened, where, how the
// database stands and what to do next.
#include <fmt/format.h>

#include <csignal>
#include <thread>

#include "expect.hpp"
#include "migrate/base/clock.hpp"

namespace {

using namespace migrate;
using namespace migrate::test;
using namespace std::chrono_literals;
using Catch::Contains;

void add_history(const Project& project) {
  project.add_sql("a1", "", "CREATE TABLE one (id int);");
  project.add_sql("b2", "a1", "ALTER TABLE one ADD COLUMN x int;", "ALTER TABLE one DROP COLUMN x;");
}

/// Waits until a session of the database sleeps in a statement.
void wait_for_sleep(const TempDatabase& database, BackgroundMigrate& run) {
  auto watcher = database.connect();
  const base::Stopwatch watch;
  while (watcher
             .execute(
                 "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()")
             .scalar() != "1") {
    REQUIRE(run.running());
    REQUIRE(watch.milliseconds() < 30'000);
    std::this_thread::sleep_for(10ms);
  }
}

/// A run that sleeps in its third revision gets this signal: its end, within the time that is promised.
RunResult interrupted(Project& project, int signal) {
  project.add_sql("c3", "b2", "CREATE TABLE three (id int); SELECT pg_sleep(60);");
  BackgroundMigrate run({"upgrade", "head"}, project.path());
  TempDatabase& database = project.database();
  wait_for_sleep(database, run);
  const base::Stopwatch watch;
  run.signal(signal);
  auto result = run.wait(30s);
  CHECK(watch.milliseconds() < 2000);
  CHECK(version_rows(database) == "b2");
  CHECK(database.query("SELECT to_regclass('three')").empty());
  return result;
}

}  // namespace

TEST_CASE("exit code 0 is a run that is done and one that finds nothing to do", "[cli][exit-code]") {
  Project project;
  add_history(project);
  expect_done(project.migrate("upgrade"));
  const auto again = project.migrate("upgrade");
  expect_done(again);
  CHECK_THAT(again.err, Contains("Nothing to do: the database stands at b2"));
  for (const auto* verb : {"current", "heads", "history", "branches", "status", "log", "config", "wait"}) {
    CAPTURE(verb);
    expect_done(project.migrate(verb));
  }
}

TEST_CASE("exit code 1 is a revision that failed while the ones before it stay", "[cli][exit-code]") {
  Project project;
  add_history(project);
  project.add_sql("c3", "b2", "CREATE TABLE three (id int);\nALTER TABLE nowhere ADD COLUMN x int;");
  expect_refused(project.migrate("upgrade"), 1,
                 {"relation \"nowhere\" does not exist", "SQLSTATE 42P01", "while: Running upgrade b2 -> c3",
                  "c3.sql:8:", "statement:", "ALTER TABLE nowhere", "The database stands at b2"});
  CHECK(version_rows(project.database()) == "b2");
  CHECK(project.database().query("SELECT to_regclass('three')").empty());
}

TEST_CASE("exit code 2 is a fault of command line or configuration or files with nothing run", "[cli][exit-code]") {
  Project project;
  add_history(project);
  expect_refused(project.migrate("upgrade", "zzz"), 2, {"zzz", "Next:"});
  expect_refused(project.migrate("upgrade", "--no-such"), 2, {"--no-such", "Next:"});
  const auto unfit = project.migrate("upgrade", "head", "--output", "junit", "--sql");
  CHECK(unfit.exit_code == 2);
  CHECK_THAT(unfit.err, Contains("--output junit") && Contains("Next:"));
  project.add_sql("b3", "a1", "SELECT 1;");
  expect_refused(project.migrate("upgrade", "head"), 2, {"b2", "b3", "Next:"});
  project.add_revision("c3.sql", "-- c\n-- revision: c3\n-- down_revision: b3\n\n-- migrate:upgrade\nSELECT 'x;\n");
  expect_refused(project.migrate("upgrade", "c3"), 2, {"c3.sql:6:8"});
  CHECK(version_rows(project.database()) == "(no table)");
  project.directory().write("alembic.toml", "[alembic]\nversion_tabel = \"x\"\n");
  expect_refused(project.migrate("upgrade"), 2, {"alembic.toml:2:1", "version_table"});
}

TEST_CASE("exit code 3 is a check that did not hold", "[cli][exit-code]") {
  Project project;
  add_history(project);
  for (const auto& [verb, option, words] :
       {std::tuple("current", "--check-heads", "not up to date"), {"status", "--check", "2 revisions are pending"}}) {
    const auto result = project.migrate(verb, option);
    CHECK(result.exit_code == 3);
    CHECK_THAT(result.err, Contains(words));
    CHECK(project.migrate(verb).exit_code == 0);
  }
  CHECK(project.migrate("heads", "--check").exit_code == 0);
  project.add_sql("b3", "a1", "SELECT 1;");
  const auto result = project.migrate("heads", "--check");
  CHECK(result.exit_code == 3);
  CHECK_THAT(result.err, Contains("2 heads: b2, b3") && Contains("migrate merge heads"));
  CHECK(version_rows(project.database()) == "(no table)");
}

TEST_CASE("exit code 4 is a database that cannot be reached", "[cli][exit-code]") {
  Project project;
  add_history(project);
  // Port 1 of this machine: nobody listens there.
  expect_refused(project.migrate("--url", "postgresql://u@127.0.0.1:1/d?connect_timeout=2", "upgrade"), 4,
                 {"127.0.0.1", "Nothing was run.", "Next:"});
}

TEST_CASE("exit code 4 is a connection that is lost and the outcome is told", "[cli][exit-code]") {
  Project project;
  add_history(project);
  project.add_sql("c3", "b2", "CREATE TABLE three (id int); SELECT pg_sleep(60);");
  BackgroundMigrate run({"upgrade"}, project.path());
  wait_for_sleep(project.database(), run);
  project.database().execute(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
      " AND datname = current_database()");
  expect_refused(run.wait(30s), 4, {"while: Running upgrade b2 -> c3", "c3.sql", "The database stands at b2"});
  CHECK(version_rows(project.database()) == "b2");
}

TEST_CASE("exit code 5 is another run that holds the lock", "[cli][exit-code]") {
  Project project("[alembic.safety]\nrun_lock_timeout = 0\n");
  add_history(project);
  project.add_sql("c3", "b2", "SELECT pg_sleep(60);");
  BackgroundMigrate holder({"upgrade"}, project.path());
  wait_for_sleep(project.database(), holder);
  expect_refused(project.migrate("upgrade"), 5, {"another migrate run", "pid", "run_lock_timeout"});
  holder.signal(SIGTERM);
  CHECK(holder.wait(30s).exit_code == 143);
}

TEST_CASE("exit code 6 is a lock that was not to be had after all tries", "[cli][exit-code]") {
  Project project("[alembic.safety]\nlock_timeout = \"1500ms\"\nlock_retries = 1\n");
  add_history(project);
  expect_done(project.migrate("upgrade", "a1"));
  auto reader = project.database().connect();
  reader.execute("BEGIN");
  reader.execute("SELECT * FROM one");
  expect_refused(project.migrate("upgrade"), 6,
                 {"lock timeout", "the last of 2 tries", fmt::format("pid {}", reader.backend_pid()), "b2.sql:7",
                  "The database stands at a1", "lock_timeout"});
}

TEST_CASE("exit code 6 is a statement that took longer than it may", "[cli][exit-code]") {
  Project project("[alembic.safety]\nstatement_timeout = \"1s\"\n");
  add_history(project);
  project.add_sql("c3", "b2", "SELECT pg_sleep(20);");
  expect_refused(project.migrate("upgrade"), 6, {"statement timeout", "c3.sql:7", "The database stands at b2"});
}

TEST_CASE("exit code 7 is a database ahead of the files", "[cli][exit-code]") {
  Project project;
  add_history(project);
  expect_done(project.migrate("upgrade"));
  project.database().execute("UPDATE alembic_version SET version_num = 'f9'");
  expect_refused(project.migrate("upgrade"), 7, {"'f9'", "do not have", "Next:", "--if-ahead"});
  expect_refused(project.migrate("current"), 7, {"'f9'", "Next:"});
}

TEST_CASE("exit code 8 is a refusal with nothing run", "[cli][exit-code]") {
  Project project;
  project.add_revision("a1.sql", "-- a\n-- revision: a1\n\n-- migrate:upgrade\nCREATE TABLE one (id int);\n");
  project.add_sql("b2", "a1", "ALTER TABLE one ADD COLUMN x int;");
  expect_done(project.migrate("upgrade"));
  expect_refused(project.migrate("downgrade", "base"), 8, {"a1.sql", "downgrade", "Next:"});
  CHECK(version_rows(project.database()) == "b2");
  project.add_sql("b2", "a1", "ALTER TABLE one ADD COLUMN y int;");
  project.add_sql("c3", "b2", "CREATE TABLE three (id int);");
  expect_refused(project.migrate("upgrade"), 8, {"b2.sql", "edited", "Nothing was run", "migrate accept"});
  CHECK(version_rows(project.database()) == "b2");
}

TEST_CASE("exit code 130 is SIGINT with the statement cancelled within a second", "[cli][exit-code]") {
  Project project;
  add_history(project);
  expect_refused(interrupted(project, SIGINT), 130, {"while: Running upgrade b2 -> c3", "The database stands at b2"});
}

TEST_CASE("exit code 143 is SIGTERM with the statement cancelled within a second", "[cli][exit-code]") {
  Project project;
  add_history(project);
  expect_refused(interrupted(project, SIGTERM), 143, {"while: Running upgrade b2 -> c3", "The database stands at b2"});
}

TEST_CASE("a second signal ends the run at once", "[cli][exit-code]") {
  Project project;
  // A statement that takes no notice of being cancelled.
  project.add_sql(
      "a1", "",
      "DO $$ BEGIN FOR i IN 1..40 LOOP BEGIN PERFORM pg_sleep(0.5); EXCEPTION WHEN query_canceled THEN NULL;"
      " END; END LOOP; END $$;");
  BackgroundMigrate run({"upgrade"}, project.path());
  wait_for_sleep(project.database(), run);
  run.signal(SIGINT);
  std::this_thread::sleep_for(300ms);
  REQUIRE(run.running());
  const base::Stopwatch watch;
  run.signal(SIGTERM);
  CHECK(run.wait(30s).exit_code == 143);
  CHECK(watch.milliseconds() < 2000);
}
