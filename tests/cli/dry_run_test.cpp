// `upgrade --dry-run` and `downgrade --dry-run`: everything is tried, and nothing is left.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "expect.hpp"
#include "migrate/base/text.hpp"
#include "migrate/runtime/run_lock.hpp"

namespace {

using namespace migrate;
using namespace migrate::test;
using Catch::Contains;
using nlohmann::json;

std::string outside(std::string_view id, std::string_view down, std::string_view sql) {
  return fmt::format("-- {0}\n-- revision: {0}\n-- down_revision: {1}\n\n-- migrate:upgrade transaction:false\n{2}\n",
                     id, down, sql);
}

/// Relations outside the system's schemas, the journal and the version table included.
std::string relations(const TempDatabase& database) {
  return database.query("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace");
}

}  // namespace

TEST_CASE("a dry run tells what would happen and leaves nothing", "[cli][dry_run]") {
  Project project;
  project.add_sql("a1", "", "CREATE TABLE one (id int PRIMARY KEY);\nINSERT INTO one VALUES (1);");
  project.add_sql("b2", "a1", "ALTER TABLE one ADD b int;\nUPDATE one SET b = 2;");
  const auto result = project.migrate("upgrade", "--dry-run");
  expect_done(result);
  CHECK(result.out.empty());
  CHECK_THAT(result.err,
             Contains("Trying upgrade  -> a1, revision a1 (") && Contains("Trying upgrade a1 -> b2, revision b2 (") &&
                 Contains("This was a dry run: 2 steps rolled back, the database stands at base as before"));
  CHECK(relations(project.database()) == "0");

  expect_done(project.migrate("upgrade", "a1"));
  const auto noted = project.database().query("SELECT count(*) FROM alembic_version_log");
  expect_done(project.migrate("upgrade", "--dry-run"));
  CHECK(version_rows(project.database()) == "a1");
  CHECK(project.database().query("SELECT count(*) FROM alembic_version_log") == noted);
  CHECK(project.database().query("SELECT count(*) FROM pg_attribute WHERE attrelid = 'one'::regclass AND attnum > 0") ==
        "1");
}

TEST_CASE("a dry run of a downgrade leaves what it would drop", "[cli][dry_run]") {
  Project project("[alembic.safety]\ndestructive = \"refuse\"\n");
  project.add_sql("a1", "", "CREATE TABLE one ();", "DROP TABLE one;");
  expect_done(project.migrate("upgrade"));
  const auto result = project.migrate("downgrade", "base", "--dry-run");
  expect_done(result);
  CHECK_THAT(result.err, Contains("Trying downgrade a1 -> ") && Contains("stands at a1 as before"));
  CHECK(project.database().query("SELECT to_regclass('one')") == "one");
  expect_refused(project.migrate("downgrade", "base", "--dry-run", "--sql"), 2, {"--dry-run"});
}

TEST_CASE("a dry run passes over what runs outside transactions and says so", "[cli][dry_run]") {
  Project project;
  project.add_sql("a1", "", "CREATE TABLE one (id int);");
  project.add_revision("b2.sql", outside("b2", "a1", "CREATE INDEX CONCURRENTLY one_id ON one (id);"));
  project.add_sql("c3", "b2", "ALTER TABLE one ADD b int;");
  const auto result = project.migrate("upgrade", "--dry-run");
  expect_done(result);
  CHECK_THAT(result.err, Contains("Trying upgrade a1 -> b2, b2: passed over: its section runs outside transactions") &&
                             Contains("Trying upgrade b2 -> c3, revision c3 (") && Contains("3 steps rolled back"));
  CHECK(relations(project.database()) == "0");
}

TEST_CASE("a step that fails in a dry run fails as it would and says what was missing", "[cli][dry_run]") {
  Project project;
  project.add_sql("a1", "", "CREATE TABLE one (id int);");
  project.add_revision("b2.sql", outside("b2", "a1", "CREATE TABLE two (id int);"));
  project.add_sql("c3", "b2", "SELECT 1;\nALTER TABLE two ADD b int;");
  expect_refused(project.migrate("upgrade", "--dry-run"), 1,
                 {"relation \"two\" does not exist", "c3.sql:8:1", "This was a dry run: nothing is changed",
                  "the database stands at base", "tried without what could not be tried before it (b2)"});
  CHECK(relations(project.database()) == "0");
}

TEST_CASE("a dry run finds what only a COMMIT would find", "[cli][dry_run]") {
  Project project;
  project.add_sql(
      "a1", "",
      "CREATE TABLE one (id int PRIMARY KEY);\nCREATE TABLE two (id int REFERENCES one DEFERRABLE INITIALLY "
      "DEFERRED);\nINSERT INTO two VALUES (1);");
  const auto dry = project.migrate("upgrade", "--dry-run");
  expect_refused(dry, 1, {"violates foreign key constraint", "found at COMMIT"});
  const auto real = project.migrate("upgrade");
  CHECK(real.exit_code == dry.exit_code);
}

