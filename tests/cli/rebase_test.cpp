// `migrate rebase`: a branch that is not applied yet is put on top of another head.
#include "expect.hpp"

using namespace migrate::test;
using Catch::Contains;

namespace {

constexpr auto k_side_rest =
    "-- branch_labels:\r\n-- created: 2026-01-01\r\n\r\n-- migrate:upgrade\r\n-- down_revision: not this one\r\n"
    "CREATE TABLE side (id int);\r\n\r\n-- migrate:downgrade\r\nDROP TABLE side;";

/// a1 -> b2 and a1 -> c3 -> d4; c3 has a byte-order mark, CRLF, and no newline at its end.
void add_branches(Project& project) {
  project.add_sql("a1", "", "CREATE TABLE one (id int);", "DROP TABLE one;");
  project.add_sql("b2", "a1", "CREATE TABLE two (id int);", "DROP TABLE two;");
  project.add_revision(
      "c3.sql", std::string("\xEF\xBB\xBF-- side\r\n--\r\n-- revision: c3\r\n--  down_revision:a1\r\n") + k_side_rest);
  project.add_sql("d4", "c3", "CREATE TABLE four (id int);", "DROP TABLE four;");
}

std::string bytes_of(const Project& project, const std::string& id) {
  return project.directory().read("versions/" + id + ".sql");
}

}  // namespace

TEST_CASE("rebase rewrites one header line of the branch's foot and keeps every other byte", "[cli][rebase]") {
  Project project;
  add_branches(project);
  const auto before = bytes_of(project, "d4") + bytes_of(project, "b2") + bytes_of(project, "a1");
  expect_done(project.migrate("upgrade", "b2"));
  const auto result = project.migrate("rebase", "d4");
  expect_done(result);
  CHECK(result.out == (project.path() / "versions/c3.sql").string() + "\n");
  CHECK_THAT(result.err, Contains("c3, d4 now build on b2"));
  CHECK(bytes_of(project, "c3") ==
        std::string("\xEF\xBB\xBF-- side\r\n--\r\n-- revision: c3\r\n-- down_revision: b2\r\n") + k_side_rest);
  CHECK(bytes_of(project, "d4") + bytes_of(project, "b2") + bytes_of(project, "a1") == before);
  CHECK(project.migrate("heads").out == "d4 (head)\n");
  expect_done(project.migrate("upgrade"));
  CHECK(version_rows(project.database()) == "d4");
}

TEST_CASE("rebase refuses a branch of which something is applied, unless forced", "[cli][rebase]") {
  Project project;
  add_branches(project);
  expect_done(project.migrate("upgrade", "c3"));
  const auto before = bytes_of(project, "c3");
  expect_refused(project.migrate("rebase", "d4"), 8, {"c3 is applied", "Nothing was changed", "--force", "merge"});
  CHECK(bytes_of(project, "c3") == before);
  expect_done(project.migrate("rebase", "d4", "--force"));
  CHECK_THAT(bytes_of(project, "c3"), Contains("-- down_revision: b2\r\n"));
}

TEST_CASE("rebase --force asks no database, and without it an unreachable one stops it", "[cli][rebase]") {
  Project project;
  add_branches(project);
  const std::string nowhere = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1";
  const auto before = bytes_of(project, "c3");
  CHECK(project.migrate("--url", nowhere, "rebase", "d4").exit_code == 4);
  CHECK(bytes_of(project, "c3") == before);
  expect_done(project.migrate("--url", nowhere, "rebase", "d4", "--force"));
  CHECK(project.migrate("heads").out == "d4 (head)\n");
}

TEST_CASE("a foot without a down_revision line gets one", "[cli][rebase]") {
  Project project;
  project.add_sql("a1", "", "SELECT 1;");
  project.add_revision("b2.sql",
                       "-- second base\n-- revision: b2\n-- migrate:upgrade\n-- down_revision: kept\nSELECT 2;\n");
  expect_done(project.migrate("rebase", "b2"));
  CHECK(
      bytes_of(project, "b2") ==
      "-- second base\n-- revision: b2\n-- down_revision: a1\n-- migrate:upgrade\n-- down_revision: kept\nSELECT 2;\n");
  CHECK(project.migrate("heads").out == "b2 (head)\n");
}

