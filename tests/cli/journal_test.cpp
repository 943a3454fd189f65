// What the journal notes, and what `migrate log` shows of it.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "expect.hpp"

namespace {

using namespace migrate::test;
using Catch::Contains;
using Rows = std::vector<std::vector<std::string>>;

void add_history(const Project& project) {
  project.add_sql("a1", "", "CREATE TABLE one (id int);", "DROP TABLE one;");
  project.add_sql("b2", "a1", "CREATE TABLE two (id int); INSERT INTO two VALUES (1);", "DROP TABLE two;");
}

void add_outside(const Project& project, std::string_view id, std::string_view down, std::string_view upgrade) {
  project.add_revision(std::string(id) + ".sql",
                       "-- " + std::string(id) + "\n-- revision: " + std::string(id) + "\n-- down_revision: " +
                           std::string(down) + "\n\n-- migrate:upgrade transaction:false\n" + std::string(upgrade));
}

/// What is noted, the oldest first: revision, direction, statement, outcome.
Rows noted(Project& project) {
  return project.database().rows("SELECT revision, direction, statement, outcome FROM alembic_version_log ORDER BY id");
}

/// A role of the server for one test, dropped at the end of the scope.
class Role {
 public:
  explicit Role(Project& project) : project_(project), name_("role_of_" + project.database().name()) {
    project_.database().execute("CREATE ROLE " + name_ + " LOGIN");
  }
  ~Role() {
    try {
      project_.database().execute("DROP OWNED BY " + name_ + " CASCADE; DROP ROLE " + name_);
    } catch (const std::exception& error) {
      WARN(error.what());
    }
  }
  Role(const Role&) = delete;
  Role& operator=(const Role&) = delete;

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::string url() const {
    auto url = project_.database().url();
    url.user = name_;
    return url.to_string(migrate::engine::Password::shown);
  }

 private:
  Project& project_;
  std::string name_;
};

}  // namespace

TEST_CASE("each step leaves a row about itself in its own commit", "[cli][journal]") {
  Project project;
  add_history(project);
  expect_done(project.migrate("upgrade", "head"));
  expect_done(project.migrate("downgrade", "-1"));
  expect_done(project.migrate("stamp", "b2"));
  expect_done(project.migrate("stamp", "base"));
  CHECK(noted(project) == Rows{{"a1", "upgrade", "<null>", "done"},
                               {"b2", "upgrade", "<null>", "done"},
                               {"b2", "downgrade", "<null>", "done"},
                               {"b2", "stamp", "<null>", "done"},
                               {"base", "stamp", "<null>", "done"}});
  CHECK(project.database().query("SELECT count(*) FROM alembic_version_log WHERE who <> 'postgres' OR host NOT LIKE "
                                 "'%@%' OR tool NOT LIKE 'migrate %' OR finished_at < started_at OR duration_ms < 0") ==
        "0");
  CHECK(project.database().rows("SELECT statements, checksum ~ '^s1:[0-9a-f]{64}$', body LIKE '%INTO two%' FROM "
                                "alembic_version_log WHERE revision = 'b2' AND direction = 'upgrade'") ==
        Rows{{"2", "t", "t"}});
}

TEST_CASE("a failed step is noted though all of it was rolled back", "[cli][journal]") {
  Project project;
  add_history(project);
  project.add_sql("c3", "b2", "CREATE TABLE three (id int); SELECT 1 / 0;");
  CHECK(project.migrate("upgrade", "head").exit_code == 1);
  CHECK(project.database().rows("SELECT outcome, message FROM alembic_version_log WHERE revision = 'c3'") ==
        Rows{{"failed", "division by zero"}});
  CHECK_THAT(project.migrate("log", "c3").out, Contains("failed") && Contains("division by zero"));
  // A failure is no memory of what was applied.
  project.add_sql("c3", "b2", "CREATE TABLE three (id int);");
  expect_done(project.migrate("upgrade", "head"));
  project.add_sql("d4", "c3", "SELECT 1;");
  expect_done(project.migrate("upgrade", "head"));
}

