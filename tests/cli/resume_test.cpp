// A run that dies at any moment, and the next one that goes on: in the end the database is what an undisturbed run
// leaves. MIGRATE_TEST_KILLS sets how often runs are killed, MIGRATE_TEST_SEED when.
#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <memory>
#include <random>
#include <thread>

#include "long_history.hpp"
#include "migrate/base/process.hpp"
#include "migrate/base/text.hpp"

namespace {

using namespace migrate;
using namespace migrate::test;
using namespace std::chrono_literals;
using Random = std::mt19937;

constexpr const char* k_sessions =
    "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = "
    "'migrate'";

int from_environment(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoi(text);
}

/// pg_dump's text with the rows of each table sorted: a killed run moves rows about, but changes none.
std::string dump(const TempDatabase& database) {
  const auto dumped = base::run_process({"pg_dump", "--exclude-table-data=*_log*", "-d", database.uri()}, {});
  INFO(dumped.errors);
  REQUIRE(dumped.exit_code == 0);
  std::string text;
  std::vector<std::string_view> rows;
  bool in_data = false;
  for (const auto line : base::split(dumped.output, '\n')) {
    if (line.starts_with("\\restrict") || line.starts_with("\\unrestrict")) continue;
    if (line == "\\.") {
      std::ranges::sort(rows);
      for (const auto row : rows) text.append(row).append("\n");
      rows.clear();
      in_data = false;
    }
    if (in_data) {
      rows.push_back(line);
    } else {
      text.append(line).append("\n");
    }
    if (line.starts_with("COPY ") && line.ends_with("FROM stdin;")) in_data = true;
  }
  return text;
}

/// The first lines that differ, since the whole is long.
std::string difference(const std::string& expected, const std::string& found) {
  const auto a = base::split(expected, '\n');
  const auto b = base::split(found, '\n');
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const auto wanted = i < a.size() ? std::string(a[i]) : "(end)";
    const auto got = i < b.size() ? std::string(b[i]) : "(end)";
    if (wanted != got) return fmt::format("line {}: wanted \"{}\", found \"{}\"", i + 1, wanted, got);
  }
  return "";
}

/// What an undisturbed run of the long history leaves, and how long it takes.
struct Undisturbed {
  std::string dump;
  std::chrono::milliseconds time{};
};

Undisturbed run_undisturbed() {
  Project project;
  add_long_history(project);
  expect_done(project.migrate("upgrade", "+1"));
  // Compiles the C++ revisions, which are in the cache from now on.
  expect_done(project.migrate("build"));
  const auto start = std::chrono::steady_clock::now();
  const auto result = project.migrate("upgrade", "head");
  expect_done(result);
  const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
  return {dump(project.database()), time};
}

void check_outcome(Project& project, const Undisturbed& undisturbed, int revisions) {
  CHECK(difference(undisturbed.dump, dump(project.database())) == "");
  CHECK(project.database().query("SELECT count(*) FROM pg_index WHERE NOT indisvalid OR NOT indisready") == "0");
  CHECK(project.database().query("SELECT string_agg(step, ', ') FROM (SELECT step FROM tally GROUP BY step HAVING "
                                 "count(*) <> 1) AS doubled") == "");
  // Each step as a whole once.
  CHECK(project.database().query("SELECT count(*) || ' of ' || count(DISTINCT revision) FROM alembic_version_log WHERE "
                                 "statement IS NULL AND outcome = 'done'") == fmt::format("{0} of {0}", revisions));
}

/// Runs histories to their ends, disturbing runs until `disturbances` were. `disturb` is called with a run in its
/// midst, and gives the exit code it may have.
void run_disturbed(const Undisturbed& undisturbed, int disturbances, unsigned seed,
                   const std::function<void(Project&, BackgroundMigrate&)>& disturb, std::vector<int> may_exit) {
  Random random(seed);
  // So that a history is disturbed about ten times on its way.
  std::uniform_int_distribution<int> moment(20, std::max(60, static_cast<int>(undisturbed.time.count()) / 4));
  int made = 0;
  while (made < disturbances) {
    Project project;
    const int revisions = add_long_history(project);
    std::string story;
    bool ended = false;
    for (int runs = 0; runs < 100 && !ended; ++runs) {
      BackgroundMigrate run({"upgrade", "head"}, project.path());
      const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(moment(random));
      while (made < disturbances && std::chrono::steady_clock::now() < until && run.running()) {
        std::this_thread::sleep_for(1ms);
      }
      if (made < disturbances && run.running()) {
        ++made;
        disturb(project, run);
      }
      const auto result = run.wait();
      story += fmt::format("run {}: exit {}\n{}\n", runs + 1, result.exit_code, result.err);
      INFO("seed " << seed << ", disturbance " << made << "\n" << story);
      REQUIRE(std::ranges::find(may_exit, result.exit_code) != may_exit.end());
      ended = result.exit_code == 0;
    }
    INFO("seed " << seed << ", disturbance " << made << "\n" << story);
    REQUIRE(ended);
    check_outcome(project, undisturbed, revisions);
  }
}

unsigned seed() {
  return static_cast<unsigned>(from_environment("MIGRATE_TEST_SEED", 6));
}

}  // namespace

TEST_CASE("after kill -9 at any moment the next run leaves what an undisturbed one would", "[cli][resume]") {
  const auto undisturbed = run_undisturbed();
  const auto kill = [](Project&, BackgroundMigrate& run) { run.signal(SIGKILL); };
  run_disturbed(undisturbed, from_environment("MIGRATE_TEST_KILLS", 25), seed(), kill, {0, 128 + SIGKILL});
}

TEST_CASE("after a kill of program and backend the next run leaves what an undisturbed one would", "[cli][resume]") {
  const auto undisturbed = run_undisturbed();
  // Without the backend nothing ends the statement that was under way.
  const auto kill = [](Project& project, BackgroundMigrate& run) {
    run.signal(SIGKILL);
    project.database().execute(fmt::format("SELECT pg_terminate_backend(pid) {}", k_sessions));
  };
  run_disturbed(undisturbed, from_environment("MIGRATE_TEST_KILLS", 12), seed() + 1, kill, {0, 128 + SIGKILL});
}

TEST_CASE("after the loss of its backend at any moment the next run goes on", "[cli][resume]") {
  const auto undisturbed = run_undisturbed();
  const auto terminate = [](Project& project, BackgroundMigrate&) {
    project.database().execute(fmt::format("SELECT pg_terminate_backend(pid) {}", k_sessions));
  };
  run_disturbed(undisturbed, from_environment("MIGRATE_TEST_KILLS", 10), seed() + 2, terminate, {0, 4});
}