TEST_CASE("a merge within the branch loses the parent that comes along with the new foot", "[cli][rebase]") {
  Project project;
  project.add_sql("a1", "", "SELECT 1;");
  project.add_sql("b2", "a1", "SELECT 1;");
  project.add_sql("c3", "a1", "SELECT 1;");
  project.add_sql("d4", "b2, c3", "SELECT 1;");
  project.add_sql("e5", "b2", "SELECT 1;");
  expect_done(project.migrate("rebase", "d4"));
  CHECK_THAT(bytes_of(project, "c3"), Contains("-- down_revision: e5\n"));
  CHECK_THAT(bytes_of(project, "d4"), Contains("-- down_revision: c3\n"));
  CHECK(project.migrate("heads").out == "d4 (head)\n");
  expect_done(project.migrate("upgrade"));
  CHECK(version_rows(project.database()) == "d4");
}

TEST_CASE("with several other heads rebase asks which, and --onto says it", "[cli][rebase]") {
  Project project;
  add_branches(project);
  project.add_sql("e5", "a1", "SELECT 1;");
  expect_refused(project.migrate("rebase", "d4"), 2, {"several heads", "b2", "e5", "--onto"});
  expect_refused(project.migrate("rebase", "d4", "--onto", "nowhere"), 2, {"nowhere"});
  expect_refused(project.migrate("rebase", "heads", "--onto", "b2"), 2, {"heads", "one"});
  expect_done(project.migrate("rebase", "d4", "--onto", "e5"));
  CHECK_THAT(bytes_of(project, "c3"), Contains("-- down_revision: e5\r\n"));
  CHECK(project.migrate("heads").out == "b2 (head)\nd4 (head)\n");
}

TEST_CASE("rebase with nothing to move says so and changes nothing", "[cli][rebase]") {
  Project project;
  add_branches(project);
  expect_done(project.migrate("rebase", "d4", "--onto", "b2"));
  const auto before = bytes_of(project, "c3");
  expect_refused(project.migrate("rebase", "d4"), 2, {"no other head"});
  const auto again = project.migrate("rebase", "d4", "--onto", "b2");
  expect_done(again);
  CHECK(again.out.empty());
  CHECK_THAT(again.err, Contains("Nothing to do"));
  expect_refused(project.migrate("rebase", "b2", "--onto", "d4"), 2, {"nothing to move"});
  CHECK(bytes_of(project, "c3") == before);
}

TEST_CASE("a rebase that would close a circle of dependencies touches no file", "[cli][rebase]") {
  Project project;
  project.add_sql("a1", "", "SELECT 1;");
  project.add_sql("c3", "a1", "SELECT 1;");
  project.add_revision("b2.sql",
                       "-- b\n-- revision: b2\n-- down_revision: a1\n-- depends_on: c3\n\n-- migrate:upgrade\n");
  const auto before = bytes_of(project, "c3");
  const auto result = project.migrate("rebase", "c3", "--onto", "b2");
  expect_refused(result, 2, {"c3", "b2"});
  CHECK(bytes_of(project, "c3") == before);
}

TEST_CASE("rebase as JSON names the new parent, the moved revisions and the files", "[cli][rebase]") {
  Project project;
  add_branches(project);
  const auto result = project.migrate("--json", "rebase", "d4");
  expect_done(result);
  CHECK_THAT(result.out, Contains("\"onto\": \"b2\"") && Contains("versions/c3.sql\"") && !Contains("d4.sql"));
  CHECK(result.out.find("\"c3\"") < result.out.find("\"d4\""));
  const auto again = project.migrate("--json", "rebase", "d4", "--onto", "b2");
  expect_done(again);
  CHECK_THAT(again.out, Contains("\"moved\": []") && Contains("\"rewritten\": []"));
}
