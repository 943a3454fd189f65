// --output junit, sarif, github, gitlab: one whole document on stdout whatever becomes of the run; and what is said to
// GitHub without being asked.
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "expect.hpp"
#include "migrate/base/clock.hpp"

namespace {

using namespace migrate;
using namespace migrate::test;
using namespace std::chrono_literals;
using Catch::Contains;
using nlohmann::json;

void add_history(const Project& project) {
  project.add_sql("a1", "", "CREATE TABLE one (id int);", "DROP TABLE one;");
  project.add_sql("b2", "a1", "CREATE TABLE two (id int);");
}

void add_failing(const Project& project) {
  project.add_sql("c3", "b2", "CREATE TABLE three (id int);\nSELECT 1 / 0;");
}

json results(const RunResult& run) {
  INFO(run.out << run.err);
  const auto log = json::parse(run.out);
  CHECK(log["version"] == "2.1.0");
  CHECK(log["runs"].size() == 1);
  const auto& one = log["runs"][0];
  CHECK(one["tool"]["driver"]["name"] == "migrate");
  CHECK(one["invocations"][0]["exitCode"] == run.exit_code);
  for (const auto& result : one["results"]) {
    const auto& rules = one["tool"]["driver"]["rules"];
    CHECK(rules.at(result["ruleIndex"].get<std::size_t>())["id"] == result["ruleId"]);
    CHECK(result["message"]["text"].get<std::string>() != "");
  }
  return one["results"];
}

json place(const json& result) {
  return result["locations"][0]["physicalLocation"];
}

}  // namespace

TEST_CASE("a JUnit report has a case for each revision and tells the one that failed", "[cli][output]") {
  Project project;
  add_history(project);
  const auto good = project.migrate("upgrade", "--output", "junit");
  expect_done(good);
  CHECK(
      good.out.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"migrate\" tests=\"2\""
                           " failures=\"0\" errors=\"0\" skipped=\"0\" time="));
  CHECK_THAT(good.out, Contains("<testcase name=\"upgrade a1 -&gt; b2, revision b2\" classname=\"migrate upgrade\""
                                " file=\"versions/b2.sql\" time=\"0."));
  CHECK_THAT(good.err, Contains("Running upgrade a1 -> b2"));
  add_failing(project);
  const auto bad = project.migrate("--output=junit", "upgrade");
  CHECK(bad.exit_code == 1);
  CHECK_THAT(bad.out, Contains("tests=\"1\" failures=\"1\" errors=\"0\""));
  CHECK_THAT(bad.out, Contains("<failure message=\"upgrade b2 -&gt; c3, revision c3: division by zero\" "
                               "type=\"revision-failed\">versions/c3.sql:8:"));
  CHECK(bad.out.ends_with("</testsuites>\n"));
  CHECK_THAT(bad.err, Contains("Error: division by zero"));
  const auto nothing = project.migrate("upgrade", "b2", "--output", "junit");
  expect_done(nothing);
  CHECK_THAT(nothing.out, Contains("tests=\"1\" failures=\"0\"") && Contains("<testcase name=\"migrate upgrade\""));
}

TEST_CASE("a JUnit report says which steps were rolled back with the one that failed", "[cli][output]") {
  Project project("transaction_per_migration = false\n");
  add_history(project);
  add_failing(project);
  const auto bad = project.migrate("upgrade", "--output", "junit");
  CHECK(bad.exit_code == 1);
  CHECK_THAT(bad.out, Contains("tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"2\""));
  CHECK_THAT(bad.out, Contains("<skipped message=\"rolled back"));
}

TEST_CASE("a SARIF report points at the statement that failed relative to the project", "[cli][output]") {
  Project project;
  add_history(project);
  CHECK(results(project.migrate("upgrade", "--output", "sarif")).empty());
  add_failing(project);
  const auto bad = project.migrate("upgrade", "--output", "sarif");
  CHECK(bad.exit_code == 1);
  const auto found = results(bad);
  REQUIRE(found.size() == 1);
  CHECK(found[0]["ruleId"] == "revision-failed");
  CHECK(found[0]["level"] == "error");
  CHECK(place(found[0])["artifactLocation"] == json({{"uri", "versions/c3.sql"}, {"uriBaseId", "%SRCROOT%"}}));
  CHECK(place(found[0])["region"]["startLine"] == 8);
  CHECK(found[0]["properties"]["revision"] == "c3");
}

TEST_CASE("every fault of a configuration is a finding of its own", "[cli][output]") {
  Project project;
  project.directory().write("alembic.toml", "[alembic]\nversion_tabel = \"x\"\ntruncate_slug_length = \"many\"\n");
  const auto found = results(project.migrate("upgrade", "--output", "sarif"));
  REQUIRE(found.size() == 2);
  CHECK(place(found[0])["artifactLocation"]["uri"] == "alembic.toml");
  CHECK(place(found[0])["region"] == json({{"startLine", 2}, {"startColumn", 1}}));
  CHECK(place(found[1])["region"]["startLine"] == 3);
}

