// Hooks that run after each step's row change: SQL inside the transaction, programs after the commit.
#include <chrono>
#include <thread>

#include "expect.hpp"
#include "migrate/base/text.hpp"

using namespace migrate;
using namespace migrate::test;
using Catch::Contains;

namespace {

constexpr auto k_audit =
    "[[alembic.on_version_apply]]\n"
    "sql = \"INSERT INTO audit (revision, direction, heads, title) VALUES (:'revision', :'direction', :'heads', "
    ":'title')\"\n";

void add_audit(Project& project) {
  project.database().execute(
      "CREATE TABLE audit (n serial, revision text, direction text, heads text, title text, pid int DEFAULT "
      "pg_backend_pid(), xid text DEFAULT pg_current_xact_id()::text)");
}

std::string audit(Project& project) {
  return project.database().query(
      "SELECT coalesce(string_agg(revision || ' ' || direction || ' [' || heads || ']', '; ' ORDER BY n), '') FROM "
      "audit");
}

void add_chain(Project& project) {
  project.add_sql("a1", "", "CREATE TABLE one (id int);", "DROP TABLE one;");
  project.add_sql("b2", "a1", "CREATE TABLE two (id int);", "DROP TABLE two;");
}

}  // namespace

TEST_CASE("an SQL hook sees each upgrade, downgrade and stamp in the step's own transaction", "[cli][hooks]") {
  Project project(k_audit);
  add_audit(project);
  add_chain(project);
  expect_done(project.migrate("upgrade"));
  CHECK(audit(project) == "a1 upgrade [a1]; b2 upgrade [b2]");
  CHECK(project.database().query("SELECT string_agg(title, ',' ORDER BY n) FROM audit") == "revision a1,revision b2");
  CHECK(project.database().query("SELECT count(DISTINCT xid) FROM audit") == "2");
  CHECK(project.database().query("SELECT bool_and(a.xid = v.xmin::text) FROM audit a, alembic_version v WHERE "
                                 "a.revision = v.version_num") == "t");
  project.database().execute("TRUNCATE audit");
  expect_done(project.migrate("downgrade", "base"));
  CHECK(audit(project) == "b2 downgrade [a1]; a1 downgrade []");
  project.database().execute("TRUNCATE audit");
  expect_done(project.migrate("stamp", "b2"));
  CHECK(audit(project) == "b2 stamp [b2]");
}

TEST_CASE("the heads of a hook are all rows of the version table, comma separated", "[cli][hooks]") {
  Project project(k_audit);
  add_audit(project);
  project.add_sql("a1", "", "SELECT 1;");
  project.add_sql("b2", "", "SELECT 1;");
  expect_done(project.migrate("upgrade", "heads"));
  CHECK(project.database().query("SELECT heads FROM audit ORDER BY n DESC LIMIT 1") == "a1,b2");
}

TEST_CASE("values of a hook are quoted, whatever the message holds", "[cli][hooks]") {
  Project project(k_audit);
  add_audit(project);
  project.add_revision("a1.sql",
                       "-- it's \\ a :'revision' \"$$\n--\n-- revision: a1\n-- down_revision:\n\n-- migrate:upgrade\n");
  expect_done(project.migrate("upgrade"));
  CHECK(project.database().query("SELECT title FROM audit") == "it's \\ a :'revision' \"$$");
}

TEST_CASE("a failing SQL hook rolls its step back and is told as the hook's", "[cli][hooks]") {
  Project project(
      "[[alembic.on_version_apply]]\nsql = \"SELECT 1; INSERT INTO audit (revision) SELECT 1 / (:'revision' <> "
      "'b2')::int\"\n");
  add_audit(project);
  add_chain(project);
  const auto result = project.migrate("upgrade");
  expect_refused(result, 1,
                 {"on_version_apply hook failed: division by zero", "alembic.toml:", "'b2'",
                  "The database stands at a1", "nothing of this step remains"});
  CHECK(version_rows(project.database()) == "a1");
  CHECK(project.database().query("SELECT to_regclass('two') IS NULL") == "t");
  CHECK(project.database().query("SELECT count(*) FROM audit") == "1");
}