TEST_CASE("a deferred check between two steps does not stand in the way of the second", "[cli][dry_run]") {
  Project project;
  project.add_sql(
      "a1", "",
      "CREATE TABLE one (id int PRIMARY KEY);\nCREATE TABLE two (id int REFERENCES one DEFERRABLE INITIALLY "
      "DEFERRED);\nINSERT INTO two VALUES (1);\nINSERT INTO one VALUES (1);");
  project.add_sql("b2", "a1", "ALTER TABLE two ADD b int;\nINSERT INTO two VALUES (2);\nINSERT INTO one VALUES (2);");
  expect_done(project.migrate("upgrade", "--dry-run"));
  CHECK(relations(project.database()) == "0");
}

TEST_CASE("an enum value that an earlier step adds cannot be used in a dry run and is not called a failure",
          "[cli][dry_run]") {
  Project project;
  project.add_sql("a1", "", "CREATE TYPE mood AS ENUM ('sad');\nCREATE TABLE one (m mood);");
  expect_done(project.migrate("upgrade"));
  project.add_sql("b2", "a1", "ALTER TYPE mood ADD VALUE 'glad';");
  project.add_sql("c3", "b2", "INSERT INTO one VALUES ('glad');");
  project.add_sql("d4", "c3", "ALTER TABLE one ADD b int;");
  const auto dry = project.migrate("upgrade", "--dry-run");
  expect_done(dry);
  CHECK_THAT(dry.err,
             Contains("-> c3, revision c3: passed over: it uses an enum value that an earlier revision adds") &&
                 Contains("Trying upgrade c3 -> d4, revision d4 ("));
  expect_done(project.migrate("upgrade"));

  // In one and the same transaction it is a failure.
  project.add_sql("e5", "d4", "ALTER TYPE mood ADD VALUE 'calm';\nINSERT INTO one VALUES ('calm');");
  expect_refused(project.migrate("upgrade", "--dry-run"), 1, {"unsafe use of new value"});
}

TEST_CASE("every event of a dry run is marked", "[cli][dry_run][json]") {
  Project project;
  project.add_sql("a1", "", "CREATE TABLE one (id int);");
  project.add_revision("b2.sql", outside("b2", "a1", "VACUUM one;"));
  const auto events = [&](const RunResult& result) {
    std::vector<json> list;
    for (const auto& line : base::split_list(result.out, '\n')) list.push_back(json::parse(line));
    for (auto& event : list) CHECK(event["dry_run"] == true);
    return list;
  };
  const auto done = project.migrate("upgrade", "--dry-run", "--json");
  CHECK(done.exit_code == 0);
  auto told = events(done);
  REQUIRE(told.size() == 6);
  CHECK(told[2]["status"] == "done");
  CHECK(told[4]["status"] == "untried");
  CHECK(told[4]["reason"] == "its section runs outside transactions");
  CHECK(told[5]["event"] == "finished");
  CHECK(told[5]["changed"] == false);
  CHECK(told[5]["heads"] == json::array());

  project.add_sql("c3", "b2", "SELECT 1/0;");
  const auto failed = project.migrate("upgrade", "--dry-run", "--json");
  CHECK(failed.exit_code == 1);
  CHECK(events(failed).back()["event"] == "error");
}

TEST_CASE("a dry run waits for locks as a real run and ends as one", "[cli][dry_run]") {
  Project project("[alembic.safety]\nlock_timeout = \"50ms\"\nlock_retries = 1\nrun_lock_timeout = 0\n");
  project.add_sql("a1", "", "CREATE TABLE one (id int);");
  expect_done(project.migrate("upgrade"));
  project.add_sql("b2", "a1", "ALTER TABLE one ADD b int;");
  auto reader = project.database().connect();
  reader.execute("BEGIN");
  reader.execute("SELECT * FROM one");
  expect_refused(project.migrate("upgrade", "--dry-run"), 6, {"This was a dry run", "lock timeout"});
  reader.execute("ROLLBACK");
  {
    const runtime::RunLock lock(reader, "public.alembic_version", runtime::RunLock::Options{});
    expect_refused(project.migrate("upgrade", "--dry-run"), 5, {"another migrate run"});
  }
  expect_done(project.migrate("upgrade", "--dry-run"));
  CHECK(version_rows(project.database()) == "a1");
}

TEST_CASE("hooks that are SQL are tried and hooks that are programs are not run", "[cli][dry_run]") {
  Project project(
      "[[alembic.on_version_apply]]\nsql = \"INSERT INTO seen VALUES (:'revision')\"\n"
      "[[alembic.on_version_apply]]\ncommand = [\"touch\", \"ran\"]\n");
  project.add_sql("a1", "", "CREATE TABLE seen (id text);");
  expect_done(project.migrate("upgrade", "--dry-run"));
  CHECK_FALSE(std::filesystem::exists(project.path() / "ran"));
  project.add_sql("a1", "", "SELECT 1;");
  expect_refused(project.migrate("upgrade", "--dry-run"), 1, {"hook", "seen"});
}

TEST_CASE("a long dry run moves every row", "[cli][dry_run]") {
  Project project;
  std::string before;
  for (int i = 0; i < 15; ++i) {
    const auto id = fmt::format("r{:02}", i);
    project.add_sql(id, before, fmt::format("CREATE TABLE t{} (id int);\nSET search_path = '';", i));
    before = id;
  }
  const auto result = project.migrate("upgrade", "--dry-run");
  expect_done(result);
  CHECK_THAT(result.err, Contains("15 steps rolled back"));
  CHECK(relations(project.database()) == "0");
}