TEST_CASE("a report is whole when the database cannot be reached or nothing was understood", "[cli][output]") {
  Project project;
  add_history(project);
  const std::string nobody = "postgresql://u:s3cr3t@127.0.0.1:1/d?connect_timeout=2";
  const auto lost = project.migrate("--url", nobody, "upgrade", "--output", "junit");
  CHECK(lost.exit_code == 4);
  CHECK_THAT(lost.out,
             Contains("tests=\"1\" failures=\"0\" errors=\"1\"") && Contains("type=\"database-unreachable\""));
  CHECK_THAT(lost.out + lost.err, !Contains("s3cr3t"));
  const auto typo = project.migrate("upgrade", "--no-such", "--output", "sarif");
  CHECK(typo.exit_code == 2);
  CHECK(results(typo)[0]["ruleId"] == "invalid-input");
  const auto unfit = project.migrate("history", "--output", "gitlab");
  CHECK(unfit.exit_code == 2);
  CHECK(json::parse(unfit.out)[0]["check_name"] == "invalid-input");
  CHECK(project.migrate("upgrade", "--output", "yaml").exit_code == 2);
  CHECK(project.migrate("upgrade", "--output", "sarif", "--json").exit_code == 2);
}

TEST_CASE("a report is whole when a signal ends the run", "[cli][output]") {
  Project project;
  add_history(project);
  project.add_sql("c3", "b2", "SELECT pg_sleep(60);");
  BackgroundMigrate run({"upgrade", "--output", "junit"}, project.path());
  const base::Stopwatch watch;
  while (project.database().query("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
                                  " AND datname = current_database()") != "1") {
    REQUIRE(run.running());
    REQUIRE(watch.milliseconds() < 30'000);
  }
  CHECK(run.out_so_far().empty());
  run.signal(SIGTERM);
  const auto result = run.wait(30s);
  CHECK(result.exit_code == 143);
  CHECK_THAT(result.out, Contains("tests=\"3\" failures=\"1\"") && Contains("type=\"interrupted\""));
  CHECK(result.out.ends_with("</testsuites>\n"));
}

TEST_CASE("GitLab gets a list whose fingerprints stay when lines move", "[cli][output]") {
  Project project;
  add_history(project);
  CHECK(json::parse(project.migrate("upgrade", "--output", "gitlab").out).empty());
  add_failing(project);
  const auto first = json::parse(project.migrate("upgrade", "--output", "gitlab").out);
  project.add_sql("c3", "b2", "-- a comment\n\nSELECT 1 / 0;");
  const auto second = json::parse(project.migrate("upgrade", "--output", "gitlab").out);
  REQUIRE(first.size() == 1);
  CHECK(first[0]["check_name"] == "revision-failed");
  CHECK(first[0]["severity"] == "major");
  CHECK(first[0]["location"]["path"] == "versions/c3.sql");
  CHECK(first[0]["location"]["lines"]["begin"] == 8);
  CHECK(second[0]["location"]["lines"]["begin"] == 9);
  CHECK(first[0]["fingerprint"] == second[0]["fingerprint"]);
}

TEST_CASE("checks report each finding at the file it is about", "[cli][output]") {
  Project project;
  add_history(project);
  const auto pending = project.migrate("status", "--check", "--output", "gitlab");
  CHECK(pending.exit_code == 3);
  const auto list = json::parse(pending.out);
  REQUIRE(list.size() == 2);
  CHECK(list[1]["check_name"] == "pending-revision");
  CHECK(list[1]["location"]["path"] == "versions/b2.sql");
  const auto behind = results(project.migrate("current", "--check-heads", "--output", "sarif"));
  REQUIRE(behind.size() == 1);
  CHECK(behind[0]["ruleId"] == "not-at-heads");
  CHECK(place(behind[0])["artifactLocation"]["uri"] == "alembic.toml");
  project.add_sql("b3", "a1", "SELECT 1;");
  const auto heads = project.migrate("heads", "--check", "--output", "junit");
  CHECK(heads.exit_code == 3);
  CHECK_THAT(heads.out, Contains("tests=\"2\" failures=\"2\"") && Contains("name=\"several-heads: b3\""));
  CHECK(project.migrate("heads", "--output", "junit").exit_code == 2);
  std::filesystem::remove(project.path() / "versions/b3.sql");
  expect_done(project.migrate("upgrade"));
  CHECK(project.migrate("status", "--check", "--output", "gitlab").out == "[]\n");
}

TEST_CASE("GitHub is told on stderr of failures and warnings without being asked", "[cli][output]") {
  Project project("[alembic.safety]\nedited = \"warn\"\n");
  add_history(project);
  expect_done(project.migrate("upgrade"));
  project.add_sql("b2", "a1", "CREATE TABLE two (id bigint);");
  add_failing(project);
  const auto folder = project.path();
  const auto there = project.run({"upgrade"}, {{"GITHUB_ACTIONS", "true"}, {"GITHUB_WORKSPACE", folder.parent_path()}});
  CHECK(there.exit_code == 1);
  CHECK(there.out.empty());
  const auto file = folder.filename().string() + "/versions/c3.sql";
  CHECK_THAT(there.err, Contains("\n::error file=" + file + ",line=8,col="));
  CHECK_THAT(there.err,
             Contains("\n::warning file=") && Contains("/versions/b2.sql,line=7,title=migrate%3A A revision"));
  CHECK_THAT(project.migrate("upgrade").err, !Contains("::error"));
  const auto lines = project.migrate("upgrade", "--output", "github");
  CHECK_THAT(lines.out, Contains("::error file=versions/c3.sql,line=8,col="));
  CHECK_THAT(lines.err, !Contains("::error"));
}
