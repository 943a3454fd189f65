#include <catch2/catch.hpp>

#include "expect.hpp"

namespace {

using namespace migrate::test;

/// A table and a function so slow that an index on it outlasts the timeout of the database.
void add_slow(const Project& project) {
  project.add_sql("a1", "",
                  "CREATE TABLE items (id int); INSERT INTO items VALUES (1), (2);\n"
                  "CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.15); "
                  "RETURN $1; END';",
                  "DROP TABLE items; DROP FUNCTION slow;");
}

std::string query_in_step(Project& project, const std::string& setting) {
  project.add_sql("a1", "", "CREATE TABLE seen AS SELECT current_setting('" + setting + "') AS value;");
  expect_done(project.migrate("upgrade", "head"));
  return project.database().query("SELECT value FROM seen");
}

}  // namespace

TEST_CASE("index builds and validation outlast statement_timeout and other statements do not", "[cli][timeouts]") {
  const bool ours = GENERATE(true, false);
  CAPTURE(ours);
  Project project(ours ? "[alembic.safety]\nstatement_timeout = \"200ms\"" : "");
  add_slow(project);
  expect_done(project.migrate("upgrade", "head"));
  if (!ours) {
    project.database().execute("ALTER DATABASE " + project.database().name() + " SET statement_timeout = '200ms'");
  }
  project.add_sql("b2", "a1",
                  "CREATE INDEX ON items (slow(id));\n"
                  "ALTER TABLE items ADD CONSTRAINT small CHECK (slow(id) < 9) NOT VALID;\n"
                  "alter table items validate constraint small;");
  expect_done(project.migrate("upgrade", "head"));
  project.add_revision("c3.sql",
                       "-- c3\n-- revision: c3\n-- down_revision: b2\n\n-- migrate:upgrade transaction:false\n"
                       "ALTER TABLE items ADD CONSTRAINT tiny CHECK (slow(id) < 8) NOT VALID;\n"
                       "ALTER TABLE items VALIDATE CONSTRAINT tiny;\n");
  expect_done(project.migrate("upgrade", "head"));
  project.add_sql("d4", "c3", "CREATE INDEX ON items (slow(id + 1));\nSELECT pg_sleep(0.5);");
  expect_refused(project.migrate("upgrade", "head"), 6, {"d4.sql:8", "statement timeout"});
}

TEST_CASE("a timeout that a revision sets itself is left alone", "[cli][timeouts]") {
  Project project("[alembic.safety]\nstatement_timeout = \"10s\"");
  add_slow(project);
  project.add_sql("b2", "a1", "SET statement_timeout = '100ms';\nCREATE INDEX ON items (slow(id));");
  expect_refused(project.migrate("upgrade", "head"), 6, {"b2.sql:8", "statement timeout"});
}

TEST_CASE("a transaction may wait for a run as long as is configured", "[cli][timeouts]") {
  Project project;
  CHECK(query_in_step(project, "idle_in_transaction_session_timeout") == "5min");
  Project patient("[alembic.safety]\nidle_timeout = \"1h\"");
  CHECK(query_in_step(patient, "idle_in_transaction_session_timeout") == "1h");
  Project indifferent("[alembic.safety]\nidle_timeout = \"\"");
  CHECK(query_in_step(indifferent, "idle_in_transaction_session_timeout") == "0");
  Project idle;
  idle.database().execute("ALTER DATABASE " + idle.database().name() + " SET idle_session_timeout = '10min'");
  CHECK(query_in_step(idle, "idle_session_timeout") == "0");
}
