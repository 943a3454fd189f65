// C++ revisions that ask the database while they run, in a process of their own.
#include <catch2/catch.hpp>
#include <csignal>
#include <thread>

#include "cpp_project.hpp"

namespace {

using namespace migrate::test;
using Catch::Contains;
using namespace std::chrono_literals;

constexpr const char* k_with_backfill =
    "  op.add_column(\"items\", column(\"size\", Integer{}));\n"
    "  op.backfill(\"items\", {.set = \"size = 1, touches = touches + 1\", .batch_size = 10, .pause_ms = 10});\n"
    "  op.alter_column(\"items\", \"size\", {.nullable = false});";

void make_items(Project& project, int rows) {
  project.database().execute(
      fmt::format("CREATE TABLE items (id int PRIMARY KEY, touches int NOT NULL DEFAULT 0);"
                  "INSERT INTO items SELECT generate_series(1, {})",
                  rows));
}

int touched(Project& project) {
  return std::stoi(project.database().query("SELECT count(*) FROM items WHERE touches > 0"));
}

/// Until some rows more than `before` are touched.
void wait_for_batches(Project& project, BackgroundMigrate& program, int before) {
  while (program.running() && touched(project) < before + 30) std::this_thread::sleep_for(10ms);
}

}  // namespace

TEST_CASE("a revision that has had answers is run anew when it misses a lock", "[cli][cpp]") {
  Project project("[alembic.safety]\nlock_timeout = \"100ms\"\nlock_retries = 20\n");
  make_items(project, 3);
  add_cpp(project, "a1", "",
          "  op.log(\"rows: \" + op.get_bind().scalar(\"SELECT count(*) FROM items\").value_or(\"\"));\n"
          "  op.create_table(\"made\", column(\"id\", Integer{}));\n"
          "  op.get_bind().execute(\"ALTER TABLE items ADD COLUMN x int\");");
  auto holder = project.database().connect();
  holder.execute("BEGIN; SELECT * FROM items");
  BackgroundMigrate program({"upgrade"}, project.path());
  while (program.running() && program.err_so_far().find("attempt 2") == std::string::npos) {
    std::this_thread::sleep_for(20ms);
  }
  holder.rollback_if_open();
  const auto result = program.wait();
  INFO(result.err);
  CHECK(result.exit_code == 0);
  CHECK_THAT(result.err, Contains("rows: 3"));
  CHECK(version_rows(project.database()) == "a1");
  CHECK(project.database().query("SELECT to_regclass('made') IS NOT NULL") == "t");
}

TEST_CASE("a refused statement leaves the revision's process as an exception, and migrate as an error", "[cli][cpp]") {
  Project project;
  add_cpp(project, "a1", "",
          "  op.create_table(\"one\", column(\"id\", Integer{}));\n"
          "  op.get_bind().execute(\"SELECT missing FROM one WHERE id = $1\", {1});");
  const auto result = project.migrate("upgrade");
  expect_refused(result, 1,
                 {"column \"missing\" does not exist", "SQLSTATE 42703",
                  fmt::format("versions/a1.cpp:{}", k_first_line + 1), "SELECT missing FROM one"});
  CHECK(project.database().query("SELECT to_regclass('one') IS NULL") == "t");
}

TEST_CASE("a backfill survives kill -9: the next run goes on, and no row is changed twice", "[cli][cpp]") {
  Project project;
  make_items(project, 300);
  add_cpp(project, "a1", "", k_with_backfill);
  for (int kill = 0; kill < 2; ++kill) {
    const int before = kill == 0 ? 0 : touched(project);
    BackgroundMigrate program({"upgrade"}, project.path());
    // The column is not there before the first run has begun.
    while (program.running() && project.database().query("SELECT to_regclass('alembic_version_backfill')").empty()) {
      std::this_thread::sleep_for(10ms);
    }
    wait_for_batches(project, program, before);
    program.signal(SIGKILL);
    program.wait();
  }
  CHECK(touched(project) < 300);
  const auto result = project.migrate("upgrade");
  INFO(result.err);
  CHECK(result.exit_code == 0);
  CHECK(project.database().query("SELECT min(touches) || ' ' || max(touches) || ' ' || count(size) FROM items") ==
        "1 1 300");
  CHECK(version_rows(project.database()) == "a1");
  CHECK(project.database().query("SELECT to_regclass('alembic_version_backfill')").empty());
}

TEST_CASE("an interrupted backfill says what stays and how to go on", "[cli][cpp]") {
  Project project;
  make_items(project, 300);
  add_cpp(project, "a1", "", k_with_backfill);
  BackgroundMigrate program({"upgrade"}, project.path());
  wait_for_batches(project, program, 0);
  program.signal(SIGINT);
  const auto result = program.wait();
  INFO(result.err);
  CHECK(result.exit_code == 130);
  CHECK_THAT(result.err, Contains("the backfill of items has changed") && Contains("goes on behind them"));
  expect_done(project.migrate("upgrade"));
  CHECK(project.database().query("SELECT min(touches) || ' ' || max(touches) FROM items") == "1 1");
}

TEST_CASE("a script of a backfill is one UPDATE, and a question stops the script", "[cli][cpp][offline]") {
  Project project;
  add_cpp(project, "a1", "", k_with_backfill);
  add_cpp(project, "b2", "a1", "  op.log(op.inspect().has_table(\"items\") ? \"there\" : \"not there\");");
  const auto script = project.migrate("upgrade", "a1", "--sql");
  expect_done(script);
  CHECK_THAT(script.out, Contains("UPDATE items SET size = 1, touches = touches + 1;"));
  const auto refused = project.migrate("upgrade", "--sql");
  expect_refused(refused, 2, {fmt::format("versions/b2.cpp:{}", k_first_line), "b2", "live database"});
  CHECK(refused.out.empty());
}
