// `migrate plan`: what would be run, where it stands, what it locks and what it loses; and that nothing is run.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "cpp_project.hpp"
#include "migrate/base/text.hpp"

namespace {

using namespace migrate::test;
using Catch::Contains;
using nlohmann::json;

/// a1 in a transaction, b2 outside of one, c3 without a downgrade.
void add_history(const Project& project) {
  project.add_sql("a1", "", "CREATE TABLE one (id int PRIMARY KEY);\nINSERT INTO one VALUES (1);", "DROP TABLE one;");
  project.add_revision("b2.sql",
                       "-- b\n-- revision: b2\n-- down_revision: a1\n\n-- migrate:upgrade transaction:false\n"
                       "CREATE INDEX CONCURRENTLY one_id ON one (id);\n\n-- migrate:downgrade\nDROP INDEX one_id;\n");
  project.add_revision("c3.sql",
                       "-- c\n-- revision: c3\n-- down_revision: b2\n\n-- migrate:upgrade\n"
                       "ALTER TABLE one ADD b int;\nALTER TABLE one DROP COLUMN id;\n");
}

json plan_of(const RunResult& result) {
  expect_done(result);
  return json::parse(result.out);
}

}  // namespace

TEST_CASE("a plan names statements and places and locks and losses and runs nothing", "[cli][plan]") {
  Project project;
  add_history(project);
  const auto result = project.migrate("plan");
  expect_done(result);
  CHECK(result.out ==
        "upgrade base -> a1, revision a1\n"
        "  BEGIN\n"
        "    versions/a1.sql:7  CREATE TABLE one (id int PRIMARY KEY)\n"
        "        no lock on a table\n"
        "    versions/a1.sql:8  INSERT INTO one VALUES (1)\n"
        "        ROW EXCLUSIVE on one (new), blocks nothing but DDL\n"
        "    version row a1 is added\n"
        "  COMMIT\n\n"
        "upgrade a1 -> b2, b\n"
        "  outside transactions, one by one\n"
        "    versions/b2.sql:6  CREATE INDEX CONCURRENTLY one_id ON one (id)\n"
        "        SHARE UPDATE EXCLUSIVE on one (new), blocks nothing but DDL; reads the whole table\n"
        "  BEGIN\n"
        "    version row a1 becomes b2\n"
        "  COMMIT\n\n"
        "upgrade b2 -> c3, c\n"
        "  versions/c3.sql has no downgrade: it cannot be undone\n"
        "  BEGIN\n"
        "    versions/c3.sql:6  ALTER TABLE one ADD b int\n"
        "        ACCESS EXCLUSIVE on one (new), blocks reads and writes\n"
        "    versions/c3.sql:7  ALTER TABLE one DROP COLUMN id\n"
        "        ACCESS EXCLUSIVE on one (new), blocks reads and writes\n"
        "        LOSES column id of one\n"
        "    version row b2 becomes c3\n"
        "  COMMIT\n\n"
        "base -> c3: 3 revisions, 5 statements, 3 transactions; strongest lock: ACCESS EXCLUSIVE; 1 statement loses "
        "data\n");
  CHECK(version_rows(project.database()) == "(no table)");
  CHECK(tables(project.database()) == 0);
}

TEST_CASE("no line of a plan is wider than a screen", "[cli][plan]") {
  const Project project;
  project.add_sql("a1", "",
                  "CREATE TABLE wide (" + std::string(300, 'a') + " int, b text);\n-- \xC3\xA4\nSELECT '" +
                      std::string(200, 'x') + "';");
  const auto result = project.migrate("plan");
  expect_done(result);
  for (const auto line : migrate::base::split(result.out, '\n')) {
    CHECK(migrate::base::count_characters(line) <= 120);
  }
}

TEST_CASE("a plan as JSON has what a reviewer's script needs", "[cli][plan][json]") {
  Project project;
  add_history(project);
  expect_done(project.migrate("upgrade", "a1"));
  auto plan = plan_of(project.migrate("plan", "--json"));
  CHECK(plan["version"] == 1);
  CHECK(plan["direction"] == "upgrade");
  CHECK(plan["target"] == "head");
  CHECK(plan["rows_before"] == json{"a1"});
  CHECK(plan["rows_after"] == json{"c3"});
  CHECK(plan["destructive"] == true);
  REQUIRE(plan["steps"].size() == 2);
  auto& outside = plan["steps"][0];
  CHECK(outside["revision"] == "b2");
  CHECK(outside["path"] == "versions/b2.sql");
  CHECK(outside["type"] == "sql");
  CHECK(outside["reversible"] == true);
  CHECK(outside["rows_transaction"] == 1);
  CHECK(outside["statements"][0]["transaction"].is_null());
  CHECK(outside["row_changes"] == json::array({{{"from", "a1"}, {"to", "b2"}}}));
  auto& last = plan["steps"][1];
  CHECK(last["checksum"].get<std::string>().starts_with("s1:"));
  CHECK(last["reversible"] == false);
  CHECK(last["destructive"] == true);
  auto& drop = last["statements"][1];
  CHECK(drop["file"] == "versions/c3.sql");
  CHECK(drop["line"] == 7);
  CHECK(drop["column"] == 1);
  CHECK(drop["kind"] == "ALTER TABLE");
  CHECK(drop["sql"] == "ALTER TABLE one DROP COLUMN id");
  CHECK(drop["transaction"] == 2);
  CHECK(drop["lock"] == "ACCESS EXCLUSIVE");
  CHECK(drop["on"] == "one");
  CHECK(drop["blocks"] == "reads and writes");
  CHECK(drop["loses"] == "column id of one");
  CHECK(version_rows(project.database()) == "a1");
}

