// Sections outside transactions that ended half-way: the next run goes on where it is sure of itself, and asks where it
// is not.
#include <catch2/catch.hpp>
#include <csignal>
#include <thread>

#include "expect.hpp"

namespace {

using namespace migrate::test;
using namespace std::chrono_literals;
using Catch::Contains;

/// One revision, a1, outside transactions.
void write_section(const Project& project, std::string_view upgrade) {
  project.add_revision("a1.sql", "-- a\n-- revision: a1\n-- down_revision:\n\n-- migrate:upgrade transaction:false\n" +
                                     std::string(upgrade));
}

/// Kills a run, and the session it had, while that sleeps inside of a statement.
void kill_while_asleep(Project& project) {
  BackgroundMigrate run({"upgrade", "head"}, project.path());
  const std::string asleep = "FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()";
  auto watcher = project.database().connect();
  while (watcher.execute("SELECT count(*) " + asleep).scalar() != "1") {
    REQUIRE(run.running());
    std::this_thread::sleep_for(5ms);
  }
  run.signal(SIGKILL);
  watcher.execute("SELECT pg_terminate_backend(pid, 10000) " + asleep);
  run.wait();
}

/// A table whose row makes a statement sleep, and one that counts how often it ran.
constexpr const char* k_tables =
    "CREATE TABLE slow (id int); INSERT INTO slow VALUES (1); CREATE TABLE runs (id int); CREATE SEQUENCE tries;"
    "CREATE PROCEDURE work() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO runs VALUES (1); COMMIT; IF EXISTS (SELECT FROM "
    "slow) THEN PERFORM pg_sleep(60); END IF; END; $$";

std::string count(Project& project, const std::string& table) {
  return project.database().query("SELECT count(*) FROM " + table);
}

bool is_valid(Project& project, const std::string& index) {
  return project.database().query("SELECT bool_and(indisvalid) FROM pg_index WHERE indexrelid = '" + index +
                                  "'::regclass") == "t";
}

constexpr const char* k_duplicates = "CREATE TABLE one (id int, x int); INSERT INTO one VALUES (1, 1), (1, 2);";

}  // namespace

TEST_CASE("a section that failed goes on at the mended statement", "[cli][journal]") {
  Project project;
  write_section(project,
                "CREATE TABLE one (id int);\nINSERT INTO one VALUES (1);\nINSERT INTO one VALUES (1 / 0);\n"
                "INSERT INTO one VALUES (3);\n");
  const auto failed = project.migrate("upgrade", "head");
  expect_refused(failed, 1, {"division by zero", "a1.sql:8", "2 of its 4 statements took effect and stay"});
  CHECK_THAT(project.migrate("log", "a1").out, Contains("statement 3 of 4") && Contains("division by zero"));

  write_section(project,
                "CREATE TABLE one (id int);\nINSERT INTO one VALUES (1);\nINSERT INTO one VALUES (2);\n"
                "INSERT INTO one VALUES (3);\n");
  const auto result = project.migrate("upgrade", "head");
  expect_done(result);
  CHECK_THAT(result.err, Contains("statement 1 was done by an earlier run"));
  CHECK(project.database().query("SELECT string_agg(id::text, ',') FROM one") == "1,2,3");
  CHECK(version_rows(project.database()) == "a1");
}

TEST_CASE("a section that fails again tells what an earlier run had done", "[cli][journal]") {
  Project project;
  write_section(project, "CREATE TABLE one (id int);\nSELECT 1 / 0;\n");
  for (int run = 0; run < 2; ++run) {
    expect_refused(project.migrate("upgrade", "head"), 1, {"1 of its 2 statements took effect and stay"});
  }
}

