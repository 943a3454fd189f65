// A run that dies at any moment, and the next one that goes on: in the end the database is what an undisturbed run
// leaves. MIGRATE_TEST_KILLS sets how often runs are killed, MIGRATE_TEST_SEED when.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "disturbed.hpp"
#include "long_history.hpp"

using namespace migrate::test;

namespace {

constexpr const char* k_sessions =
    "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = "
    "'migrate'";

unsigned seed() {
  return static_cast<unsigned>(from_environment("MIGRATE_TEST_SEED", 6));
}

int kills(int otherwise) {
  return from_environment("MIGRATE_TEST_KILLS", otherwise);
}

}  // namespace

TEST_CASE("after kill -9 at any moment the next run leaves what an undisturbed one would", "[cli][resume]") {
  const auto undisturbed = run_undisturbed(add_sixty_revisions);
  run_disturbed(add_sixty_revisions, undisturbed,
                {.count = kills(12),
                 .seed = seed(),
                 .disturb = [](Place&, BackgroundMigrate& run, std::mt19937&) { run.signal(SIGKILL); },
                 .may_exit = {0, 128 + SIGKILL}});
}

TEST_CASE("after a kill of program and backend the next run leaves what an undisturbed one would", "[cli][resume]") {
  const auto undisturbed = run_undisturbed(add_long_history);
  // Without the backend nothing ends the statement that was under way.
  const auto kill = [](Place& place, BackgroundMigrate& run, std::mt19937&) {
    run.signal(SIGKILL);
    place.project.database().execute(fmt::format("SELECT pg_terminate_backend(pid) {}", k_sessions));
  };
  run_disturbed(add_long_history, undisturbed,
                {.count = kills(12), .seed = seed() + 1, .disturb = kill, .may_exit = {0, 128 + SIGKILL}});
}

TEST_CASE("after the loss of its backend at any moment the next run goes on", "[cli][resume]") {
  const auto undisturbed = run_undisturbed(add_long_history);
  const auto terminate = [](Place& place, BackgroundMigrate&, std::mt19937&) {
    place.project.database().execute(fmt::format("SELECT pg_terminate_backend(pid) {}", k_sessions));
  };
  run_disturbed(add_long_history, undisturbed,
                {.count = kills(10), .seed = seed() + 2, .disturb = terminate, .may_exit = {0, 4}});
}
