// Several heads: the gate for pull requests, and what is said when a target needs one.
#include "expect.hpp"

using namespace migrate::test;
using Catch::Contains;

TEST_CASE("heads --check passes one head and fails several, without a database", "[cli][heads]") {
  TempDir project;
  project.write("alembic.toml", "[alembic]\nengine.url = \"postgresql://nobody@127.0.0.1:1/none\"\n");
  CHECK(run_migrate({"heads", "--check"}, project.path()).exit_code == 0);
  project.write("versions/a1.sql", "-- a\n-- revision: a1\n\n-- migrate:upgrade\n");
  project.write("versions/b2.sql", "-- b\n-- revision: b2\n-- down_revision: a1\n\n-- migrate:upgrade\n");
  const auto one = run_migrate({"heads", "--check"}, project.path());
  expect_done(one);
  CHECK(one.out == "b2 (head)\n");
  CHECK(one.err.empty());

  project.write("versions/c3.sql", "-- c\n-- revision: c3\n-- down_revision: a1\n\n-- migrate:upgrade\n");
  CHECK(run_migrate({"heads"}, project.path()).exit_code == 0);
  const auto two = run_migrate({"heads", "--check"}, project.path());
  CHECK(two.exit_code == 3);
  CHECK(two.out == "b2 (head)\nc3 (head)\n");
  CHECK_THAT(two.err, Contains("2 heads: b2, c3") && Contains("migrate merge heads") && Contains("migrate rebase"));
  const auto quiet = run_migrate({"-q", "--json", "heads", "--check"}, project.path());
  CHECK(quiet.exit_code == 3);
  CHECK_THAT(quiet.out, Contains("\"revision\": \"c3\""));
  CHECK_THAT(quiet.err, Contains("b2, c3"));
}

TEST_CASE("heads --check counts a head that another depends on unless dependencies are resolved", "[cli][heads]") {
  TempDir project;
  project.write("alembic.toml", "[alembic]\n");
  project.write("versions/a1.sql", "-- a\n-- revision: a1\n\n-- migrate:upgrade\n");
  project.write("versions/b2.sql", "-- b\n-- revision: b2\n-- depends_on: a1\n\n-- migrate:upgrade\n");
  CHECK(run_migrate({"heads", "--check"}, project.path()).exit_code == 3);
  CHECK(run_migrate({"heads", "--check", "--resolve-dependencies"}, project.path()).exit_code == 0);
}

TEST_CASE("upgrade head with several heads names both ways out and runs nothing", "[cli][heads]") {
  Project project;
  project.add_sql("a1", "", "SELECT 1;");
  project.add_sql("b2", "a1", "SELECT 1;");
  project.add_sql("c3", "a1", "SELECT 1;");
  expect_refused(project.migrate("upgrade", "head"), 2,
                 {"b2", "c3", "migrate merge heads", "migrate rebase", "migrate upgrade heads"});
  CHECK(version_rows(project.database()) == "(no table)");
}
