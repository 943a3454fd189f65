// Sessions that are in the way of an upgrade, and sessions that it must not be in the way of for long.
// MIGRATE_TEST_READER_SECONDS sets for how long the reader of the first test reads.
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <atomic>
#include <csignal>
#include <thread>

#include "disturbed.hpp"
#include "expect.hpp"
#include "migrate/base/clock.hpp"

namespace {

using namespace migrate;
using namespace migrate::test;
using namespace std::chrono_literals;
using Catch::Contains;

/// A session that has read a table and not ended its transaction.
class Reader {
 public:
  Reader(const TempDatabase& database, const std::string& application, const std::string& table)
      : connection_(engine::Connection::connect(database.config().with({.application_name = application}))) {
    connection_.execute("BEGIN");
    connection_.execute("SELECT * FROM " + table);
  }
  void leave() { connection_.rollback_if_open(); }
  [[nodiscard]] int pid() const { return connection_.backend_pid(); }

 private:
  engine::Connection connection_;
};

/// An application that asks one table again and again, on a thread of its own, until the end of the scope.
class Traffic {
 public:
  Traffic(const TempDatabase& database, const std::string& table)
      : connection_(database.connect()), thread_([this, table] { work("SELECT count(*) FROM " + table); }) {}
  ~Traffic() { stop(); }
  Traffic(const Traffic&) = delete;
  Traffic& operator=(const Traffic&) = delete;

  void stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }
  /// The longest that an answer took. After stop().
  [[nodiscard]] double longest() const noexcept { return longest_; }
  [[nodiscard]] bool failed() const noexcept { return failed_; }
  [[nodiscard]] int answers() const noexcept { return answers_; }

 private:
  void work(const std::string& question) {
    try {
      while (!stop_) {
        const base::Stopwatch watch;
        connection_.execute(question);
        longest_ = std::max(longest_, watch.milliseconds());
        ++answers_;
        std::this_thread::sleep_for(5ms);
      }
    } catch (const std::exception&) {
      failed_ = true;
    }
  }

  engine::Connection connection_;
  std::atomic<bool> stop_{false};
  double longest_ = 0;
  bool failed_ = false;
  std::atomic<int> answers_{0};
  std::thread thread_;
};

void add_history(Project& project) {
  project.add_sql("a1", "", "CREATE TABLE busy (id int); INSERT INTO busy VALUES (1);");
  project.add_sql("b2", "a1", "ALTER TABLE busy ADD COLUMN x int;");
  expect_done(project.migrate("upgrade", "a1"));
}

void wait_for(BackgroundMigrate& run, const std::string& words) {
  while (run.err_so_far().find(words) == std::string::npos) {
    INFO(run.err_so_far());
    REQUIRE(run.running());
    std::this_thread::sleep_for(5ms);
  }
}

}  // namespace

TEST_CASE("a reader in the way holds the upgrade up and not the application", "[cli][blocking]") {
  // Without a limit on those who queue, each of them would wait as long as the reader reads.
  Project project("[alembic.safety]\nlock_timeout = \"20s\"\nlock_retries = 40\nmax_blocked_ms = 150\n");
  add_history(project);
  const int reader_seconds = from_environment("MIGRATE_TEST_READER_SECONDS", 2);
  Reader reader(project.database(), "monthly report", "busy");
  Traffic traffic(project.database(), "busy");
  const base::Stopwatch watch;
  BackgroundMigrate run({"upgrade", "head"}, project.path());
  wait_for(run, "trying again");
  const auto left = 1000 * reader_seconds - static_cast<int>(watch.milliseconds());
  if (left > 0) std::this_thread::sleep_for(std::chrono::milliseconds(left));
  CHECK(run.running());
  reader.leave();
  const auto result = run.wait(30s);
  traffic.stop();
  expect_done(result);
  CHECK_THAT(result.err, Contains("monthly report") && Contains(fmt::format("pid {}", reader.pid())));
  CHECK_FALSE(traffic.failed());
  CHECK(traffic.answers() > 10);
  CHECK(traffic.longest() < 1700);
  if (reader_seconds > 2) WARN(traffic.answers() << " answers, the slowest after " << traffic.longest() << " ms");
  CHECK(version_rows(project.database()) == "b2");
}

TEST_CASE("sessions that queue are counted as well", "[cli][blocking]") {
  Project project(
      "[alembic.safety]\nlock_timeout = \"20s\"\nlock_retries = 40\nmax_blocked_ms = 0\nmax_blocked_sessions = 1\n");
  add_history(project);
  Reader reader(project.database(), "monthly report", "busy");
  Traffic one(project.database(), "busy");
  Traffic two(project.database(), "busy");
  Traffic three(project.database(), "busy");
  BackgroundMigrate run({"upgrade", "head"}, project.path());
  wait_for(run, "sessions");
  reader.leave();
  expect_done(run.wait(30s));
  CHECK(version_rows(project.database()) == "b2");
}

TEST_CASE("an upgrade that cannot get its lock ends with code 6 and names who has it", "[cli][blocking]") {
  Project project("[alembic.safety]\nlock_timeout = \"1500ms\"\nlock_retries = 1\n");
  add_history(project);
  Reader reader(project.database(), "monthly report", "busy");
  const auto result = project.migrate("upgrade", "head");
  expect_refused(result, 6,
                 {"monthly report", fmt::format("pid {}", reader.pid()), "SELECT * FROM busy", "the last of 2 tries",
                  "b2.sql:7", "The database stands at a1; nothing of this step remains", "safety.lock_timeout"});
  CHECK(version_rows(project.database()) == "a1");
  const auto log = project.migrate("log", "b2").out;
  CHECK_THAT(log, Contains("failed") && Contains("lock timeout") && Contains("the last of 2 tries"));
  CHECK_THAT(log, Contains("monthly report") && Contains(fmt::format("pid {}", reader.pid())));
  reader.leave();
  expect_done(project.migrate("upgrade", "head"));
}

TEST_CASE("the deadline for all tries is kept", "[cli][blocking]") {
  Project project("[alembic.safety]\nlock_timeout = \"10s\"\nlock_retries = 100\nlock_deadline = 1\n");
  add_history(project);
  Reader reader(project.database(), "monthly report", "busy");
  const base::Stopwatch watch;
  expect_refused(project.migrate("upgrade", "head"), 6, {"monthly report"});
  CHECK(watch.milliseconds() < 5000);
  reader.leave();
}

TEST_CASE("a wait for a lock is interrupted within a second", "[cli][blocking]") {
  Project project("[alembic.safety]\nlock_timeout = \"100ms\"\nlock_retries = 1000\n");
  add_history(project);
  Reader reader(project.database(), "monthly report", "busy");
  BackgroundMigrate run({"upgrade", "head"}, project.path());
  wait_for(run, "trying again");
  const base::Stopwatch watch;
  run.signal(SIGINT);
  const auto result = run.wait(20s);
  INFO(result.err);
  CHECK(result.exit_code == 130);
  CHECK(watch.milliseconds() < 3000);
  CHECK(version_rows(project.database()) == "a1");
}
