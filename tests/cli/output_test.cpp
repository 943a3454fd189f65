// Streams, JSON and the scripts of --sql.
#include <algorithm>

#include "expect.hpp"
#include "migrate/base/process.hpp"

using namespace migrate::test;

namespace {

void add_history(Project& project) {
  project.add_sql("a1", "", "CREATE TABLE one (id int);", "DROP TABLE one;");
  project.add_sql("b2", "a1", "COPY one FROM stdin;\n1\n2\n\\.\nSET search_path = '';", "TRUNCATE one;");
  project.add_revision("c3.sql",
                       "-- c\n-- revision: c3\n-- down_revision: b2\n\n-- migrate:upgrade transaction:false\n"
                       "CREATE INDEX CONCURRENTLY one_id ON one (id);\n\n-- migrate:downgrade\nDROP INDEX one_id;\n");
}

/// Feeds a script to psql as a user would.
migrate::base::ProcessResult psql(TempDatabase& database, const std::string& script) {
  migrate::base::ProcessOptions options;
  options.input = script;
  return migrate::base::run_process({"psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database.uri(), "-f", "-"},
                                    options);
}

}  // namespace

TEST_CASE("an offline script does under psql what upgrade does", "[cli][offline]") {
  Project project;
  add_history(project);
  const auto script = project.migrate("upgrade", "head", "--sql");
  expect_done(script);
  CHECK(version_rows(project.database()) == "(no table)");
  const auto ran = psql(project.database(), script.out);
  INFO(script.out << ran.errors);
  CHECK(ran.exit_code == 0);
  CHECK(version_rows(project.database()) == "c3");
  CHECK(project.database().query("SELECT count(*) FROM one") == "2");

  const auto undo = project.migrate("downgrade", "c3:base", "--sql");
  const auto undone = psql(project.database(), undo.out);
  INFO(undo.out << undone.errors);
  CHECK(undone.exit_code == 0);
  CHECK(version_rows(project.database()).empty());
  CHECK(tables(project.database()) == 1);
}

TEST_CASE("an offline script aborts on a database that is somewhere else", "[cli][offline]") {
  Project project;
  add_history(project);
  expect_done(project.migrate("upgrade", "a1"));
  const auto script = project.migrate("upgrade", "b2:c3", "--sql");
  const auto ran = psql(project.database(), script.out);
  INFO(ran.errors);
  CHECK(ran.exit_code != 0);
  CHECK(ran.errors.find("not at revision b2") != std::string::npos);
  CHECK(version_rows(project.database()) == "a1");
}

TEST_CASE("a failure with --sql leaves stdout empty", "[cli][offline]") {
  Project project;
  add_history(project);
  project.add_revision("d4.sql", "-- d\n-- revision: d4\n-- down_revision: c3\n\n-- migrate:upgrade\nSELECT 'x;\n");
  expect_refused(project.migrate("upgrade", "head", "--sql"), 2, {"d4.sql"});
}

TEST_CASE("JSON answers: one document for a question, one object a line for a move", "[cli][json]") {
  Project project;
  add_history(project);
  const auto moved = project.migrate("--json", "upgrade", "head");
  expect_done(moved);
  CHECK(std::count(moved.out.begin(), moved.out.end(), '\n') == 8);
  CHECK(moved.out.starts_with("{\"event\":\"start\",\"version\":1,"));
  CHECK(moved.out.find("\n{\"event\":\"step\",\"status\":\"started\",\"direction\":\"upgrade\",\"revision\":\"a1\"") !=
        std::string::npos);
  CHECK(moved.out.find("{\"event\":\"finished\",\"changed\":true,\"steps\":3") != std::string::npos);
  CHECK(project.migrate("upgrade", "head", "--json").out.find("\"changed\":false") != std::string::npos);
  const auto current = project.migrate("current", "--json");
  CHECK(current.out.find("\"revision\": \"c3\"") != std::string::npos);
  CHECK(current.out.find("\"at_heads\": true") != std::string::npos);
  CHECK(project.migrate("history", "--json").out.find("\"down_revision\": [") != std::string::npos);
}

TEST_CASE("quiet keeps stderr empty, and nothing is coloured in a pipe", "[cli]") {
  Project project;
  add_history(project);
  const auto quiet = project.migrate("-q", "upgrade", "head");
  expect_done(quiet);
  CHECK(quiet.err.empty());
  const auto history = project.migrate("history", "-v");
  CHECK(history.out.find('\033') == std::string::npos);
  CHECK(project.migrate("--color", "always", "history").out.find('\033') != std::string::npos);
}

TEST_CASE("stamp moves the row alone, and ensure_version makes the table alone", "[cli]") {
  Project project;
  add_history(project);
  expect_done(project.migrate("ensure-version"));
  CHECK(version_rows(project.database()).empty());
  expect_done(project.migrate("ensure_version"));
  expect_done(project.migrate("stamp", "head"));
  CHECK(version_rows(project.database()) == "c3");
  CHECK(tables(project.database()) == 1);
  expect_done(project.migrate("stamp", "base"));
  CHECK(version_rows(project.database()).empty());
  CHECK(project.migrate("ensure_version", "--sql").out.find("CREATE TABLE IF NOT EXISTS") == 0);
}

TEST_CASE("notices of the server are shown", "[cli]") {
  Project project;
  project.add_sql("a1", "", "DO $$ BEGIN RAISE NOTICE 'half way'; END $$;");
  CHECK(project.migrate("upgrade").err.find("NOTICE: half way") != std::string::npos);
}

TEST_CASE("the version table may have another name and schema", "[cli]") {
  Project project("version_table = \"Mixed Case\"\nversion_table_schema = \"meta\"\n");
  add_history(project);
  project.database().execute("CREATE SCHEMA meta");
  expect_done(project.migrate("upgrade", "head"));
  CHECK(project.database().query("SELECT version_num FROM meta.\"Mixed Case\"") == "c3");
  CHECK(project.database().query(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'meta.\"Mixed Case\"'::regclass") == "Mixed Case_pkc");
}
