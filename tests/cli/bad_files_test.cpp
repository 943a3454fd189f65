// Every mistake in a revision file gets one clear message, exit code 2, and an untouched database.
#include <sys/stat.h>
#include <unistd.h>

#include "expect.hpp"

using namespace migrate::test;

namespace {

constexpr const char* k_good =
    "-- first\n--\n-- revision: a1\n-- down_revision:\n\n-- migrate:upgrade\nCREATE TABLE one (id int);\n\n"
    "-- migrate:downgrade\nDROP TABLE one;\n";

/// A project with one good revision and one that has this upgrade section.
RunResult upgrade_with_section(Project& project, const std::string& section) {
  project.add_revision("a1_first.sql", k_good);
  project.add_revision("b2_second.sql", "-- second\n--\n-- revision: b2\n-- down_revision: a1\n\n" + section);
  return project.migrate("upgrade", "head");
}

}  // namespace

TEST_CASE("a header without revision is refused with the file's name", "[cli][bad-input]") {
  Project project;
  project.add_revision("a1_first.sql", "-- first\n-- down_revision:\n\n-- migrate:upgrade\nSELECT 1;\n");
  expect_refused(project.migrate("upgrade", "head"), 2, {"a1_first.sql", "revision"});
  CHECK(tables(project.database()) == 0);
}

TEST_CASE("an unknown header key is refused with file, line and the nearest key", "[cli][bad-input]") {
  Project project;
  project.add_revision("a1_first.sql",
                       "-- first\n--\n-- revision: a1\n-- down_revison: x\n\n-- migrate:upgrade\nSELECT 1;\n");
  expect_refused(project.migrate("upgrade", "head"), 2, {"a1_first.sql:4", "down_revison", "down_revision"});
  CHECK(tables(project.database()) == 0);
}

TEST_CASE("two files with one id are refused with both names", "[cli][bad-input]") {
  Project project;
  project.add_revision("a1_first.sql", k_good);
  project.add_revision("a1_other.sql", k_good);
  expect_refused(project.migrate("upgrade", "head"), 2, {"a1_first.sql", "a1_other.sql", "a1"});
  CHECK(tables(project.database()) == 0);
}

TEST_CASE("a parent that is missing is refused with the file that names it", "[cli][bad-input]") {
  Project project;
  project.add_revision("b2_second.sql", "-- second\n--\n-- revision: b2\n-- down_revision: a1\n\n-- migrate:upgrade\n");
  expect_refused(project.migrate("upgrade", "head"), 2, {"b2_second.sql", "a1"});
  CHECK(tables(project.database()) == 0);
}

TEST_CASE("a cycle is refused with its members", "[cli][bad-input]") {
  Project project;
  project.add_revision("a1.sql", "-- a\n-- revision: a1\n-- down_revision: b2\n\n-- migrate:upgrade\n");
  project.add_revision("b2.sql", "-- b\n-- revision: b2\n-- down_revision: a1\n\n-- migrate:upgrade\n");
  expect_refused(project.migrate("upgrade", "head"), 2, {"a1", "b2", "cycle"});
  expect_refused(project.migrate("heads"), 2, {"a1", "b2", "cycle"});
  CHECK(tables(project.database()) == 0);
}

TEST_CASE("a revision that is its own parent is refused", "[cli][bad-input]") {
  Project project;
  project.add_revision("a1.sql", "-- a\n-- revision: a1\n-- down_revision: a1\n\n-- migrate:upgrade\n");
  expect_refused(project.migrate("upgrade", "head"), 2, {"a1.sql", "a1"});
  CHECK(tables(project.database()) == 0);
}

TEST_CASE("BEGIN inside a transactional section is refused with what to do instead", "[cli][bad-input]") {
  Project project;
  expect_refused(upgrade_with_section(project, "-- migrate:upgrade\nBEGIN;\nCREATE TABLE two (id int);\nCOMMIT;\n"), 2,
                 {"b2_second.sql:7:1", "BEGIN", "transaction:false"});
  CHECK(tables(project.database()) == 0);
}

TEST_CASE("COMMIT inside a transactional section is refused too", "[cli][bad-input]") {
  Project project;
  expect_refused(upgrade_with_section(project, "-- migrate:upgrade\nCREATE TABLE two (id int); COMMIT;\n"), 2,
                 {"b2_second.sql:7:28", "COMMIT", "transaction:false"});
  CHECK(tables(project.database()) == 0);
}

TEST_CASE("CREATE INDEX CONCURRENTLY inside a transactional section is refused before anything runs",
          "[cli][bad-input]") {
  Project project;
  expect_refused(upgrade_with_section(project, "-- migrate:upgrade\nCREATE INDEX CONCURRENTLY i ON one (id);\n"), 2,
                 {"b2_second.sql:7:1", "transaction:false"});
  CHECK(tables(project.database()) == 0);
}