TEST_CASE("the statements of a section outside transactions are noted one by one", "[cli][journal]") {
  Project project;
  add_history(project);
  add_outside(project, "c3", "b2",
              "SET work_mem = '9MB';\nCREATE INDEX CONCURRENTLY one_id ON one (id);\nINSERT INTO one VALUES (1);\n");
  expect_done(project.migrate("upgrade", "b2"));
  project.database().execute("TRUNCATE alembic_version_log");
  expect_done(project.migrate("upgrade", "head"));
  CHECK(noted(project) ==
        Rows{{"c3", "upgrade", "2", "done"}, {"c3", "upgrade", "3", "done"}, {"c3", "upgrade", "<null>", "done"}});
}

TEST_CASE("log shows the newest first and as many as asked for", "[cli][journal]") {
  Project project;
  add_history(project);
  const auto nothing = project.migrate("log");
  expect_done(nothing);
  CHECK(nothing.out.empty());
  CHECK_THAT(nothing.err, Contains("There is no public.alembic_version_log yet"));

  expect_done(project.migrate("upgrade", "head"));
  const auto all = project.migrate("log").out;
  CHECK(all.find("b2") < all.find("a1"));
  CHECK_THAT(all, Contains("upgrade") && Contains("done") && Contains(" ms") && Contains("postgres"));
  CHECK_THAT(project.migrate("log", "--limit", "1").out, Contains("b2") && !Contains("a1"));
  CHECK_THAT(project.migrate("log", "a1").out, Contains("a1") && !Contains("b2"));
  CHECK_THAT(project.migrate("log", "--limit", "0").out, Contains("b2") && Contains("a1"));
  expect_refused(project.migrate("log", "--limit", "-1"), 2, {"--limit"});
  const auto unknown = project.migrate("log", "zz");
  expect_done(unknown);
  CHECK_THAT(unknown.err, Contains("Nothing is noted about it"));
}

TEST_CASE("log takes the first letters of an id", "[cli][journal]") {
  Project project;
  project.add_sql("cafe12", "", "SELECT 1;");
  project.add_sql("beef34", "cafe12", "SELECT 1;");
  expect_done(project.migrate("upgrade", "head"));
  CHECK_THAT(project.migrate("log", "cafe").out, Contains("cafe12") && !Contains("beef34"));
}

TEST_CASE("log of a revision whose file is gone takes its whole id", "[cli][journal]") {
  Project project;
  add_history(project);
  expect_done(project.migrate("upgrade", "head"));
  expect_done(project.migrate("downgrade", "-1"));
  std::filesystem::remove(project.path() / "versions" / "b2.sql");
  CHECK_THAT(project.migrate("log", "b2").out, Contains("upgrade") && Contains("downgrade"));
}

TEST_CASE("log has everything in JSON", "[cli][journal]") {
  Project project;
  add_history(project);
  CHECK(nlohmann::json::parse(project.migrate("log", "--json").out)["exists"] == false);
  expect_done(project.migrate("upgrade", "head"));
  const auto document = nlohmann::json::parse(project.migrate("log", "--json").out);
  CHECK(document["table"] == "public.alembic_version_log");
  CHECK(document["exists"] == true);
  REQUIRE(document["rows"].size() == 2);
  const auto& row = document["rows"][0];
  CHECK(row["revision"] == "b2");
  CHECK(row["direction"] == "upgrade");
  CHECK(row["statement"].is_null());
  CHECK(row["statements"] == 2);
  CHECK(row["outcome"] == "done");
  CHECK(row["who"] == "postgres");
  CHECK(row["message"].is_null());
  CHECK(row["duration_ms"].is_number());
  for (const auto* text : {"started_at", "finished_at", "host", "tool", "checksum"}) CHECK(row[text].is_string());
}