TEST_CASE("a hook that is no SQL to the server fails as the hook's too, before the revision ran", "[cli][hooks]") {
  Project project("[[alembic.on_version_apply]]\nsql = \"INSRT INTO audit VALUES (1)\"\n");
  add_chain(project);
  expect_refused(project.migrate("upgrade"), 1, {"on_version_apply hook failed: syntax error", "INSRT"});
  CHECK(version_rows(project.database()) == "(no table)");
}

TEST_CASE("hooks meet the session as it was opened, and leave it so", "[cli][hooks]") {
  Project project(std::string(k_audit) +
                  "[[alembic.on_version_apply]]\nsql = \"SET search_path TO nowhere; SET statement_timeout TO 77\"\n");
  add_audit(project);
  project.add_sql("a1", "", "SET search_path TO pg_catalog; CREATE TABLE public.one (id int);");
  project.add_sql("b2", "a1",
                  "CREATE TABLE two AS SELECT current_setting('statement_timeout') AS s, "
                  "current_setting('search_path') AS p;");
  expect_done(project.migrate("upgrade"));
  CHECK(audit(project) == "a1 upgrade [a1]; b2 upgrade [b2]");
  CHECK(project.database().query("SELECT s || ' ' || p FROM public.two") == "0 \"$user\", public");
}

TEST_CASE("a section outside transactions has its hooks in the finishing transaction", "[cli][hooks]") {
  Project project(k_audit);
  add_audit(project);
  project.add_revision("a1.sql",
                       "-- a\n-- revision: a1\n\n-- migrate:upgrade transaction:false\nCREATE TABLE one (id int);\n"
                       "CREATE INDEX CONCURRENTLY i ON one (id);\n");
  expect_done(project.migrate("upgrade"));
  CHECK(audit(project) == "a1 upgrade [a1]");
  CHECK(project.database().query("SELECT bool_and(a.xid = v.xmin::text) FROM audit a, alembic_version v") == "t");

  Project failing("[[alembic.on_version_apply]]\nsql = \"SELECT 1 / 0\"\n");
  failing.add_revision("a1.sql",
                       "-- a\n-- revision: a1\n\n-- migrate:upgrade transaction:false\nCREATE TABLE one ();\n");
  expect_refused(failing.migrate("upgrade"), 1, {"on_version_apply hook failed", "1 of its 1 statements took effect"});
  CHECK(version_rows(failing.database()).empty());
}

TEST_CASE("one transaction around the run takes the hooks' work back with it", "[cli][hooks]") {
  Project project(std::string("transaction_per_migration = false\n") + k_audit);
  add_audit(project);
  add_chain(project);
  const auto bad = project.add_sql("c3", "b2", "SELECT 1 / 0;");
  CHECK(project.migrate("upgrade").exit_code == 1);
  CHECK(audit(project).empty());
  std::filesystem::remove(bad);
  expect_done(project.migrate("upgrade"));
  CHECK(audit(project) == "a1 upgrade [a1]; b2 upgrade [b2]");
  CHECK(project.database().query("SELECT count(DISTINCT xid) FROM audit") == "1");
}

TEST_CASE("an offline script carries the SQL hooks and no command hook", "[cli][hooks]") {
  Project project(std::string(k_audit) + "[[alembic.on_version_apply]]\ncommand = [\"touch\", \"ran\"]\n");
  add_audit(project);
  add_chain(project);
  const auto script = project.migrate("upgrade", "base:head", "--sql");
  expect_done(script);
  const auto row = script.out.find("UPDATE alembic_version");
  const auto hook = script.out.find("VALUES ('b2', 'upgrade', 'b2', 'revision b2')");
  REQUIRE(row != std::string::npos);
  REQUIRE(hook != std::string::npos);
  CHECK(row < hook);
  CHECK(hook < script.out.rfind("COMMIT"));
  CHECK_FALSE(std::filesystem::exists(project.path() / "ran"));
  project.database().execute(script.out);
  CHECK(audit(project) == "a1 upgrade [a1]; b2 upgrade [b2]");
  CHECK(version_rows(project.database()) == "b2");
}

