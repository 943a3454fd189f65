#include "migrate/runtime/row_changes.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "migrate/runtime/executor.hpp"
#include "migrate/script/plan.hpp"
#include "support/temp_database.hpp"
#include "support/temp_dir.hpp"

namespace {

using namespace migrate;

/// A chain of twelve revisions, long enough to prepare the row change; each makes a table, t01 to t12.
class LongRun {
 public:
  LongRun() {
    for (int i = 1; i <= 12; ++i) write(i, fmt::format("CREATE TABLE t{:02} ();", i));
  }

  void write(int number, const std::string& sql) {
    dir_.write(fmt::format("r{:02}.sql", number),
               fmt::format("-- step\n--\n-- revision: r{:02}\n-- down_revision:{}\n\n-- migrate:upgrade\n{}\n", number,
                           number > 1 ? fmt::format(" r{:02}", number - 1) : "", sql));
  }

  /// Runs `sql` of a function whenever the table is created, whoever creates it.
  void on_creation(const std::string& table, const std::string& sql) const {
    database_.execute(
        "CREATE FUNCTION meddle() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() WHERE object_identity = 'public." +
        table + "') THEN " + sql + "; END IF; END $$;" +
        "CREATE EVENT TRIGGER meddle ON ddl_command_end EXECUTE FUNCTION meddle()");
  }

  void upgrade(engine::Connection& connection, runtime::ExecutorOptions options = {}) const {
    const std::filesystem::path locations[] = {dir_.path()};
    const auto graph = script::RevisionGraph::load(locations);
    auto table = runtime::VersionTable::locate(connection, "", "alembic_version");
    const auto rows = table.read(connection);
    const auto steps = runtime::prepare_steps(graph, script::plan_upgrade(graph, rows, "head"));
    runtime::Executor(connection, table, rows, std::move(options)).run(steps);
  }

  [[nodiscard]] std::string row() const {
    return database_.query("SELECT string_agg(version_num, ' ') FROM alembic_version");
  }
  [[nodiscard]] const test::TempDatabase& database() const { return database_; }

 private:
  test::TempDatabase database_;
  test::TempDir dir_;
};

std::string prepared(engine::Connection& connection) {
  return std::string(*connection.execute("SELECT count(*) FROM pg_prepared_statements").scalar());
}

}  // namespace

TEST_CASE("a long run prepares its row change once and arrives at the head", "[runtime]") {
  const LongRun run;
  auto connection = run.database().connect();
  run.upgrade(connection);
  CHECK(run.row() == "r12");
  CHECK(prepared(connection) == "1");
}

TEST_CASE("a prepared row change notices that its row is gone", "[runtime]") {
  const LongRun run;
  run.on_creation("t08", "DELETE FROM public.alembic_version");
  auto connection = run.database().connect();
  try {
    run.upgrade(connection);
    FAIL("the row of r07 was gone");
  } catch (const runtime::StepError& error) {
    CHECK(error.facts().step.revision == "r08");
    CHECK(error.facts().cause == runtime::StepFailure::version_row);
    CHECK_THAT(error.facts().message, Catch::Contains("the row it starts from is gone"));
  }
  CHECK(run.row() == "r07");
  CHECK(run.database().query("SELECT to_regclass('t08')").empty());
}

TEST_CASE("a row that the version table refuses is not called gone", "[runtime]") {
  const LongRun run;
  run.on_creation("t08", "ALTER TABLE public.alembic_version ADD CHECK (version_num <> 'r08')");
  auto connection = run.database().connect();
  try {
    run.upgrade(connection);
    FAIL("the row r08 is refused");
  } catch (const runtime::StepError& error) {
    CHECK(error.facts().cause == runtime::StepFailure::version_row);
    CHECK_THAT(error.facts().message, Catch::Contains("refused its new row") && Catch::Contains("check constraint"));
  }
  CHECK(run.row() == "r07");
}

TEST_CASE("a step whose prepared row change was taken away runs again without", "[runtime]") {
  const LongRun run;
  run.on_creation("t08", "EXECUTE 'DEALLOCATE ALL'");
  auto connection = run.database().connect();
  runtime::ExecutorOptions options;
  options.transaction_per_migration = GENERATE(true, false);
  run.upgrade(connection, options);
  CHECK(run.row() == "r12");
  CHECK(prepared(connection) == "0");
  CHECK(run.database().query("SELECT count(*) FROM pg_tables WHERE tablename ~ '^t[0-9]'") == "12");
}

TEST_CASE("a run finds the session as a pooler may lend it: with the row change prepared already", "[runtime]") {
  const LongRun run;
  auto connection = run.database().connect();
  run.upgrade(connection);
  connection.execute(
      "DELETE FROM alembic_version; DROP TABLE t01, t02, t03, t04, t05, t06, t07, t08, t09, t10, t11, t12");
  run.upgrade(connection);
  CHECK(run.row() == "r12");
}

TEST_CASE("revisions that empty the session leave a long run its row changes", "[runtime]") {
  LongRun run;
  run.write(5, "DEALLOCATE ALL;");
  run.write(9, "PREPARE own AS SELECT 1; SET search_path = nowhere;");
  auto connection = run.database().connect();
  run.upgrade(connection);
  CHECK(run.row() == "r12");
  CHECK(run.database().query("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename ~ '^t[0-9]'") ==
        "10");
}

TEST_CASE("a short run prepares nothing", "[runtime]") {
  const LongRun run;
  auto connection = run.database().connect();
  connection.execute(
      "CREATE TABLE alembic_version (version_num varchar(32) NOT NULL);"
      "INSERT INTO alembic_version VALUES ('r09')");
  run.upgrade(connection);
  CHECK(run.row() == "r12");
  CHECK(prepared(connection) == "0");
}