TEST_CASE("an unterminated dollar quote is refused at the place where it opens", "[cli][bad-input]") {
  Project project;
  expect_refused(upgrade_with_section(project, "-- migrate:upgrade\nDO $body$\nBEGIN NULL; END\n"), 2,
                 {"b2_second.sql:7:4", "$body$"});
  CHECK(tables(project.database()) == 0);
}

TEST_CASE("an unterminated comment is refused at the place where it opens", "[cli][bad-input]") {
  Project project;
  expect_refused(upgrade_with_section(project, "-- migrate:upgrade\nSELECT 1; /* oh\n"), 2,
                 {"b2_second.sql:7:11", "comment"});
  CHECK(tables(project.database()) == 0);
}

TEST_CASE("a psql command is refused with its line", "[cli][bad-input]") {
  Project project;
  expect_refused(upgrade_with_section(project, "-- migrate:upgrade\n\\connect other\n"), 2,
                 {"b2_second.sql:7", "\\connect"});
  CHECK(tables(project.database()) == 0);
}

TEST_CASE("a binary file is refused", "[cli][bad-input]") {
  Project project;
  std::string text = "-- a\n-- revision: a1\n\n-- migrate:upgrade\nSELECT '";
  text += '\0';
  project.add_revision("a1.sql", text + "';\n");
  expect_refused(project.migrate("upgrade", "head"), 2, {"a1.sql", "binary"});
  CHECK(tables(project.database()) == 0);
}

TEST_CASE("a file that is not UTF-8 is refused with its line", "[cli][bad-input]") {
  Project project;
  project.add_revision("a1.sql", "-- a\n-- revision: a1\n\n-- migrate:upgrade\nSELECT 'gr\xfc\xdf';\n");
  expect_refused(project.migrate("upgrade", "head"), 2, {"a1.sql:5", "UTF-8"});
  CHECK(tables(project.database()) == 0);
}

TEST_CASE("a directory where a revision file should be is refused", "[cli][bad-input]") {
  Project project;
  std::filesystem::create_directories(project.path() / "versions" / "a1.sql");
  expect_refused(project.migrate("upgrade", "head"), 2, {"a1.sql", "directory"});
  CHECK(tables(project.database()) == 0);
}

TEST_CASE("a revision file that cannot be read is refused", "[cli][bad-input]") {
  Project project;
  // A link to nowhere is unreadable for everyone, root included.
  project.add_revision("a1.sql", k_good);
  std::filesystem::create_symlink("/nonexistent/b2.sql", project.path() / "versions" / "b2.sql");
  expect_refused(project.migrate("upgrade", "head"), 2, {"b2.sql"});
  CHECK(tables(project.database()) == 0);
}

TEST_CASE("a revision id over 32 characters is refused when it is read and when it is made", "[cli][bad-input]") {
  Project project;
  const std::string id(33, 'a');
  expect_refused(project.migrate("revision", "-m", "x", "--rev-id", id), 2, {"32"});
  CHECK(std::filesystem::is_empty(project.path() / "versions"));
  project.add_sql(id, "", "CREATE TABLE one (id int);");
  expect_refused(project.migrate("upgrade", "head"), 2, {"32", id});
  CHECK(tables(project.database()) == 0);
}

TEST_CASE("an irreversible downgrade is refused with exit code 8 and nothing undone", "[cli][bad-input]") {
  Project project;
  project.add_revision("a1.sql", "-- a\n-- revision: a1\n\n-- migrate:upgrade\nCREATE TABLE one (id int);\n");
  project.add_sql("b2", "a1", "CREATE TABLE two (id int);", "DROP TABLE two;");
  expect_done(project.migrate("upgrade", "head"));
  expect_refused(project.migrate("downgrade", "base"), 8, {"a1.sql", "downgrade"});
  CHECK(version_rows(project.database()) == "b2");
  CHECK(tables(project.database()) == 3);
}

TEST_CASE("an existing revision id or file is never overwritten", "[cli][bad-input]") {
  Project project;
  const auto path = project.add_revision("a1_first.sql", k_good);
  expect_refused(project.migrate("revision", "-m", "first", "--rev-id", "a1"), 2, {"a1", "a1_first.sql"});
  CHECK(project.directory().read("versions/a1_first.sql") == k_good);
}

TEST_CASE("a section that ends with its transaction open is rolled back and told", "[cli][bad-input]") {
  Project project;
  const auto result =
      upgrade_with_section(project, "-- migrate:upgrade transaction:false\nBEGIN;\nCREATE TABLE two (id int);\n");
  INFO(result.err);
  CHECK(result.exit_code == 1);
  CHECK(result.err.find("open") != std::string::npos);
  CHECK(version_rows(project.database()) == "a1");
  CHECK(project.database().query("SELECT to_regclass('two')").empty());
}