TEST_CASE("a command hook runs after the commit and knows the step by words and variables", "[cli][hooks]") {
  Project project(
      "[[alembic.on_version_apply]]\ncommand = [\"sh\", \"-c\", \"echo \\\"$0 $1 $2 $3; $MIGRATE_REVISION "
      "$MIGRATE_DIRECTION $MIGRATE_HEADS $MIGRATE_TITLE\\\" >> log; echo said so\", \"{revision}\", \"<{direction}>\", "
      "\"{heads}\", \"{other}\"]\ncwd = \"versions\"\n");
  add_chain(project);
  const auto result = project.migrate("upgrade");
  expect_done(result);
  CHECK(result.out.empty());
  CHECK_THAT(result.err, Contains("said so"));
  CHECK(project.directory().read("versions/log") ==
        "a1 <upgrade> a1 {other}; a1 upgrade a1 revision a1\nb2 <upgrade> b2 {other}; b2 upgrade b2 revision b2\n");
}

TEST_CASE("a failing command hook stops the run and says that its step is committed", "[cli][hooks]") {
  Project project("[[alembic.on_version_apply]]\ncommand = [\"sh\", \"-c\", \"echo no such channel >&2; exit 3\"]\n");
  add_chain(project);
  const auto result = project.migrate("upgrade");
  expect_refused(result, 1,
                 {"on_version_apply hook failed", "exit code 3", "no such channel",
                  "alembic.toml:", "The step itself is committed: the database stands at a1"});
  CHECK(version_rows(project.database()) == "a1");
  CHECK(project.migrate("--json", "upgrade").out.find("\"heads\":[\"b2\"]") != std::string::npos);

  Project missing("[[alembic.on_version_apply]]\ncommand = [\"./nowhere.sh\"]\n");
  add_chain(missing);
  expect_refused(missing.migrate("upgrade"), 1, {"on_version_apply hook failed", "nowhere.sh", "committed"});
  CHECK(version_rows(missing.database()) == "a1");
}

TEST_CASE("in one transaction for all, command hooks wait for its commit", "[cli][hooks]") {
  Project project(
      "transaction_per_migration = false\n[[alembic.on_version_apply]]\ncommand = [\"sh\", \"-c\", \"echo $0 >> log\", "
      "\"{revision}\"]\n");
  add_chain(project);
  const auto bad = project.add_sql("c3", "b2", "SELECT 1 / 0;");
  CHECK(project.migrate("upgrade").exit_code == 1);
  CHECK_FALSE(std::filesystem::exists(project.path() / "log"));
  std::filesystem::remove(bad);
  expect_done(project.migrate("upgrade"));
  CHECK(project.directory().read("log") == "a1\nb2\n");
}

TEST_CASE("a step whose hook cannot get its lock is tried again as a whole", "[cli][hooks]") {
  Project project(std::string(k_audit) + "[alembic.safety]\nlock_timeout = \"100ms\"\nlock_retries = 100\n");
  add_audit(project);
  add_chain(project);
  auto holder = project.database().connect();
  holder.execute("BEGIN");
  holder.execute("LOCK TABLE audit");
  BackgroundMigrate run({"upgrade"}, project.path());
  for (int i = 0; i < 1000 && run.err_so_far().find("trying again") == std::string::npos; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  CHECK_THAT(run.err_so_far(), Contains("on_version_apply hook failed") && Contains("trying again"));
  holder.execute("ROLLBACK");
  CHECK(run.wait().exit_code == 0);
  CHECK(audit(project) == "a1 upgrade [a1]; b2 upgrade [b2]");

  holder.execute("BEGIN");
  holder.execute("LOCK TABLE audit");
  project.directory().write("alembic.toml",
                            base::replace_all(project.directory().read("alembic.toml"), "= 100\n", "= 0\n"));
  expect_refused(project.migrate("downgrade", "-1"), 6, {"on_version_apply hook failed", "lock"});
  CHECK(version_rows(project.database()) == "b2");
}
