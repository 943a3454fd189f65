#include <catch2/catch.hpp>
#include <csignal>
#include <thread>

#include "support/project.hpp"
#include "support/run_migrate.hpp"

namespace migrate::test {
namespace {

/// Waits until a session of the database runs a statement like `pattern`.
bool is_running(const TempDatabase& database, const std::string& pattern) {
  for (int tries = 0; tries < 1000; ++tries) {
    if (database.query("SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND state = 'active' "
                       "AND datname = current_database() AND query LIKE '" +
                       pattern + "'") != "0") {
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

TEST_CASE("a signal cancels the running statement and rolls its revision back", "[cli]") {
  for (const auto& [number, exit_code] : {std::pair(SIGINT, 130), std::pair(SIGTERM, 143)}) {
    CAPTURE(number);
    Project project;
    project.add_sql("a1", "", "CREATE TABLE first_one ();");
    project.add_sql("a2", "a1", "CREATE TABLE second_one (); SELECT pg_sleep(50);");
    BackgroundMigrate run({"upgrade", "head"}, project.path());
    REQUIRE(is_running(project.database(), "%pg_sleep(50)%"));
    run.signal(number);
    const auto result = run.wait(std::chrono::seconds(20));
    INFO(result.err);
    CHECK(result.exit_code == exit_code);
    CHECK(project.database().query("SELECT version_num FROM alembic_version") == "a1");
    CHECK(project.database().query("SELECT to_regclass('second_one') IS NULL") == "t");
    CHECK(project.database().query("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(50)%' AND pid <> "
                                   "pg_backend_pid() AND datname = current_database()") == "0");
  }
}

TEST_CASE("a killed run leaves the database at its last whole revision and the next run goes on", "[cli]") {
  Project project;
  project.add_sql("a1", "", "CREATE TABLE first_one ();");
  project.add_sql("a2", "a1", "CREATE TABLE second_one (); SELECT pg_sleep(3);");
  {
    BackgroundMigrate run({"upgrade", "head"}, project.path());
    REQUIRE(is_running(project.database(), "%pg_sleep(3)%"));
    run.signal(SIGKILL);
    CHECK(run.wait().exit_code == 128 + SIGKILL);
  }
  CHECK(project.database().query("SELECT version_num FROM alembic_version") == "a1");
  const auto again = project.migrate("upgrade", "head");
  INFO(again.err);
  CHECK(again.exit_code == 0);
  CHECK(project.database().query("SELECT version_num FROM alembic_version") == "a2");
}

}  // namespace
}  // namespace migrate::test
