// Files of applied revisions that were edited: told from those that were only tidied up, shown, and accepted.
#include <catch2/catch.hpp>

#include "cpp_project.hpp"
#include "migrate/base/text.hpp"

namespace {

using namespace migrate;
using namespace migrate::test;
using Catch::Contains;

constexpr std::string_view k_header = "-- notes\n--\n-- revision: a1\n-- down_revision:\n\n";
constexpr std::string_view k_upgrade =
    "CREATE TABLE notes (\n  id int PRIMARY KEY,\n  body text DEFAULT 'none'\n);\n"
    "INSERT INTO notes VALUES (1, 'it''s one'), (2, NULL);\n"
    "CREATE FUNCTION n() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$;\n";
constexpr std::string_view k_downgrade = "DROP FUNCTION n();\nDROP TABLE notes;\n";

std::string text_of(std::string_view upgrade, std::string_view header = k_header,
                    std::string_view downgrade = k_downgrade) {
  return fmt::format("{}-- migrate:upgrade\n{}\n-- migrate:downgrade\n{}", header, upgrade, downgrade);
}

/// The upgrade section with one place replaced.
std::string with(std::string_view from, std::string_view to) {
  std::string text(k_upgrade);
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

/// A project in which a1 is applied, and b2 is not.
class Applied {
 public:
  explicit Applied(std::string_view settings = {}, bool applied = true) : project_(settings) {
    write(text_of(k_upgrade));
    if (applied) expect_done(project_.migrate("upgrade", "a1"));
    project_.add_sql("b2", "a1", "CREATE TABLE later (id int);", "DROP TABLE later;");
  }

  void write(std::string_view text) const { project_.add_revision("a1.sql", text); }
  void edit(std::string_view from, std::string_view to) const { write(text_of(with(from, to))); }
  [[nodiscard]] RunResult upgrade() const { return project_.migrate("upgrade", "head"); }
  [[nodiscard]] Project& project() noexcept { return project_; }
  [[nodiscard]] std::string row() { return version_rows(project_.database()); }

 private:
  Project project_;
};

}  // namespace

TEST_CASE("an applied file that was only tidied up is as it was", "[cli][edited]") {
  const auto text = GENERATE(
      as<std::string>{}, text_of("-- a comment\n/* and /* another */ */\n" + std::string(k_upgrade)),
      text_of(with("CREATE TABLE notes (\n  id int", "create   table NOTES\n(\n\tid\n\t\tINT")),
      text_of(with("notes (\n", "\"notes\" (\n")), base::replace_all(text_of(k_upgrade), "\n", "\r\n"),
      "\xEF\xBB\xBF" + text_of(k_upgrade), text_of(with("NULL);\n", "NULL)\n;;\n")),
      text_of(with("'it''s one'", "$$it's one$$")),
      text_of(k_upgrade, "-- other words\n--\n-- revision: a1\n-- down_revision:\n-- branch_labels: notes\n\n"),
      text_of(k_upgrade, k_header, "DROP TABLE notes CASCADE;\n"), text_of(k_upgrade) + "\n\n-- the end");
  Applied applied;
  applied.write(text);
  INFO(text);
  expect_done(applied.upgrade());
  CHECK(applied.row() == "b2");
}

TEST_CASE("an edit of an applied file stops the upgrade before anything runs", "[cli][edited]") {
  using Edit = std::pair<std::string, std::string>;
  const auto [from, to] = GENERATE(values<Edit>({{"'none'", "'NONE'"},
                                                 {"id int", "id bigint"},
                                                 {"(2, NULL)", "(3, NULL)"},
                                                 {"SELECT 1;", "SELECT 2;"},
                                                 {"SELECT 1;", "SELECT  1;"},
                                                 {"PRIMARY KEY", "UNIQUE"},
                                                 {"TABLE notes", "TABLE \"Notes\""},
                                                 {"INSERT INTO notes VALUES (1, 'it''s one'), (2, NULL);\n", ""},
                                                 {"CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"},
                                                 {"$$;\n", "$$;\nCREATE TABLE more ();\n"}}));
  Applied applied;
  applied.edit(from, to);
  INFO(from << " -> " << to);
  expect_refused(applied.upgrade(), 8, {"a1.sql", "revision a1 was edited", "line ", "was", "migrate accept"});
  CHECK(applied.row() == "a1");
}

TEST_CASE("what was changed is shown with its line of the file", "[cli][edited]") {
  Applied applied;
  applied.edit("(2, NULL)", "(2, 'two')");
  // The fifth line of a section that begins on the seventh.
  expect_refused(applied.upgrade(), 8, {"line 11: was `INSERT", "(2, NULL)", "(2, 'two')"});
}

TEST_CASE("every edited file is named at once", "[cli][edited]") {
  Applied applied;
  expect_done(applied.upgrade());
  applied.edit("'none'", "'some'");
  applied.project().add_sql("b2", "a1", "CREATE TABLE later (id bigint);", "DROP TABLE later;");
  applied.project().add_sql("c3", "b2", "SELECT 1;");
  expect_refused(applied.upgrade(), 8, {"revision a1 was edited", "revision b2 was edited"});
}

TEST_CASE("safety.edited says whether an edit stops or warns or is nobody's business", "[cli][edited]") {
  Applied warned("[alembic.safety]\nedited = \"warn\"\n");
  warned.edit("'none'", "'some'");
  const auto warning = warned.upgrade();
  expect_done(warning);
  CHECK_THAT(warning.err, Contains("revision a1 was edited") && Contains("line "));
  CHECK(warned.row() == "b2");

  Applied ignored("[alembic.safety]\nedited = \"ignore\"\n");
  ignored.edit("'none'", "'some'");
  const auto silence = ignored.upgrade();
  expect_done(silence);
  CHECK_THAT(silence.err, !Contains("edited"));
  CHECK(ignored.row() == "b2");
}

TEST_CASE("an accepted edit is what was applied from then on", "[cli][edited]") {
  Applied applied;
  applied.edit("'none'", "'some'");
  const auto accepted = applied.project().migrate("accept", "a1");
  expect_done(accepted);
  CHECK(accepted.out == "a1\n");
  CHECK(applied.project().database().query(
            "SELECT direction || ' ' || outcome FROM alembic_version_log WHERE statement IS NULL ORDER BY id DESC") ==
        "accept done");
  expect_done(applied.upgrade());
  CHECK(applied.row() == "b2");

  // Going back to how it was is now an edit, shown against what was accepted.
  applied.write(text_of(k_upgrade));
  applied.project().add_sql("c3", "b2", "SELECT 1;");
  expect_refused(applied.upgrade(), 8, {"revision a1 was edited", "'some'", "'none'"});
}

TEST_CASE("accept takes all edits when told to and says so", "[cli][edited]") {
  Applied applied;
  expect_done(applied.upgrade());
  applied.edit("'none'", "'some'");
  applied.project().add_sql("b2", "a1", "CREATE TABLE later (id bigint);");
  CHECK(applied.project().migrate("accept").exit_code == 2);
  const auto all = applied.project().migrate("accept", "--all");
  expect_done(all);
  CHECK(all.out == "a1\nb2\n");
  const auto again = applied.project().migrate("accept", "--all");
  expect_done(again);
  CHECK(again.out.empty());
  CHECK_THAT(again.err, Contains("No applied revision was edited"));
  CHECK_THAT(applied.project().migrate("accept", "a1").err, Contains("a1 is what was applied already"));
  CHECK_THAT(applied.project().migrate("accept", "--all", "--json").out, Contains("\"accepted\": []"));
}

TEST_CASE("accept refuses what is not applied and what is not there", "[cli][edited]") {
  Applied applied;
  expect_refused(applied.project().migrate("accept", "b2"), 2, {"revision b2 is not applied"});
  CHECK(applied.project().migrate("accept", "zz").exit_code == 2);
}

TEST_CASE("without a journal nothing is remembered and nothing compared", "[cli][edited]") {
  Applied applied("[alembic.safety]\njournal = false\n");
  CHECK(applied.project().database().query("SELECT to_regclass('alembic_version_log')").empty());
  applied.edit("'none'", "'some'");
  expect_refused(applied.project().migrate("accept", "a1"), 2, {"no journal", "safety.journal"});
  expect_done(applied.upgrade());
  CHECK(applied.row() == "b2");
  CHECK(applied.project().database().query("SELECT to_regclass('alembic_version_log')").empty());
}

TEST_CASE("what was applied before there was a journal is remembered from accept on", "[cli][edited]") {
  Applied applied({}, false);
  applied.project().database().execute(
      "CREATE TABLE alembic_version (version_num varchar(32) NOT NULL CONSTRAINT alembic_version_pkc PRIMARY KEY);"
      "INSERT INTO alembic_version VALUES ('a1')");
  applied.edit("'none'", "'some'");
  // Alembic applied a1: how, nobody knows.
  expect_done(applied.upgrade());
  CHECK(applied.row() == "b2");
  const auto accepted = applied.project().migrate("accept", "--all");
  expect_done(accepted);
  CHECK(accepted.out == "a1\n");
  applied.edit("'none'", "'more'");
  applied.project().add_sql("c3", "b2", "SELECT 1;");
  expect_refused(applied.upgrade(), 8, {"revision a1 was edited"});
}

TEST_CASE("accept makes the journal where there is none", "[cli][edited]") {
  Applied applied({}, false);
  applied.project().database().execute(
      "CREATE TABLE alembic_version (version_num varchar(32) NOT NULL CONSTRAINT alembic_version_pkc PRIMARY KEY);"
      "INSERT INTO alembic_version VALUES ('a1')");
  const auto accepted = applied.project().migrate("accept", "a1");
  expect_done(accepted);
  CHECK(accepted.out == "a1\n");
  CHECK(applied.project().database().query("SELECT direction || ' ' || outcome FROM alembic_version_log") ==
        "accept done");
  CHECK_THAT(applied.project().migrate("accept", "a1").err, Contains("a1 is what was applied already"));
}

TEST_CASE("a stamped revision is not compared", "[cli][edited]") {
  Applied applied({}, false);
  expect_done(applied.project().migrate("stamp", "a1"));
  applied.edit("'none'", "'some'");
  expect_done(applied.upgrade());
  CHECK(applied.row() == "b2");
}

TEST_CASE("a revision that was taken back may be edited and applied again", "[cli][edited]") {
  Applied applied;
  expect_done(applied.project().migrate("downgrade", "base"));
  applied.edit("'none'", "'some'");
  expect_done(applied.upgrade());
  CHECK(applied.row() == "b2");
  // The new text is what is remembered.
  applied.project().add_sql("c3", "b2", "SELECT 1;");
  expect_done(applied.upgrade());
  applied.write(text_of(k_upgrade));
  applied.project().add_sql("d4", "c3", "SELECT 1;");
  expect_refused(applied.upgrade(), 8, {"revision a1 was edited"});
}

TEST_CASE("a downgrade asks nobody about edits", "[cli][edited]") {
  Applied applied;
  expect_done(applied.upgrade());
  applied.edit("'none'", "'some'");
  expect_done(applied.project().migrate("downgrade", "base"));
  CHECK(applied.row().empty());
}

TEST_CASE("an applied file that can no longer be read is named with what is wrong with it", "[cli][edited]") {
  Applied applied;
  applied.edit("'none'", "'none");
  const auto result = applied.upgrade();
  INFO(result.err);
  CHECK(result.exit_code != 0);
  CHECK_THAT(result.err, Contains("a1.sql"));
  CHECK_THAT(result.err, !Contains("terminate called"));
  CHECK(applied.row() == "a1");
}

TEST_CASE("a C++ revision is compared by its code and not by its comments", "[cli][edited][cpp]") {
  Project project;
  const std::string body = "  op.create_table(\"one\", column(\"id\", Integer{}));";
  add_cpp(project, "a1", "", body);
  expect_done(project.migrate("upgrade"));
  project.add_sql("b2", "a1", "SELECT 1;");
  add_cpp(project, "a1", "",
          "  // says why\n\n  op.create_table( \"one\",  /* its key */ column(\"id\", Integer{}) );");
  expect_done(project.migrate("upgrade"));
  CHECK(version_rows(project.database()) == "b2");

  project.add_sql("c3", "b2", "SELECT 1;");
  add_cpp(project, "a1", "", "  op.create_table(\"one\", column(\"id\", BigInteger{}));");
  expect_refused(project.migrate("upgrade"), 8, {"a1.cpp", "revision a1 was edited"});
  expect_done(project.migrate("accept", "a1"));
  expect_done(project.migrate("upgrade"));
  CHECK(version_rows(project.database()) == "c3");
}
