// upgrade, downgrade, stamp and the questions around them, as a user runs them.
#include <csignal>
#include <memory>
#include <thread>

#include "expect.hpp"
#include "migrate/engine/transaction.hpp"

using namespace migrate::test;

namespace {

void add_history(Project& project) {
  project.add_sql("a1", "", "CREATE TABLE one (id int);", "DROP TABLE one;");
  project.add_sql("b2", "a1", "CREATE TABLE two (id int);", "DROP TABLE two;");
  project.add_sql("c3", "b2", "CREATE TABLE three (id int);", "DROP TABLE three;");
}

}  // namespace

TEST_CASE("upgrade applies everything, says so a line each, and then has nothing to do", "[cli]") {
  Project project;
  add_history(project);
  const auto first = project.migrate("upgrade", "head");
  expect_done(first);
  CHECK(first.out.empty());
  CHECK(first.err.find("Running upgrade  -> a1") != std::string::npos);
  CHECK(first.err.find("Running upgrade b2 -> c3") != std::string::npos);
  CHECK(first.err.find(" ms)") != std::string::npos);
  CHECK(version_rows(project.database()) == "c3");
  CHECK(tables(project.database()) == 4);

  const auto again = project.migrate("upgrade");
  expect_done(again);
  CHECK(again.err.find("Nothing to do") != std::string::npos);
  CHECK(project.migrate("current").out == "c3 (head)\n");
}

TEST_CASE("relative targets need no double dash", "[cli]") {
  Project project;
  add_history(project);
  expect_done(project.migrate("upgrade", "+2"));
  CHECK(version_rows(project.database()) == "b2");
  expect_done(project.migrate("downgrade", "-1"));
  CHECK(version_rows(project.database()) == "a1");
  CHECK(project.migrate("history", "-r", "-1:").exit_code != 139);
  expect_done(project.migrate("downgrade", "base"));
  CHECK(version_rows(project.database()).empty());
  CHECK(tables(project.database()) == 1);
}

TEST_CASE("a failing revision leaves no trace and the ones before it stay", "[cli]") {
  Project project;
  add_history(project);
  project.add_sql("d4", "c3", "CREATE TABLE four (id int);\n\nINSERT INTO four VALUES ('é'), (oops);");
  project.add_sql("e5", "d4", "CREATE TABLE five (id int);");
  const auto result = project.migrate("upgrade", "head");
  INFO(result.err);
  CHECK(result.exit_code == 1);
  CHECK(version_rows(project.database()) == "c3");
  CHECK(tables(project.database()) == 4);
  CHECK(result.err.find("d4.sql:") != std::string::npos);
  CHECK(result.err.find("oops") != std::string::npos);
  CHECK(result.err.find("The database stands at c3") != std::string::npos);
}

TEST_CASE("an error without a position is told at the statement that failed", "[cli]") {
  Project project;
  project.add_revision("a1.sql",
                       "-- a\n-- revision: a1\n\n-- migrate:upgrade\nCREATE TABLE one (id int);\n\n"
                       "CREATE TABLE one (id int);\n\n-- migrate:downgrade\n");
  const auto result = project.migrate("upgrade", "head");
  INFO(result.err);
  CHECK(result.exit_code == 1);
  CHECK(result.err.find("a1.sql:7:1") != std::string::npos);
  CHECK(result.err.find("42P07") != std::string::npos);
  CHECK(tables(project.database()) == 0);
}

TEST_CASE("a syntax error is told at its character", "[cli]") {
  Project project;
  project.add_revision("a1.sql",
                       "-- a\n-- revision: a1\n\n-- migrate:upgrade\nCREATE TABLE one (id int);\n"
                       "SELECT 'ä' FORM one;\n");
  const auto result = project.migrate("upgrade", "head");
  INFO(result.err);
  CHECK(result.exit_code == 1);
  CHECK(result.err.find("a1.sql:6:17") != std::string::npos);
  CHECK(tables(project.database()) == 0);
}