TEST_CASE("a statement that was done must not be another one in the next run", "[cli][journal]") {
  Project project;
  write_section(project, "CREATE TABLE one (id int);\nSELECT 1 / 0;\n");
  CHECK(project.migrate("upgrade", "head").exit_code == 1);
  write_section(project, "CREATE TABLE one (id bigint);\nSELECT 1;\n");
  expect_refused(project.migrate("upgrade", "head"), 8,
                 {"statement 1 was another one", "a1.sql:6", "Write it as it was"});
  CHECK(version_rows(project.database()).empty());
  // Layout and comments are free.
  write_section(project, "-- the first\ncreate table  one (ID int);\nSELECT 1;\n");
  expect_done(project.migrate("upgrade", "head"));
}

TEST_CASE("what a transaction of the section's own had done counts when that is over", "[cli][journal]") {
  Project project;
  project.database().execute("CREATE TABLE one (id int)");
  write_section(project,
                "INSERT INTO one VALUES (1);\nBEGIN;\nINSERT INTO one VALUES (2);\nINSERT INTO one VALUES (3 / 0);\n"
                "COMMIT;\n");
  expect_refused(project.migrate("upgrade", "head"), 1, {"division by zero", "1 of its 5 statements took effect"});
  CHECK(count(project, "one") == "1");
  write_section(project,
                "INSERT INTO one VALUES (1);\nBEGIN;\nINSERT INTO one VALUES (2);\nINSERT INTO one VALUES (3);\n"
                "COMMIT;\nBEGIN;\nINSERT INTO one VALUES (4);\nROLLBACK;\nSELECT 1 / 0;\n");
  expect_refused(project.migrate("upgrade", "head"), 1, {"division by zero", "5 of its 9 statements took effect"});
  CHECK(count(project, "one") == "3");
}

TEST_CASE("nobody knows how a CALL ended: the user is asked and may run it again", "[cli][journal]") {
  Project project;
  project.database().execute(k_tables);
  write_section(project, "SELECT nextval('tries');\nCALL work();\nINSERT INTO runs VALUES (10);\n");
  kill_while_asleep(project);
  expect_refused(project.migrate("upgrade", "head"), 8,
                 {"an earlier run ended inside of this statement", "(2 of 3)", "a1.sql:7", "CALL work()",
                  "--retry-statement", "--skip-statement"});
  CHECK(count(project, "runs") == "1");

  SECTION("again") {
    project.database().execute("DELETE FROM slow");
    expect_done(project.migrate("upgrade", "head", "--retry-statement"));
    CHECK(project.database().query("SELECT string_agg(id::text, ',') FROM runs") == "1,1,10");
  }
  SECTION("not again") {
    expect_done(project.migrate("upgrade", "head", "--skip-statement"));
    CHECK(project.database().query("SELECT string_agg(id::text, ',') FROM runs") == "1,10");
    CHECK(project.database().query("SELECT string_agg(outcome, ',') FROM alembic_version_log WHERE statement = 2") ==
          "skipped");
  }
  CHECK(project.database().query("SELECT last_value FROM tries") == "1");
  CHECK(version_rows(project.database()) == "a1");
}

TEST_CASE("a statement that nobody saw the end of must stay as it was", "[cli][journal]") {
  Project project;
  project.database().execute(k_tables);
  write_section(project, "DO $$ BEGIN PERFORM pg_sleep(60); END; $$;\n");
  kill_while_asleep(project);
  write_section(project, "DO $$ BEGIN PERFORM pg_sleep(0); END; $$;\n");
  expect_refused(project.migrate("upgrade", "head"), 8, {"ended inside of statement 1", "has been changed since"});
  CHECK(project.migrate("upgrade", "head", "--retry-statement", "--skip-statement").exit_code == 2);
}

TEST_CASE("an index that a failed statement left invalid is taken away and built anew", "[cli][journal]") {
  Project project;
  project.database().execute(k_duplicates);
  write_section(project, "CREATE UNIQUE INDEX CONCURRENTLY one_id ON one (id);\nINSERT INTO one VALUES (7, 7);\n");
  CHECK(project.migrate("upgrade", "head").exit_code == 1);
  CHECK_FALSE(is_valid(project, "one_id"));
  // It fails the same way for as long as the rows are there.
  expect_refused(project.migrate("upgrade", "head"), 1, {"could not create unique index"});
  project.database().execute("DELETE FROM one WHERE x = 2");
  expect_done(project.migrate("upgrade", "head"));
  CHECK(is_valid(project, "one_id"));
  CHECK(count(project, "one") == "2");
}

