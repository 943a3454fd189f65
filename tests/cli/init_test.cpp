// From an empty folder to a moving database, as the README tells it.
#include <fstream>

#include "expect.hpp"

using namespace migrate::test;

namespace {

std::string path_in(const RunResult& result) {
  expect_done(result);
  REQUIRE(result.out.ends_with(".sql\n"));
  return result.out.substr(0, result.out.size() - 1);
}

/// Fills both sections of a fresh revision file.
void fill(const std::string& path, const std::string& upgrade, const std::string& downgrade) {
  std::ifstream in(path);
  std::string text((std::istreambuf_iterator<char>(in)), {});
  const auto insert = [&](const std::string& marker, const std::string& sql) {
    const auto at = text.find(marker);
    REQUIRE(at != std::string::npos);
    text.insert(at + marker.size(), "\n" + sql + "\n");
  };
  insert("-- migrate:upgrade", upgrade);
  insert("-- migrate:downgrade", downgrade);
  std::ofstream(path) << text;
}

void walk_through(const TempDir& directory, const Environment& environment) {
  const auto migrate = [&](std::vector<std::string> words) {
    return run_migrate(words, directory.path(), environment);
  };
  expect_done(migrate({"init"}));
  const std::string file = path_in(migrate({"revision", "-m", "create accounts"}));
  CHECK(file.find("_create_accounts.sql") != std::string::npos);
  fill(file, "CREATE TABLE accounts (id bigint PRIMARY KEY);", "DROP TABLE accounts;");
  expect_done(migrate({"upgrade", "head"}));
  CHECK(migrate({"current"}).out.find("(head)") != std::string::npos);
  // Nobody is here to be asked whether the table may go.
  expect_refused(migrate({"downgrade", "-1"}), 8, {"DROP TABLE accounts", "--allow-destructive"});
  expect_done(migrate({"downgrade", "-1", "--allow-destructive"}));
  CHECK(migrate({"current"}).out.empty());
  expect_done(migrate({"upgrade", "head"}));
  expect_done(migrate({"downgrade", "base", "--allow-destructive"}));
  expect_done(migrate({"upgrade", "head"}));
}

}  // namespace

TEST_CASE("an empty folder becomes a project on the embedded PostgreSQL", "[cli][init]") {
  const TempDir directory;
  walk_through(directory, {});
  const auto status = run_migrate({"db", "status"}, directory.path());
  CHECK(status.out.find("running") != std::string::npos);
  CHECK(run_migrate({"db", "psql", "-Atc", "SELECT count(*) FROM accounts"}, directory.path()).out == "0\n");
  CHECK(run_migrate({"db", "url"}, directory.path()).out.find("postgresql://") == 0);
  expect_done(run_migrate({"db", "stop"}, directory.path()));
  CHECK(run_migrate({"db", "status"}, directory.path()).out.find("stopped") == 0);
  // The data is still there after a restart.
  CHECK(run_migrate({"current"}, directory.path()).out.find("(head)") != std::string::npos);
  expect_done(run_migrate({"db", "stop"}, directory.path()));
}

TEST_CASE("an empty folder becomes a project on a real server", "[cli][init]") {
  TempDatabase database;
  walk_through(TempDir(), {{"DATABASE_URL", database.uri()}});
  CHECK(database.query("SELECT to_regclass('accounts')") == "accounts");
}

TEST_CASE("every init template gives a project that works", "[cli][init]") {
  const auto listed = run_migrate({"list_templates"}, "/");
  for (const std::string name : {"generic", "cpp", "multidb"}) {
    CHECK(listed.out.find(name) != std::string::npos);
    const TempDir directory;
    TempDatabase database;
    const Environment environment{{"DATABASE_URL", database.uri()}, {"BILLING_DATABASE_URL", database.uri()}};
    expect_done(run_migrate({"init", "p", "-t", name}, directory.path(), environment));
    const auto project = directory.path() / "p";
    const auto made = run_migrate({"revision", "-m", "first thing"}, project, environment);
    INFO(name << ": " << made.err);
    CHECK(made.exit_code == 0);
    CHECK(run_migrate({"heads"}, project, environment).out.find("(head)") != std::string::npos);
    CHECK(run_migrate({"current"}, project, environment).exit_code == 0);
  }
  CHECK(run_migrate({"list-templates"}, "/").out == listed.out);
}

TEST_CASE("a new revision builds on the head, takes branches and merges", "[cli][revision]") {
  Project project;
  expect_done(project.migrate("revision", "-m", "first", "--rev-id", "a1"));
  expect_done(project.migrate("revision", "-m", "second", "--rev-id", "b2"));
  expect_refused(project.migrate("revision", "-m", "side", "--head", "a1"), 2, {"a1", "--splice"});
  expect_done(project.migrate("revision", "-m", "side", "--rev-id", "c3", "--head", "a1", "--splice", "--branch-label",
                              "side"));
  expect_refused(project.migrate("revision", "-m", "more"), 2, {"b2", "c3"});
  CHECK(project.migrate("heads").out == "b2 (head)\nc3 (side) (head)\n");
  expect_done(project.migrate("merge", "heads", "-m", "join", "--rev-id", "d4"));
  CHECK(project.migrate("heads").out == "d4 (side) (head)\n");
  expect_done(project.migrate("upgrade"));
  CHECK(version_rows(project.database()) == "d4");
  CHECK(project.migrate("history").out ==
        "b2, c3 -> d4 (side) (head) (mergepoint), join\na1 -> b2, second\na1 -> c3 (side), side\n"
        "<base> -> a1 (branchpoint), first\n");
  CHECK(project.migrate("show", "d4").out.find("Merges: b2, c3") != std::string::npos);
}

TEST_CASE("post-write hooks run on the new file, and a failing one fails the command", "[cli][revision]") {
  Project project(
      "[[alembic.post_write_hooks]]\ncommand = [\"sh\", \"-c\", \"echo '-- checked' >> \\\"$0\\\"\", \"{file}\"]\n");
  const auto made = project.migrate("revision", "-m", "first");
  expect_done(made);
  const std::string path = made.out.substr(0, made.out.size() - 1);
  CHECK(project.directory().read(std::filesystem::relative(path, project.path())).ends_with("-- checked\n"));
  Project failing("[[alembic.post_write_hooks]]\ncommand = [\"false\"]\n");
  expect_refused(failing.migrate("revision", "-m", "first"), 2, {"hook", "false"});
}

TEST_CASE("a file template with folders counts from the version location for every revision", "[cli][revision]") {
  Project project("recursive_version_locations = true\nfile_template = \"deep/{rev}\"\n");
  expect_done(project.migrate("revision", "-m", "first", "--rev-id", "a1"));
  expect_done(project.migrate("revision", "-m", "second", "--rev-id", "b2"));
  CHECK(std::filesystem::exists(project.path() / "versions/deep/b2.sql"));
  CHECK(project.migrate("heads").out == "b2 (head)\n");

  Project lost("file_template = \"deep/{rev}\"\n");
  expect_refused(lost.migrate("revision", "-m", "first"), 2, {"file_template", "recursive_version_locations = true"});
  CHECK(std::filesystem::is_empty(lost.path() / "versions"));
}
