// What someone types who does not know the program yet: each answer names the mistake and the next step.
#include "expect.hpp"

using namespace migrate::test;

namespace {

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a message that looks like a relative identifier keeps its minus", "[cli][newcomer]") {
  const Project project;
  expect_done(project.migrate("revision", "-m", "-1 is no number of rows", "--rev-id", "one"));
  const auto shown = project.migrate("history");
  CHECK(holds(shown.out, "one (head), -1 is no number of rows"));
  expect_refused(project.migrate("revision", "-m", "x", "--rev-id", "-1"), 2, {"'-1'"});
}

TEST_CASE("a label does not swallow the revisions to merge", "[cli][newcomer]") {
  const Project project;
  project.add_sql("root", "", "SELECT 1;");
  project.add_sql("left", "root", "SELECT 1;");
  project.add_sql("right", "root", "SELECT 1;");
  expect_done(project.migrate("merge", "--branch-label", "joined", "left", "right", "-m", "join"));
  CHECK(holds(project.migrate("show", "joined").out, "Merges: left, right"));
  expect_refused(project.migrate("revision", "-m", "x", "--head", "root", "--splice", "--branch-label", "a b"), 2,
                 {"--branch-label", "a b"});
}

TEST_CASE("help is a command, and knows the others", "[cli][newcomer]") {
  const TempDir directory;
  const auto all = run_migrate({"help"}, directory.path());
  CHECK(all.exit_code == 0);
  CHECK(all.out == run_migrate({"--help"}, directory.path()).out);
  const auto one = run_migrate({"help", "upgrade"}, directory.path());
  CHECK(one.exit_code == 0);
  CHECK(one.out == run_migrate({"upgrade", "--help"}, directory.path()).out);
  CHECK(holds(one.out, "migrate upgrade +2"));
  expect_refused(run_migrate({"help", "upgrad"}, directory.path()), 2, {"upgrad", "did you mean upgrade?"});
}

TEST_CASE("every command's help gives an example", "[cli][newcomer]") {
  const TempDir directory;
  for (const std::string verb :
       {"init", "revision", "merge", "rebase", "edit", "plan", "upgrade", "downgrade", "stamp", "ensure_version",
        "current", "heads", "branches", "history", "show", "config", "build", "db"}) {
    INFO(verb);
    const auto result = run_migrate({verb, "--help"}, directory.path());
    CHECK(result.exit_code == 0);
    CHECK(holds(result.out, "\n  migrate "));
    CHECK(result.err.empty());
  }
}

TEST_CASE("without any word the help goes to stderr", "[cli][newcomer]") {
  const TempDir directory;
  expect_refused(run_migrate({}, directory.path()), 2, {"upgrade", "downgrade"});
}

TEST_CASE("an option that swallowed the command is named", "[cli][newcomer]") {
  const TempDir directory;
  expect_refused(run_migrate({"-n", "heads"}, directory.path()), 2, {"no command", "-n took \"heads\""});
}

TEST_CASE("a misspelt option suggests the nearest, a misplaced one its place", "[cli][newcomer]") {
  const TempDir directory;
  expect_refused(run_migrate({"upgrade", "--slq"}, directory.path()), 2, {"upgrade", "--slq", "did you mean --sql?"});
  expect_refused(run_migrate({"-m", "x", "revision"}, directory.path()), 2, {"-m", "after the command"});
  expect_refused(run_migrate({"heads", "-1"}, directory.path()), 2, {"\"-1\""});
}

TEST_CASE("words in the wrong order or one too many are named", "[cli][newcomer]") {
  const TempDir directory;
  expect_refused(run_migrate({"head", "upgrade"}, directory.path()), 2, {"no command \"head\""});
  expect_refused(run_migrate({"upgrade", "head", "now"}, directory.path()), 2, {"migrate upgrade", "\"now\""});
  expect_refused(run_migrate({"revision", "create accounts"}, directory.path()), 2,
                 {"migrate revision -m \"create accounts\""});
}

TEST_CASE("what is missing is named with an example", "[cli][newcomer]") {
  const TempDir directory;
  expect_refused(run_migrate({"downgrade"}, directory.path()), 2, {"migrate downgrade -1"});
  expect_refused(run_migrate({"merge"}, directory.path()), 2, {"two revisions or more", "migrate merge heads"});
  expect_refused(run_migrate({"revision", "-m"}, directory.path()), 2, {"--message needs a value"});
  expect_refused(run_migrate({"db"}, directory.path()), 2, {"start", "psql"});
  expect_refused(run_migrate({"db", "strat"}, directory.path()), 2, {"db strat", "did you mean start?"});
  expect_refused(run_migrate({"current", "-c"}, directory.path()), 2, {"--check-heads"});
}

TEST_CASE("a project without revisions says so instead of nothing", "[cli][newcomer]") {
  const Project project;
  for (const std::string verb : {"heads", "history", "upgrade"}) {
    INFO(verb);
    const auto result = project.migrate(verb);
    CHECK(result.exit_code == 0);
    CHECK(result.out.empty());
    CHECK(holds(result.err, "no revision files in"));
  }
  CHECK(holds(project.migrate("show", "base").err, "names no revision"));
  CHECK(holds(project.migrate("branches").err, "does not branch"));
}

TEST_CASE("a script without a step says so on stderr", "[cli][newcomer]") {
  const Project project;
  project.add_sql("one", "", "SELECT 1;", "SELECT 1;");
  const auto result = project.migrate("upgrade", "one:one", "--sql");
  CHECK(result.exit_code == 0);
  CHECK(holds(result.err, "changes nothing"));
}

TEST_CASE("an editor that is not there is named", "[cli][newcomer]") {
  const Project project;
  project.add_sql("one", "", "SELECT 1;");
  expect_refused(project.run({"edit", "one"}, {{"EDITOR", "no-such-editor --wait"}, {"PATH", "/usr/bin:/bin"}}), 2,
                 {"no-such-editor", "$EDITOR"});
}

TEST_CASE("psql takes its words with and without two dashes before them", "[cli][newcomer]") {
  const Project project;
  for (const bool dashes : {false, true}) {
    std::vector<std::string> words{"db", "psql"};
    if (dashes) words.emplace_back("--");
    words.insert(words.end(), {"-XAt", "-c", "SELECT 6 * 7"});
    const auto result = project.run(words, {{"PATH", "/usr/bin:/bin"}});
    INFO(result.err);
    CHECK(result.exit_code == 0);
    CHECK(result.out == "42\n");
  }
}

TEST_CASE("answers as JSON hold for small commands too", "[cli][newcomer][json]") {
  const Project project;
  CHECK(holds(project.migrate("--json", "db", "url").out, "\"url\": \"postgresql://"));
  CHECK(holds(project.migrate("--json", "ensure_version").out, "\"created\": true"));
  CHECK(holds(project.migrate("--json", "ensure_version").out, "\"created\": false"));
  const TempDir directory;
  CHECK(holds(run_migrate({"--json", "init"}, directory.path()).out, "alembic.toml"));
}

TEST_CASE("a database that cannot be reached is told once for each try", "[cli][newcomer]") {
  const TempDir directory;
  directory.write("alembic.toml",
                  "[alembic]\n[alembic.engine]\nurl = \"postgresql://127.0.0.1:1/x\"\nconnect_retries = 0\n");
  const auto result = run_migrate({"current"}, directory.path());
  CHECK(result.exit_code == 4);
  CHECK(result.err.find("cannot connect") == result.err.rfind("cannot connect"));
}