TEST_CASE("an index that a failed and rewritten statement left invalid is no success", "[cli][journal]") {
  Project project;
  project.database().execute(k_duplicates);
  write_section(project, "CREATE UNIQUE INDEX CONCURRENTLY one_id ON one (id);\n");
  CHECK(project.migrate("upgrade", "head").exit_code == 1);
  write_section(project, "CREATE INDEX CONCURRENTLY IF NOT EXISTS one_id ON one (id);\n");
  expect_refused(project.migrate("upgrade", "head"), 1, {"one_id exists and is invalid", "DROP INDEX CONCURRENTLY"});
  project.database().execute("DROP INDEX one_id");
  expect_done(project.migrate("upgrade", "head"));
  CHECK(is_valid(project, "one_id"));
}

TEST_CASE("an invalid index that somebody else left is refused", "[cli][journal]") {
  const auto statement = GENERATE(as<std::string>{}, "CREATE INDEX CONCURRENTLY one_id ON one (id);\n",
                                  "CREATE INDEX CONCURRENTLY IF NOT EXISTS one_id ON one (id);\n");
  const auto settings = GENERATE(as<std::string>{}, "", "[alembic.safety]\njournal = false\n");
  Project project(settings);
  project.database().execute(k_duplicates);
  CHECK_THROWS(project.database().execute("CREATE UNIQUE INDEX CONCURRENTLY one_id ON one (id)"));
  write_section(project, statement);
  expect_refused(project.migrate("upgrade", "head"), 1,
                 {"one_id exists and is invalid", "DROP INDEX CONCURRENTLY IF EXISTS public.one_id", "a1.sql:6"});
  CHECK(version_rows(project.database()).empty());
  CHECK(project.database().query("SELECT to_regclass('one_id')") == "one_id");
}

TEST_CASE("an index that is there and valid makes IF NOT EXISTS a success", "[cli][journal]") {
  Project project;
  project.database().execute("CREATE TABLE one (id int); CREATE INDEX one_id ON one (id)");
  write_section(project, "CREATE INDEX CONCURRENTLY IF NOT EXISTS one_id ON one (id);\n");
  expect_done(project.migrate("upgrade", "head"));
}

TEST_CASE("what was done before a downgrade is not taken for done after it", "[cli][journal]") {
  Project project;
  const auto write_b2 = [&](std::string_view upgrade) {
    project.add_revision(
        "b2.sql",
        "-- b\n-- revision: b2\n-- down_revision: a1\n\n-- migrate:upgrade transaction:false\n" + std::string(upgrade));
  };
  project.add_sql("a1", "", "CREATE TABLE one (id int);", "DROP TABLE one;");
  write_b2("CREATE INDEX CONCURRENTLY one_id ON one (id);\nSELECT 1 / 0;\n");
  CHECK(project.migrate("upgrade", "head").exit_code == 1);
  expect_done(project.migrate("downgrade", "base"));
  SECTION("the catalog tells") {
    write_b2("CREATE INDEX CONCURRENTLY one_id ON one (id);\nSELECT 1;\n");
    expect_done(project.migrate("upgrade", "head"));
    CHECK(is_valid(project, "one_id"));
  }
  SECTION("the user tells") {
    write_b2("INSERT INTO one VALUES (1);\n");
    expect_refused(project.migrate("upgrade", "head"), 8,
                   {"a downgrade came after that", "it was another one then", "--retry-statement"});
    expect_done(project.migrate("upgrade", "head", "--retry-statement"));
    CHECK(count(project, "one") == "1");
  }
}
