// A run whose connection is lost finds out what happened, and goes on by itself where that can be known.
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <thread>

#include "expect.hpp"
#include "migrate/server/private_server.hpp"
#include "support/tcp_gate.hpp"

namespace {

using namespace migrate::test;
using namespace std::chrono_literals;

constexpr const char* k_asleep =
    "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND wait_event = 'PgSleep'";

bool comes_true(const std::function<bool()>& holds) {
  for (const auto end = std::chrono::steady_clock::now() + 30s; std::chrono::steady_clock::now() < end;) {
    if (holds()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

bool sleeps(Project& project) {
  return comes_true([&] { return project.database().query(std::string("SELECT count(*) ") + k_asleep) == "1"; });
}

void add_first(const Project& project) {
  project.add_sql("a1", "", "CREATE TABLE tally (step text);", "DROP TABLE tally;");
}

void add_section(const Project& project, const std::string& id, const std::string& down, const std::string& section) {
  project.add_revision(id + ".sql", "-- " + id + "\n-- revision: " + id + "\n-- down_revision: " + down +
                                        "\n\n-- migrate:upgrade" + section + "\n");
}

std::string tally(Project& project) {
  return project.database().query("SELECT string_agg(step, ' ' ORDER BY step) FROM tally");
}

/// Runs `upgrade head` over a network that breaks while a statement sleeps, and is well again at once.
RunResult upgrade_over_a_cut(Project& project, TcpGate& gate) {
  BackgroundMigrate run({"--url", gate.url().to_string(), "upgrade", "head"}, project.path());
  INFO(run.err_so_far());
  CHECK(sleeps(project));
  gate.refuse(true);
  std::this_thread::sleep_for(100ms);
  gate.heal();
  return run.wait();
}

}  // namespace

TEST_CASE("a run goes on by itself after its connection was cut", "[cli][lost]") {
  Project project;
  TcpGate gate(project.database().url());
  add_first(project);
  add_section(project, "b2", "a1",
              "\nINSERT INTO tally VALUES ('b2');\nDO 'BEGIN PERFORM pg_sleep(0.7); RAISE NOTICE ''loud''; "
              "PERFORM pg_sleep(0.01); END';");
  add_section(project, "c3", "b2", "\nINSERT INTO tally VALUES ('c3');");
  // The server notices that nobody listens when it has something to say.
  const auto result = upgrade_over_a_cut(project, gate);
  expect_done(result);
  CHECK_THAT(result.err, Catch::Contains("Connected again, going on from a1"));
  CHECK(tally(project) == "b2 c3");
  CHECK(version_rows(project.database()) == "c3");
  CHECK(project.database().query("SELECT string_agg(revision || ' ' || outcome, ', ' ORDER BY id) FROM "
                                 "alembic_version_log") == "a1 done, b2 failed, b2 done, c3 done");
}

TEST_CASE("a commit whose answer was lost is not run again", "[cli][lost]") {
  Project project;
  TcpGate gate(project.database().url());
  add_first(project);
  add_section(project, "b2", "a1",
              "\nCREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.7); RETURN NULL; "
              "END';\nCREATE CONSTRAINT TRIGGER wait AFTER INSERT ON tally DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
              "EXECUTE FUNCTION wait();\nINSERT INTO tally VALUES ('b2');");
  add_section(project, "c3", "b2", "\nCREATE TABLE c3 ();");
  const auto result = upgrade_over_a_cut(project, gate);
  expect_done(result);
  CHECK(tally(project) == "b2");
  CHECK(version_rows(project.database()) == "c3");
  // The step is told as done, like any other.
  CHECK_THAT(result.err, Catch::Contains("Running upgrade a1 -> b2"));
}

TEST_CASE("a section outside transactions goes on where its connection was cut", "[cli][lost]") {
  Project project;
  TcpGate gate(project.database().url());
  add_first(project);
  project.database().execute(
      "CREATE FUNCTION slow(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.4); RETURN $1; "
      "END'");
  add_section(project, "b2", "a1",
              " transaction:false\nINSERT INTO tally VALUES ('b2');\nVACUUM tally;\n"
              "CREATE INDEX CONCURRENTLY tally_step ON tally (slow(step));");
  add_section(project, "c3", "b2", "\nINSERT INTO tally VALUES ('c3');");
  const auto result = upgrade_over_a_cut(project, gate);
  expect_done(result);
  CHECK(tally(project) == "b2 c3");
  CHECK(project.database().query("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == "0");
  CHECK(version_rows(project.database()) == "c3");
}

TEST_CASE("a statement of which nobody can tell whether it took effect is not guessed at after a cut", "[cli][lost]") {
  Project project;
  TcpGate gate(project.database().url());
  add_first(project);
  add_section(project, "b2", "a1",
              " transaction:false\nDO 'BEGIN INSERT INTO tally VALUES (''b2''); COMMIT; PERFORM pg_sleep(0.7); END';");
  expect_refused(upgrade_over_a_cut(project, gate), 8, {"--retry-statement", "--skip-statement"});
}

TEST_CASE("without a journal a section outside transactions is not gone on with after a cut", "[cli][lost]") {
  Project project("[alembic.safety]\njournal = false");
  TcpGate gate(project.database().url());
  add_first(project);
  add_section(project, "b2", "a1", " transaction:false\nINSERT INTO tally VALUES ('b2');\nSELECT pg_sleep(0.7);");
  expect_refused(upgrade_over_a_cut(project, gate), 4, {"b2", "was lost"});
  CHECK(tally(project) == "b2");
  CHECK(version_rows(project.database()) == "a1");
}

TEST_CASE("a session that an administrator ended is not begun again", "[cli][lost]") {
  Project project;
  add_first(project);
  add_section(project, "b2", "a1", "\nINSERT INTO tally VALUES ('b2');\nSELECT pg_sleep(20);");
  BackgroundMigrate run({"upgrade", "head"}, project.path());
  REQUIRE(sleeps(project));
  project.database().execute(std::string("SELECT pg_terminate_backend(pid) ") + k_asleep);
  expect_refused(run.wait(), 4, {"administrator", "The database stands at a1"});
  CHECK(tally(project).empty());
}

TEST_CASE("a run goes on after the server was restarted", "[cli][lost]") {
  migrate::server::ThrowawayServer server;
  Project project;
  add_first(project);
  // The second time it has nothing to wait for.
  add_section(project, "b2", "a1", "\nINSERT INTO tally VALUES ('b2');\nSELECT pg_sleep(1);");
  BackgroundMigrate run({"--url", server.url().to_string(), "upgrade", "head"}, project.path());
  auto watcher =
      migrate::engine::Connection::connect(migrate::engine::ConnectionConfig::from_url(server.url().to_string()));
  REQUIRE(comes_true([&] { return watcher.execute(std::string("SELECT 1 ") + k_asleep).rows() == 1; }));
  server.server().stop();
  server.server().start();
  expect_done(run.wait());
  auto after =
      migrate::engine::Connection::connect(migrate::engine::ConnectionConfig::from_url(server.url().to_string()));
  CHECK(after.execute("SELECT string_agg(step, ' ') FROM tally").scalar() == "b2");
  CHECK(after.execute("SELECT version_num FROM alembic_version").scalar() == "b2");
}

TEST_CASE("a step that takes the server down is tried once more and no oftener", "[cli][lost]") {
  migrate::server::ThrowawayServer server;
  Project project;
  add_first(project);
  // Sequences are not rolled back, but may be lost with a crash: the count is kept outside.
  const auto count = (project.path() / "count").string();
  add_section(project, "b2", "a1",
              "\nCOPY tally FROM PROGRAM 'echo x >> " + count + "; chmod 0666 " + count + "; kill -9 $PPID';");
  std::filesystem::permissions(project.path(), std::filesystem::perms::all);
  const auto result = project.migrate("--url", server.url().to_string(), "upgrade", "head");
  expect_refused(result, 4, {"b2", "a1"});
  std::ifstream file(count);
  const std::string tries{std::istreambuf_iterator<char>(file), {}};
  CHECK(tries == "x\nx\n");
}