TEST_CASE("steps that share a transaction are planned in one", "[cli][plan]") {
  const Project project("transaction_per_migration = false\n");
  project.add_sql("a1", "", "CREATE TABLE one ();");
  project.add_sql("b2", "a1", "CREATE TABLE two ();");
  const auto result = project.migrate("plan");
  expect_done(result);
  CHECK(result.out.find("BEGIN") == result.out.rfind("BEGIN"));
  CHECK(result.out.find("COMMIT") == result.out.rfind("COMMIT"));
  auto plan = plan_of(project.migrate("plan", "--json"));
  CHECK(plan["steps"][0]["rows_transaction"] == 1);
  CHECK(plan["steps"][1]["rows_transaction"] == 1);
}

TEST_CASE("a planned downgrade names what is lost and what has no way back", "[cli][plan]") {
  Project project;
  add_history(project);
  expect_done(project.migrate("upgrade"));
  const auto result = project.migrate("plan", "--downgrade", "base");
  expect_done(result);
  CHECK_THAT(result.out, Contains("downgrade c3 -> b2, c\n  versions/c3.sql has no downgrade: this would be refused") &&
                             Contains("LOSES table one and its rows") && Contains("version row a1 is taken away"));
  auto plan = plan_of(project.migrate("plan", "--down", "base", "--json"));
  CHECK(plan["direction"] == "downgrade");
  CHECK(plan["steps"][0]["reversible"] == false);
  CHECK(plan["steps"][2]["rows_after"] == json::array());
  CHECK(version_rows(project.database()) == "c3");
}

TEST_CASE("a plan for a range asks no database", "[cli][plan]") {
  const Project project;
  add_history(project);
  const auto result = project.migrate("plan", "a1:b2", "--url", "postgresql://127.0.0.1:1/none");
  expect_done(result);
  CHECK_THAT(result.out, Contains("a1 -> b2: 1 revision, 1 statement, 1 transaction;"));
}

TEST_CASE("there is nothing to plan at the target", "[cli][plan]") {
  const Project project;
  add_history(project);
  expect_done(project.migrate("upgrade"));
  const auto result = project.migrate("plan");
  expect_done(result);
  CHECK(result.out.empty());
  CHECK_THAT(result.err, Contains("Nothing to do: the database stands at c3"));
  CHECK(plan_of(project.migrate("plan", "--json"))["steps"].empty());
  expect_refused(project.migrate("plan", "--downgrade"), 2, {"needs a revision", "plan --downgrade -1"});
  expect_refused(project.migrate("plan", "zz"), 2, {"zz"});
}

TEST_CASE("a C++ revision is planned by what it asks for and its questions are told", "[cli][plan][cpp]") {
  Project project;
  add_cpp(project, "a1", "",
          "  op.create_table(\"one\", column(\"id\", Integer{}, primary_key));\n"
          "  {\n    auto block = op.autocommit_block();\n    op.execute(\"VACUUM\");\n  }\n"
          "  if (op.inspect().has_table(\"two\")) op.drop_table(\"two\");",
          "  op.drop_table(\"one\");");
  const auto result = project.migrate("plan");
  expect_done(result);
  CHECK_THAT(result.out, Contains("versions/a1.cpp:11  CREATE TABLE one") &&
                             Contains("outside transactions, one by one\n    versions/a1.cpp:14  VACUUM") &&
                             Contains("versions/a1.cpp:16  asks the database"));
  auto plan = plan_of(project.migrate("plan", "--json"));
  auto& step = plan["steps"][0];
  CHECK(step["type"] == "cpp");
  CHECK(step["checksum"].get<std::string>().starts_with("c1:"));
  CHECK(step["reversible"] == true);
  CHECK(step["questions"] == json{"versions/a1.cpp:16"});
  CHECK(step["statements"][1]["transaction"].is_null());
  CHECK(step["rows_transaction"] == 2);
  CHECK(tables(project.database()) == 0);
}
