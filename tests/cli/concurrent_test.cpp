// Many runs at once on one database. MIGRATE_TEST_RUNS sets how many.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <memory>

#include "expect.hpp"

namespace {

using namespace migrate::test;

int number_of_runs() {
  const char* text = std::getenv("MIGRATE_TEST_RUNS");
  return text == nullptr ? 10 : std::atoi(text);
}

void add_revision(const Project& project, const std::string& id, const std::string& down, const std::string& section) {
  project.add_revision(id + ".sql", "-- " + id + "\n-- revision: " + id + "\n-- down_revision: " + down +
                                        "\n\n-- migrate:upgrade" + section + "\n");
}

/// Every step would fail, or leave another row, were it run twice.
void add_history(const Project& project, bool outside) {
  add_revision(project, "a1", "",
               "\nCREATE TABLE items (id int); INSERT INTO items SELECT generate_series(1, 5000);"
               " CREATE TABLE tally (step text);");
  add_revision(project, "b2", "a1", "\nINSERT INTO tally VALUES ('b2'); SELECT pg_sleep(0.1);");
  const std::string mode = outside ? " transaction:false\n" : "\n";
  const std::string how = outside ? "CONCURRENTLY " : "";
  add_revision(project, "c3", "b2",
               mode + "CREATE INDEX " + how + "items_id ON items (id);\nINSERT INTO tally VALUES ('c3');");
  add_revision(project, "d4", "c3", mode + "CREATE UNIQUE INDEX " + how + "items_once ON items (id);");
  add_revision(project, "e5", "d4", mode + "DROP INDEX " + how + "items_id;\nINSERT INTO tally VALUES ('e5');");
  add_revision(project, "f6", "e5", "\nALTER TABLE items ADD COLUMN x int;");
}

void run_at_once(const Project& project, const std::vector<std::string>& arguments) {
  std::vector<std::unique_ptr<BackgroundMigrate>> runs;
  for (int i = 0; i < number_of_runs(); ++i) {
    runs.push_back(std::make_unique<BackgroundMigrate>(arguments, project.path()));
  }
  for (auto& run : runs) expect_done(run->wait());
}

/// How often each revision is noted as a whole, and by how many outcomes.
std::string noted(Project& project, const std::string& direction) {
  return project.database().query(
      "SELECT string_agg(revision || ':' || n, ' ' ORDER BY revision) FROM (SELECT revision, count(*) AS n FROM "
      "alembic_version_log WHERE statement IS NULL AND outcome = 'done' AND direction = '" +
      direction + "' GROUP BY revision) AS steps");
}

}  // namespace

TEST_CASE("many runs at once take each step once", "[cli][concurrent]") {
  const bool outside = GENERATE(false, true);
  CAPTURE(outside);
  Project project;
  add_history(project, outside);
  run_at_once(project, {"upgrade", "head"});
  CHECK(noted(project, "upgrade") == "a1:1 b2:1 c3:1 d4:1 e5:1 f6:1");
  CHECK(project.database().query("SELECT count(*) FROM alembic_version_log WHERE outcome <> 'done'") == "0");
  CHECK(project.database().query("SELECT string_agg(step, ' ' ORDER BY step) FROM tally") == "b2 c3 e5");
  CHECK(project.database().query("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == "0");
  CHECK(version_rows(project.database()) == "f6");
}

TEST_CASE("many runs at once on a half done section go on with it once", "[cli][concurrent]") {
  Project project;
  add_history(project, true);
  add_revision(
      project, "g7", "f6",
      " transaction:false\nINSERT INTO tally VALUES ('g7');\nCREATE UNIQUE INDEX CONCURRENTLY items_x ON items "
      "(x);\nINSERT INTO tally VALUES ('g7 after');");
  expect_done(project.migrate("upgrade", "f6"));
  project.database().execute("UPDATE items SET x = 7");
  CHECK(project.migrate("upgrade", "head").exit_code == 1);
  project.database().execute("UPDATE items SET x = id");
  run_at_once(project, {"upgrade", "head"});
  CHECK(noted(project, "upgrade") == "a1:1 b2:1 c3:1 d4:1 e5:1 f6:1 g7:1");
  CHECK(project.database().query("SELECT string_agg(step, ', ' ORDER BY step) FROM tally") ==
        "b2, c3, e5, g7, g7 after");
  CHECK(project.database().query("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == "0");
}

TEST_CASE("many runs at once take each step back once", "[cli][concurrent]") {
  Project project;
  project.add_sql("a1", "", "CREATE TABLE one (id int);", "DROP TABLE one;");
  project.add_sql("b2", "a1", "CREATE TABLE two (id int);", "SELECT pg_sleep(0.1); DROP TABLE two;");
  expect_done(project.migrate("upgrade", "head"));
  run_at_once(project, {"downgrade", "base"});
  CHECK(noted(project, "downgrade") == "a1:1 b2:1");
  CHECK(version_rows(project.database()).empty());
}
