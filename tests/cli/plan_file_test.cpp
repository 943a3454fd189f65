// `migrate upgrade --plan FILE`: exactly what was planned, or a refusal that says what differs.
#include <catch2/catch.hpp>
#include <thread>

#include "cpp_project.hpp"
#include "migrate/runtime/run_lock.hpp"

namespace {

using namespace migrate;
using namespace migrate::test;
using Catch::Contains;

/// A project with a1 and b2 planned, in plan.json.
class Planned {
 public:
  Planned() {
    project_.add_sql("a1", "", "CREATE TABLE one (id int);", "DROP TABLE one;");
    project_.add_sql("b2", "a1", "CREATE TABLE two (id int);", "DROP TABLE two;");
    plan();
  }

  void plan() const {
    const auto made = project_.migrate("plan", "--json");
    expect_done(made);
    project_.directory().write("plan.json", made.out);
  }
  [[nodiscard]] RunResult apply() const { return project_.migrate("upgrade", "--plan", "plan.json"); }
  [[nodiscard]] Project& project() noexcept { return project_; }
  [[nodiscard]] std::string row() { return version_rows(project_.database()); }

 private:
  Project project_;
};

}  // namespace

TEST_CASE("a plan is applied as it is", "[cli][plan]") {
  Planned planned;
  expect_done(planned.apply());
  CHECK(planned.row() == "b2");
  CHECK(tables(planned.project().database()) == 3);
  expect_refused(planned.apply(), 8, {"the database stands at b2, where the plan ends", "Nothing was run"});
}

TEST_CASE("comments and layout of a planned revision are free", "[cli][plan]") {
  Planned planned;
  planned.project().add_sql("b2", "a1", "-- says why\ncreate table TWO (\n  id INT\n);", "DROP TABLE two;");
  expect_done(planned.apply());
  CHECK(planned.row() == "b2");
}

TEST_CASE("a plan is refused when a revision was changed since", "[cli][plan]") {
  Planned planned;
  planned.project().add_sql("b2", "a1", "CREATE TABLE two (id bigint);");
  expect_refused(planned.apply(), 8, {"versions/b2.sql: revision b2: its content was changed", "migrate plan"});
  CHECK(planned.row() == "(no table)");
}

TEST_CASE("a plan is refused when the section is outside transactions now", "[cli][plan]") {
  Planned planned;
  planned.project().add_revision("b2.sql",
                                 "-- b\n-- revision: b2\n-- down_revision: a1\n\n-- migrate:upgrade transaction:false\n"
                                 "CREATE TABLE two (id int);\n");
  expect_refused(planned.apply(), 8, {"revision b2: its transactions begin and end elsewhere"});
  CHECK(planned.row() == "(no table)");
}

TEST_CASE("a plan is refused when the steps are others", "[cli][plan]") {
  Planned planned;
  planned.project().add_sql("c3", "b2", "CREATE TABLE three ();");
  expect_refused(planned.apply(), 8, {"the plan upgrades a1, b2", "would upgrade a1, b2, c3"});
  CHECK(planned.row() == "(no table)");
}

TEST_CASE("a plan is refused when the database stands elsewhere", "[cli][plan]") {
  Planned planned;
  expect_done(planned.project().migrate("upgrade", "a1"));
  expect_refused(planned.apply(), 8, {"the plan begins at base", "the database stands at a1"});
  CHECK(planned.row() == "a1");
}

TEST_CASE("a plan is refused when the rows moved while another run held the lock", "[cli][plan]") {
  Planned planned;
  auto& database = planned.project().database();
  database.execute(
      "CREATE TABLE alembic_version (version_num varchar(32) NOT NULL CONSTRAINT alembic_version_pkc PRIMARY KEY)");
  auto connection = database.connect();
  std::optional<runtime::RunLock> lock(std::in_place, connection, "public.alembic_version",
                                       runtime::RunLock::Options{});
  BackgroundMigrate applying({"upgrade", "--plan", "plan.json"}, planned.project().path());
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (applying.err_so_far().find("Waiting for another") == std::string::npos && applying.running() &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  database.execute("INSERT INTO alembic_version VALUES ('a1')");
  lock.reset();
  const auto result = applying.wait();
  INFO(result.err);
  CHECK(result.exit_code == 8);
  CHECK_THAT(result.err, Contains("the plan begins at base") && Contains("the database stands at a1"));
  CHECK(planned.row() == "a1");
}

TEST_CASE("a file that is no plan is a usage error", "[cli][plan]") {
  Planned planned;
  const auto with = [&](const std::string& text) {
    planned.project().directory().write("plan.json", text);
    return planned.apply();
  };
  expect_refused(with("-- migrate:upgrade\n"), 2, {"plan.json: this is not a plan: it is not JSON"});
  expect_refused(with("{\"version\": 1}"), 2, {"plan.json: this is not a plan: \"direction\" is missing"});
  expect_refused(with("{\"version\": 2}"), 2, {"a plan of version 2"});
  expect_refused(planned.project().migrate("upgrade", "--plan", "nowhere.json"), 2, {"nowhere.json"});
  expect_refused(planned.project().migrate("upgrade", "head", "--plan", "plan.json"), 2, {"--plan"});
  CHECK(planned.row() == "(no table)");
}

TEST_CASE("a plan to downgrade is applied by downgrade alone", "[cli][plan]") {
  Planned planned;
  expect_done(planned.apply());
  const auto made = planned.project().migrate("plan", "--downgrade", "-1", "--json");
  expect_done(made);
  planned.project().directory().write("down.json", made.out);
  expect_refused(planned.project().migrate("upgrade", "--plan", "down.json"), 2,
                 {"a plan to downgrade", "migrate downgrade --plan down.json"});
  expect_done(planned.project().migrate("downgrade", "--plan", "down.json"));
  CHECK(planned.row() == "a1");
}

TEST_CASE("a plan of a C++ revision holds what it asked for", "[cli][plan][cpp]") {
  Project project;
  add_cpp(project, "a1", "", "  op.create_table(op.x(\"name\", \"one\"), column(\"id\", Integer{}));");
  const auto made = project.migrate("plan", "--json");
  expect_done(made);
  project.directory().write("plan.json", made.out);
  expect_refused(project.migrate("upgrade", "--plan", "plan.json", "-x", "name=two"), 8,
                 {"statement 1 was `CREATE TABLE one", "is `CREATE TABLE two"});
  expect_done(project.migrate("upgrade", "--plan", "plan.json"));
  CHECK(project.database().query("SELECT to_regclass('one')") == "one");
}
