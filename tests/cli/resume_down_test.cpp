// Downgrades that are killed, and gone on with. MIGRATE_TEST_KILLS sets how often, MIGRATE_TEST_SEED when.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <random>
#include <thread>

#include "expect.hpp"

namespace {

using namespace migrate::test;
using namespace std::chrono_literals;

int from_environment(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoi(text);
}

void add_revision(const Project& project, const std::string& id, const std::string& down, const std::string& upgrade,
                  const std::string& downgrade) {
  project.add_revision(id + ".sql",
                       fmt::format("-- {0}\n-- revision: {0}\n-- down_revision: {1}\n\n-- migrate:upgrade "
                                   "transaction:false\n{2}\n\n-- migrate:downgrade transaction:false\n{3}\n",
                                   id, down, upgrade, downgrade));
}

/// The way down leaves a row in undone for each of its INSERTs.
void add_history(Project& project) {
  project.database().execute("CREATE TABLE undone (step text)");
  add_revision(project, "a1", "",
               "CREATE TABLE items (id int, code text);\nINSERT INTO items SELECT n, md5(n::text) FROM "
               "generate_series(1, 20000) AS n;",
               "INSERT INTO undone VALUES ('a1');\nDROP TABLE items;\nINSERT INTO undone VALUES ('a1 after');");
  add_revision(project, "b2", "a1", "CREATE INDEX CONCURRENTLY items_code ON items (code);",
               "DROP INDEX CONCURRENTLY items_code;\nINSERT INTO undone VALUES ('b2');\nVACUUM items;");
  add_revision(project, "c3", "b2", "DROP INDEX CONCURRENTLY items_code;",
               "CREATE INDEX CONCURRENTLY items_code ON items (code);\nINSERT INTO undone VALUES ('c3');");
  add_revision(project, "d4", "c3", "UPDATE items SET id = id + 1;",
               "BEGIN;\nINSERT INTO undone VALUES ('d4');\nUPDATE items SET id = id - 1;\nCOMMIT;\n"
               "REINDEX TABLE CONCURRENTLY items;");
}

}  // namespace

TEST_CASE("after kill -9 of a downgrade the next one takes back the rest", "[cli][resume]") {
  const int kills = from_environment("MIGRATE_TEST_KILLS", 8);
  const int seed = from_environment("MIGRATE_TEST_SEED", 6);
  std::mt19937 random(static_cast<unsigned>(seed));
  std::uniform_int_distribution<int> moment(15, 120);
  for (int made = 0; made < kills;) {
    Project project;
    add_history(project);
    expect_done(project.migrate("upgrade", "head"));
    std::string story;
    int exit_code = -1;
    for (int runs = 0; runs < 50 && exit_code != 0; ++runs) {
      BackgroundMigrate run({"downgrade", "base"}, project.path());
      std::this_thread::sleep_for(std::chrono::milliseconds(moment(random)));
      if (made < kills && run.running()) {
        ++made;
        run.signal(SIGKILL);
        // Half of them take their session with them, so that a statement ends where it is.
        if (made % 2 == 0) {
          project.database().execute(
              "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
              "pg_backend_pid() AND application_name = 'migrate'");
        }
      }
      const auto result = run.wait();
      exit_code = result.exit_code;
      story += fmt::format("exit {}\n{}\n", exit_code, result.err);
      INFO("seed " << seed << ", kill " << made << "\n" << story);
      REQUIRE((exit_code == 0 || exit_code == 128 + SIGKILL));
    }
    INFO("seed " << seed << ", kill " << made << "\n" << story);
    REQUIRE(exit_code == 0);
    CHECK(project.database().query("SELECT string_agg(step, ', ' ORDER BY step) FROM undone") ==
          "a1, a1 after, b2, c3, d4");
    CHECK(version_rows(project.database()).empty());
    CHECK(project.database().query("SELECT to_regclass('items')").empty());
  }
}