TEST_CASE("what was noted can be read after the journal was switched off", "[cli][journal]") {
  Project project;
  add_history(project);
  expect_done(project.migrate("upgrade", "a1"));
  project.directory().write("alembic.toml", "[alembic]\nengine.url = \"" + project.database().uri() +
                                                "\"\n[alembic.safety]\njournal = false\n");
  expect_done(project.migrate("upgrade", "head"));
  CHECK(noted(project) == Rows{{"a1", "upgrade", "<null>", "done"}});
  CHECK_THAT(project.migrate("log").out, Contains("a1"));
}

TEST_CASE("a role that may not make the journal is told what it needs", "[cli][journal]") {
  Project project;
  project.add_sql("a1", "", "CREATE TABLE own.one (id int);");
  const Role role(project);
  project.database().execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE SCHEMA own AUTHORIZATION " +
                             role.name() +
                             "; CREATE TABLE alembic_version (version_num varchar(32) NOT NULL CONSTRAINT "
                             "alembic_version_pkc PRIMARY KEY); GRANT ALL ON alembic_version TO " +
                             role.name());
  expect_refused(project.migrate("--url", role.url(), "upgrade", "head"), 1,
                 {"permission denied for schema public", "needs CREATE on the schema", "journal"});
  CHECK(project.database().query("SELECT to_regclass('own.one')").empty());
  project.directory().write("alembic.toml",
                            "[alembic]\nengine.url = \"" + role.url() + "\"\n[alembic.safety]\njournal = false\n");
  expect_done(project.migrate("upgrade", "head"));
}

TEST_CASE("a role that may not write the journal is told what it needs", "[cli][journal]") {
  Project project;
  add_history(project);
  expect_done(project.migrate("upgrade", "a1"));
  const Role role(project);
  project.database().execute("GRANT CREATE ON SCHEMA public TO " + role.name() +
                             "; GRANT SELECT ON alembic_version_log TO " + role.name() +
                             "; GRANT ALL ON alembic_version TO " + role.name());
  const auto result = project.migrate("--url", role.url(), "upgrade", "head");
  expect_refused(result, 1, {"permission denied for table alembic_version_log", "safety.journal"});
  CHECK(version_rows(project.database()) == "a1");
  CHECK(project.database().query("SELECT to_regclass('two')").empty());
}

TEST_CASE("a section that takes on another role is noted all the same", "[cli][journal]") {
  Project project;
  const Role role(project);
  project.database().execute("CREATE SCHEMA own AUTHORIZATION " + role.name());
  const std::string set = GENERATE(as<std::string>{}, "SET ROLE ", "SET SESSION AUTHORIZATION ");
  add_outside(
      project, "a1", "",
      set + role.name() +
          ";\nCREATE TABLE own.one (id int);\nVACUUM own.one;\nBEGIN;\nINSERT INTO own.one VALUES (1);\nCOMMIT;\n"
          "CREATE INDEX CONCURRENTLY one_id ON own.one (id);\nINSERT INTO own.one VALUES (2);\n");
  expect_done(project.migrate("upgrade", "head"));
  CHECK(project.database().query("SELECT tableowner FROM pg_tables WHERE tablename = 'one'") == role.name());
  CHECK(project.database().query("SELECT string_agg(statement || who, ',' ORDER BY statement) FROM alembic_version_log "
                                 "WHERE statement IS NOT NULL AND outcome = 'done'") ==
        "2postgres,3postgres,4postgres,5postgres,6postgres,7postgres,8postgres");
}

TEST_CASE("the journal stands beside the version table whatever that is called", "[cli][journal]") {
  Project project("version_table = \"Odd name\"\nversion_table_schema = \"apart\"\n");
  project.database().execute("CREATE SCHEMA apart");
  project.add_sql("a1", "", "SET search_path = ''; CREATE TABLE public.one (id int);");
  expect_done(project.migrate("upgrade", "head"));
  CHECK(project.database().query("SELECT revision FROM apart.\"Odd name_log\"") == "a1");
  CHECK_THAT(project.migrate("log").out, Contains("a1"));
}