TEST_CASE("a deferred constraint that fails at COMMIT leaves no trace", "[cli]") {
  Project project;
  project.add_sql("a1", "",
                  "CREATE TABLE p (id int PRIMARY KEY);"
                  "CREATE TABLE c (p int REFERENCES p DEFERRABLE INITIALLY DEFERRED);INSERT INTO c VALUES (7);");
  const auto result = project.migrate("upgrade", "head");
  INFO(result.err);
  CHECK(result.exit_code == 1);
  CHECK(result.err.find("COMMIT") != std::string::npos);
  CHECK(tables(project.database()) == 0);
}

TEST_CASE("with transaction_per_migration off a failure takes the whole run back", "[cli]") {
  Project project("transaction_per_migration = false\n");
  add_history(project);
  project.add_sql("d4", "c3", "SELECT 1/0;");
  CHECK(project.migrate("upgrade", "head").exit_code == 1);
  CHECK(tables(project.database()) == 0);
  expect_done(project.migrate("upgrade", "c3"));
  CHECK(tables(project.database()) == 4);
}

TEST_CASE("a section outside transactions runs CREATE INDEX CONCURRENTLY", "[cli]") {
  Project project;
  add_history(project);
  project.add_revision("d4.sql",
                       "-- d\n-- revision: d4\n-- down_revision: c3\n\n-- migrate:upgrade transaction:false\n"
                       "CREATE INDEX CONCURRENTLY one_id ON one (id);\nALTER TABLE two ADD COLUMN x int;\n\n"
                       "-- migrate:downgrade transaction:false\nDROP INDEX CONCURRENTLY one_id;\n"
                       "ALTER TABLE two DROP COLUMN x;\n");
  expect_done(project.migrate("upgrade", "head"));
  CHECK(project.database().query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'one_id'::regclass") == "t");
  expect_done(project.migrate("downgrade", "-1"));
  CHECK(version_rows(project.database()) == "c3");
}

TEST_CASE("a failure outside transactions tells how far the section came", "[cli]") {
  Project project;
  project.add_revision("a1.sql",
                       "-- a\n-- revision: a1\n\n-- migrate:upgrade transaction:false\n"
                       "CREATE TABLE one (id int);\nSELECT 1/0;\nCREATE TABLE two (id int);\n");
  const auto result = project.migrate("upgrade", "head");
  INFO(result.err);
  CHECK(result.exit_code == 1);
  CHECK(result.err.find("1 of its 3 statements") != std::string::npos);
  CHECK(result.err.find("a1.sql:6:8") == std::string::npos);
  CHECK(version_rows(project.database()).empty());
}

TEST_CASE("what a revision sets does not leak into the next", "[cli]") {
  Project project;
  project.add_sql("a1", "",
                  "CREATE ROLE nobody_"
                  "leak NOLOGIN; SET ROLE nobody_leak; SET search_path = ''; SET work_mem = '77MB';"
                  "SET SESSION AUTHORIZATION nobody_leak; PREPARE q AS SELECT 1; LISTEN c;");
  project.add_sql("b2", "a1",
                  "CREATE TEMP TABLE leak (id int); CREATE TABLE seen AS SELECT current_user AS u,"
                  " current_setting('search_path') AS p, current_setting('work_mem') AS w,"
                  " (SELECT count(*) FROM pg_prepared_statements) AS q,"
                  " (SELECT count(*) FROM pg_listening_channels()) AS l;");
  project.add_sql("c3", "b2", "CREATE TABLE seen2 AS SELECT to_regclass('pg_temp.leak') IS NULL AS gone;");
  const auto result = project.migrate("upgrade", "head");
  project.database().execute("DROP ROLE IF EXISTS nobody_leak");
  expect_done(result);
  CHECK(project.database().rows("SELECT u, p, w <> '77MB', q, l FROM public.seen") ==
        std::vector<std::vector<std::string>>{{"postgres", "\"$user\", public", "t", "0", "0"}});
  CHECK(project.database().query("SELECT gone FROM public.seen2") == "t");
}

TEST_CASE("a revision that moves the version row itself is caught and rolled back", "[cli]") {
  Project project;
  project.add_sql("a1", "", "CREATE TABLE one (id int);");
  project.add_sql("b2", "a1", "CREATE TABLE two (id int); DELETE FROM alembic_version;");
  const auto result = project.migrate("upgrade", "head");
  INFO(result.err);
  CHECK(result.exit_code == 1);
  CHECK(result.err.find("version table changed") != std::string::npos);
  CHECK(version_rows(project.database()) == "a1");
  CHECK(project.database().query("SELECT to_regclass('two')").empty());
}

TEST_CASE("a database that is ahead of the files gives exit code 7", "[cli]") {
  Project project;
  add_history(project);
  expect_done(project.migrate("upgrade", "head"));
  std::filesystem::remove(project.path() / "versions" / "c3.sql");
  for (const char* verb : {"upgrade", "current"}) {
    const auto result = project.migrate(verb);
    INFO(result.err);
    CHECK(result.exit_code == 7);
    CHECK(result.err.find("c3") != std::string::npos);
  }
  expect_done(project.migrate("stamp", "--purge", "b2"));
  CHECK(version_rows(project.database()) == "b2");
}

TEST_CASE("current --check-heads exits with 3 until everything is applied", "[cli]") {
  Project project;
  add_history(project);
  CHECK(project.migrate("current", "--check-heads").exit_code == 3);
  CHECK(version_rows(project.database()) == "(no table)");
  expect_done(project.migrate("upgrade", "b2"));
  CHECK(project.migrate("current", "--check-heads").exit_code == 3);
  expect_done(project.migrate("upgrade", "head"));
  CHECK(project.migrate("current", "--check-heads").exit_code == 0);
}

TEST_CASE("ten runs at once: one works, the others find nothing to do", "[cli]") {
  Project project;
  add_history(project);
  project.add_sql("d4", "c3", "SELECT pg_sleep(0.3); CREATE TABLE four (id int);");
  std::vector<std::unique_ptr<BackgroundMigrate>> runs;
  for (int i = 0; i < 10; ++i) {
    runs.push_back(std::make_unique<BackgroundMigrate>(std::vector<std::string>{"upgrade", "head"}, project.path()));
  }
  int worked = 0;
  for (auto& run : runs) {
    const auto result = run->wait();
    INFO(result.err);
    CHECK(result.exit_code == 0);
    worked += result.err.find("Running upgrade c3 -> d4") != std::string::npos ? 1 : 0;
  }
  CHECK(worked == 1);
  CHECK(version_rows(project.database()) == "d4");
}

TEST_CASE("a run that may not wait gives exit code 5 and names the holder", "[cli]") {
  Project project("[alembic.safety]\nrun_lock_timeout = 0\n");
  project.add_sql("a1", "", "SELECT pg_sleep(20);");
  BackgroundMigrate holder({"upgrade", "head"}, project.path());
  while (project.database().query("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
                                  " AND datname = current_database()") != "1") {
    REQUIRE(holder.running());
  }
  expect_refused(project.migrate("upgrade", "head"), 5, {"another migrate run", "pid"});
  holder.signal(SIGTERM);
  holder.wait();
}

TEST_CASE("SIGINT and SIGTERM cancel the statement and roll the revision back", "[cli]") {
  for (const auto& [number, code] : {std::pair{SIGINT, 130}, std::pair{SIGTERM, 143}}) {
    Project project;
    project.add_sql("a1", "", "CREATE TABLE one (id int);");
    project.add_sql("b2", "a1", "CREATE TABLE two (id int); SELECT pg_sleep(30);");
    BackgroundMigrate run({"upgrade", "head"}, project.path());
    while (project.database().query("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
                                    " AND datname = current_database()") != "1") {
      REQUIRE(run.running());
    }
    run.signal(number);
    const auto result = run.wait(std::chrono::seconds(15));
    INFO(result.err);
    CHECK(result.exit_code == code);
    CHECK(result.err.find("The database stands at a1") != std::string::npos);
    CHECK(version_rows(project.database()) == "a1");
    CHECK(project.database().query("SELECT to_regclass('two')").empty());
    // The test's own short connections may still be on their way out: look again on one connection.
    auto watcher = project.database().connect();
    const auto others_gone = [&] {
      return watcher
                 .execute(
                     "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'migrate'"
                     " AND datname = current_database() AND pid <> pg_backend_pid()")
                 .scalar() == "0";
    };
    for (int i = 0; i < 100 && !others_gone(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    CHECK(others_gone());
  }
}

TEST_CASE("a lock that cannot be had gives exit code 6 after the retries", "[cli]") {
  Project project("[alembic.safety]\nlock_timeout = \"100ms\"\nlock_retries = 1\n");
  project.add_sql("a1", "", "CREATE TABLE one (id int);");
  project.add_sql("b2", "a1", "ALTER TABLE one ADD COLUMN x int;");
  expect_done(project.migrate("upgrade", "a1"));
  auto blocker = project.database().connect();
  auto transaction = blocker.begin();
  blocker.execute("SELECT * FROM one");
  const auto result = project.migrate("upgrade", "head");
  INFO(result.err);
  CHECK(result.exit_code == 6);
  CHECK(result.err.find("trying again") != std::string::npos);
  CHECK(version_rows(project.database()) == "a1");
  transaction.rollback();
  expect_done(project.migrate("upgrade", "head"));
}

TEST_CASE("a connection killed in mid-revision gives exit code 4 and tells where the database stands", "[cli]") {
  Project project;
  project.add_sql("a1", "", "CREATE TABLE one (id int);");
  project.add_sql("b2", "a1", "CREATE TABLE two (id int); SELECT pg_sleep(30);");
  BackgroundMigrate run({"upgrade", "head"}, project.path());
  const std::string sleeping = "FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()";
  while (project.database().query("SELECT count(*) " + sleeping) != "1") REQUIRE(run.running());
  project.database().execute("SELECT pg_terminate_backend(pid) " + sleeping);
  const auto result = run.wait(std::chrono::seconds(20));
  INFO(result.err);
  CHECK(result.exit_code == 4);
  CHECK(result.err.find("The database stands at a1") != std::string::npos);
  CHECK(version_rows(project.database()) == "a1");
}

TEST_CASE("building an index concurrently outlasts lock_timeout instead of leaving it invalid", "[cli]") {
  Project project("[alembic.safety]\nlock_timeout = \"200ms\"\nlock_retries = 0\n");
  project.add_sql("a1", "", "CREATE TABLE one (id int);");
  project.add_revision("b2.sql",
                       "-- b\n-- revision: b2\n-- down_revision: a1\n\n-- migrate:upgrade transaction:false\n"
                       "CREATE INDEX CONCURRENTLY one_id ON one (id);\n");
  expect_done(project.migrate("upgrade", "a1"));
  auto blocker = project.database().connect();
  auto transaction = blocker.begin();
  blocker.execute("INSERT INTO one VALUES (1)");
  BackgroundMigrate run({"upgrade", "head"}, project.path());
  std::this_thread::sleep_for(std::chrono::milliseconds(900));
  CHECK(run.running());
  transaction.commit();
  expect_done(run.wait(std::chrono::seconds(20)));
  CHECK(project.database().query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'one_id'::regclass") == "t");
}

TEST_CASE("a shared transaction that is tried again reports each step once", "[cli]") {
  Project project("transaction_per_migration = false\n[alembic.safety]\nlock_timeout = \"100ms\"\nlock_retries = 20\n");
  project.add_sql("a1", "", "CREATE TABLE one (id int);");
  project.add_sql("b2", "a1", "CREATE TABLE two (id int);");
  project.add_sql("c3", "b2", "ALTER TABLE one ADD COLUMN x int;");
  expect_done(project.migrate("upgrade", "a1"));
  auto blocker = project.database().connect();
  auto transaction = blocker.begin();
  blocker.execute("SELECT * FROM one");
  BackgroundMigrate run({"--json", "upgrade", "head"}, project.path());
  while (run.err_so_far().find("trying again") == std::string::npos) REQUIRE(run.running());
  transaction.rollback();
  const auto result = run.wait(std::chrono::seconds(20));
  expect_done(result);
  CHECK(result.out.find("\"steps\":2") != std::string::npos);
  CHECK(version_rows(project.database()) == "c3");
}
