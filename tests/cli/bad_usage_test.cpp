// Mistakes on the command line, in alembic.toml and about the target: exit code 2, one clear message, nothing run.
#include "expect.hpp"

using namespace migrate::test;

namespace {

void add_history(Project& project) {
  project.add_sql("abc1", "", "CREATE TABLE one (id int);", "DROP TABLE one;");
  project.add_sql("abd2", "abc1", "CREATE TABLE two (id int);", "DROP TABLE two;");
}

}  // namespace

TEST_CASE("without alembic.toml the message names init", "[cli][bad-input]") {
  const TempDir directory;
  expect_refused(run_migrate({"upgrade", "head"}, directory.path()), 2, {"alembic.toml", "migrate init"});
}

TEST_CASE("a typo in a key is told with its line and the nearest key", "[cli][bad-input]") {
  const TempDir directory;
  directory.write("alembic.toml", "[alembic]\nversion_location = [\"versions\"]\n");
  expect_refused(run_migrate({"current"}, directory.path()), 2,
                 {"alembic.toml:2", "version_location", "version_locations"});
}

TEST_CASE("malformed TOML is told with its line", "[cli][bad-input]") {
  const TempDir directory;
  directory.write("alembic.toml", "[alembic]\nversion_table = \"x\n");
  expect_refused(run_migrate({"current"}, directory.path()), 2, {"alembic.toml:2"});
}

TEST_CASE("an unset variable is told by name", "[cli][bad-input]") {
  const TempDir directory;
  directory.write("alembic.toml", "[alembic]\n[alembic.engine]\nurl = \"${SHOP_DATABASE}\"\n");
  expect_refused(run_migrate({"current"}, directory.path()), 2, {"alembic.toml:3", "SHOP_DATABASE"});
}

TEST_CASE("an unknown revision is told and nothing runs", "[cli][bad-input]") {
  Project project;
  add_history(project);
  expect_refused(project.migrate("upgrade", "zzz"), 2, {"zzz"});
  CHECK(tables(project.database()) == 0);
}

TEST_CASE("an ambiguous prefix lists its candidates", "[cli][bad-input]") {
  Project project;
  add_history(project);
  expect_refused(project.migrate("upgrade", "ab"), 2, {"ab", "abc1", "abd2"});
  CHECK(tables(project.database()) == 0);
}

TEST_CASE("several heads are told with what to do", "[cli][bad-input]") {
  Project project;
  add_history(project);
  project.add_sql("abe3", "abc1", "CREATE TABLE three (id int);", "DROP TABLE three;");
  expect_refused(project.migrate("upgrade"), 2, {"abd2", "abe3", "heads"});
  expect_refused(project.migrate("upgrade", "head"), 2, {"abd2", "abe3"});
  CHECK(tables(project.database()) == 0);
}

TEST_CASE("an unknown command suggests the nearest", "[cli][bad-input]") {
  const TempDir directory;
  expect_refused(run_migrate({"upgrad", "head"}, directory.path()), 2, {"upgrad", "upgrade"});
}

TEST_CASE("an unknown option is a usage error", "[cli][bad-input]") {
  const TempDir directory;
  expect_refused(run_migrate({"upgrade", "--fast"}, directory.path()), 2, {"--fast"});
}

TEST_CASE("a missing argument is a usage error", "[cli][bad-input]") {
  const TempDir directory;
  expect_refused(run_migrate({"downgrade"}, directory.path()), 2, {"revision"});
}

TEST_CASE("a range is only for --sql", "[cli][bad-input]") {
  Project project;
  add_history(project);
  expect_refused(project.migrate("upgrade", "abc1:abd2"), 2, {"--sql"});
  expect_refused(project.migrate("downgrade", "head", "--sql"), 2, {"range"});
  CHECK(tables(project.database()) == 0);
}

TEST_CASE("init refuses a directory that holds a project, and an unknown template", "[cli][bad-input]") {
  const TempDir directory;
  directory.write("alembic.toml", "[alembic]\n");
  expect_refused(run_migrate({"init"}, directory.path()), 2, {"alembic.toml"});
  CHECK(directory.read("alembic.toml") == "[alembic]\n");
  expect_refused(run_migrate({"init", "new", "-t", "generik"}, directory.path()), 2, {"generik", "generic"});
  CHECK_FALSE(std::filesystem::exists(directory.path() / "new"));
}

TEST_CASE("a failure in JSON mode is an object on stdout", "[cli][json]") {
  Project project;
  add_history(project);
  const auto result = project.migrate("--json", "upgrade", "zzz");
  CHECK(result.exit_code == 2);
  CHECK(result.out.find("\"event\":\"error\"") != std::string::npos);
  CHECK(result.out.find("\"exit_code\":2") != std::string::npos);
}
