// PgBouncer between migrate and the server. MIGRATE_TEST_RUNS sets how many runs compete.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <memory>

#include "expect.hpp"
#include "support/pgbouncer.hpp"

namespace {

using namespace migrate::test;

int number_of_runs() {
  const char* text = std::getenv("MIGRATE_TEST_RUNS");
  return text == nullptr ? 10 : std::atoi(text);
}

/// A project whose engine.url leads to the pooler.
void go_through(const Project& project, const PgBouncer& pooler, const std::string& direct_url) {
  project.directory().write("alembic.toml", "[alembic]\nengine.url = \"" + pooler.url().to_string() + "\"\n" +
                                                (direct_url.empty() ? "" : "engine.direct_url = \"" + direct_url) +
                                                (direct_url.empty() ? "" : "\"\n"));
}

void add_history(const Project& project) {
  project.add_sql("a1", "", "CREATE TABLE items (id int); CREATE TABLE tally (step text);", "DROP TABLE items, tally;");
  project.add_revision("b2.sql",
                       "-- b2\n-- revision: b2\n-- down_revision: a1\n\n-- migrate:upgrade transaction:false\n"
                       "CREATE INDEX CONCURRENTLY items_id ON items (id);\nINSERT INTO tally VALUES ('b2');\n");
}

}  // namespace

TEST_CASE("a pooler that lends sessions to others is refused before anything runs", "[cli][pooler]") {
  Project project;
  const PgBouncer pooler(project.database().url());
  go_through(project, pooler, "");
  add_history(project);
  expect_refused(project.migrate("upgrade", "head"), 2, {"engine.url", "direct_url", "Nothing was run"});
  CHECK(version_rows(project.database()) == "(no table)");
  expect_refused(project.migrate("stamp", "a1"), 2, {"direct_url"});
  // Questions need no session.
  expect_done(project.migrate("current"));
  expect_done(project.migrate("status"));
}

TEST_CASE("with nothing to do a pooler is as good as the server", "[cli][pooler]") {
  Project project;
  add_history(project);
  expect_done(project.migrate("upgrade", "head"));
  const PgBouncer pooler(project.database().url());
  go_through(project, pooler, "");
  expect_done(project.migrate("upgrade", "head"));
}

TEST_CASE("many runs at once around a pooler take each step once", "[cli][pooler]") {
  Project project;
  const PgBouncer pooler(project.database().url());
  go_through(project, pooler, project.database().uri());
  add_history(project);
  std::vector<std::unique_ptr<BackgroundMigrate>> runs;
  for (int i = 0; i < number_of_runs(); ++i) {
    runs.push_back(std::make_unique<BackgroundMigrate>(std::vector<std::string>{"upgrade", "head"}, project.path()));
  }
  for (auto& run : runs) expect_done(run->wait());
  CHECK(project.database().query("SELECT string_agg(step, ' ') FROM tally") == "b2");
  CHECK(project.database().query("SELECT count(*) FROM alembic_version_log WHERE statement IS NULL") == "2");
}

TEST_CASE("a pooler in session mode gives a run a session of its own", "[cli][pooler]") {
  Project project;
  const PgBouncer pooler(project.database().url(), PgBouncer::Mode::session, 5);
  go_through(project, pooler, "");
  add_history(project);
  expect_done(project.migrate("upgrade", "head"));
  CHECK(version_rows(project.database()) == "b2");
}

TEST_CASE("the option url goes before direct_url and direct_url before url", "[cli][pooler]") {
  Project project;
  add_history(project);
  project.directory().write(
      "alembic.toml",
      "[alembic]\nengine.url = \"postgresql://nobody@/nowhere?host=/nowhere\"\nengine.direct_url = "
      "\"${DIRECT:-}\"\n");
  CHECK(project.migrate("current").exit_code == 4);
  const auto shown = project.run({"config"}, {{"DIRECT", project.database().uri()}});
  CHECK_THAT(shown.out, Catch::Contains("engine.direct_url") && Catch::Contains(project.database().name()));
  expect_done(project.run({"upgrade", "head"}, {{"DIRECT", project.database().uri()}}));
  expect_done(project.run({"--url", project.database().uri(), "current"}, {{"DIRECT", "postgresql://x@/y?host=/z"}}));
  expect_refused(project.run({"current"}, {{"DIRECT", "embedded"}}), 2, {"engine.direct_url", "embedded"});
  expect_refused(project.run({"current"}, {{"DIRECT", "postgres//x"}}), 2, {"engine.direct_url"});
}
