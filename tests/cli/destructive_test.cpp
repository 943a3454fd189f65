// Steps that lose data: allowed, asked about, or refused, as safety.destructive says.
#include <catch2/catch.hpp>

#include "cpp_project.hpp"

namespace {

using namespace migrate::test;
using Catch::Contains;

/// a1 is applied and b2 drops what it made, both ways.
class Lossy {
 public:
  explicit Lossy(std::string_view safety) : project_(fmt::format("[alembic.safety]\n{}\n", safety)) {
    project_.add_sql("a1", "", "CREATE TABLE one (id int);\nCREATE TABLE two (id int);",
                     "DROP TABLE one;\nDROP TABLE two;");
    expect_done(project_.migrate("upgrade"));
    project_.add_sql("b2", "a1", "ALTER TABLE one ADD b int;\nTRUNCATE two;", "ALTER TABLE one DROP COLUMN b;");
  }

  [[nodiscard]] Project& project() noexcept { return project_; }
  [[nodiscard]] std::string row() { return version_rows(project_.database()); }
  /// With a terminal on all streams, on which `typed` is typed.
  [[nodiscard]] RunResult on_terminal(const std::string& words, const std::string& typed) const {
    return run_program("/usr/bin/script", {"-qec", fmt::format("{} {}", MIGRATE_BINARY, words), "/dev/null"},
                       project_.path(), {}, typed);
  }

 private:
  Project project_;
};

}  // namespace

TEST_CASE("unless the file says otherwise what loses data runs", "[cli][destructive]") {
  Lossy lossy("");
  expect_done(lossy.project().migrate("upgrade"));
  expect_done(lossy.project().migrate("downgrade", "base"));
  CHECK(lossy.row().empty());
}

TEST_CASE("without a terminal what loses data is refused with its places", "[cli][destructive]") {
  const std::string word = GENERATE("ask", "refuse");
  Lossy lossy("destructive = \"" + word + "\"");
  expect_refused(
      lossy.project().migrate("upgrade"), 8,
      {"this upgrade loses data, and safety.destructive is \"" + word + "\"",
       "versions/b2.sql:8:1: TRUNCATE two: loses all rows of table two", "Nothing was run", "--allow-destructive"});
  CHECK(lossy.row() == "a1");
  // Downgrades are asked about alike, and every statement is named.
  expect_refused(lossy.project().migrate("downgrade", "base"), 8,
                 {"this downgrade loses data", "a1.sql:11:1: DROP TABLE one", "a1.sql:12:1: DROP TABLE two"});
  CHECK(lossy.row() == "a1");
  expect_done(lossy.project().migrate("upgrade", "--allow-destructive"));
  expect_done(lossy.project().migrate("downgrade", "base", "--allow-destructive"));
  CHECK(lossy.row().empty());
}

TEST_CASE("downgrades have a policy of their own", "[cli][destructive]") {
  Lossy lossy("destructive_downgrade = \"ask\"");
  expect_done(lossy.project().migrate("upgrade"));
  expect_refused(lossy.project().migrate("downgrade", "-1"), 8,
                 {"safety.destructive_downgrade is \"ask\"", "loses column b of one"});
  CHECK(lossy.row() == "b2");
  Lossy other("destructive = \"ask\"\ndestructive_downgrade = \"allow\"");
  expect_done(other.project().migrate("downgrade", "base"));
}

TEST_CASE("what loses nothing is not asked about", "[cli][destructive]") {
  Project project("[alembic.safety]\ndestructive = \"refuse\"\n");
  project.add_sql("a1", "", "CREATE TABLE one (id int);\nCREATE INDEX one_id ON one (id);", "DROP INDEX one_id;");
  expect_done(project.migrate("upgrade"));
  expect_done(project.migrate("downgrade", "base"));
}

TEST_CASE("a script is written without asking", "[cli][destructive]") {
  Lossy lossy("destructive = \"refuse\"");
  expect_done(lossy.project().migrate("upgrade", "a1:b2", "--sql"));
  expect_done(lossy.project().migrate("downgrade", "a1:base", "--sql"));
}

TEST_CASE("an enum that is built anew counts as a loss", "[cli][destructive]") {
  Project project("[alembic.safety]\ndestructive = \"ask\"\n");
  project.add_sql("a1", "", "CREATE TYPE mood AS ENUM ('sad', 'glad');\nCREATE TABLE one (m mood);");
  expect_done(project.migrate("upgrade"));
  project.add_sql("b2", "a1",
                  "ALTER TYPE mood RENAME TO mood_old;\nCREATE TYPE mood AS ENUM ('sad');\n"
                  "ALTER TABLE one ALTER COLUMN m TYPE mood USING m::text::mood;\nDROP TYPE mood_old;");
  expect_refused(project.migrate("upgrade"), 8, {"b2.sql:10:1: DROP TYPE mood_old: loses type mood_old"});
}

TEST_CASE("on a terminal a person is asked and may say yes", "[cli][destructive]") {
  Lossy lossy("destructive = \"ask\"");
  const std::string no = GENERATE("n\n", "\n", "yesterday\n");
  const auto refused = lossy.on_terminal("upgrade", no);
  INFO(refused.out);
  CHECK(refused.exit_code == 8);
  CHECK_THAT(refused.out,
             Contains("This loses data") && Contains("loses all rows of table two") && Contains("the answer was no"));
  CHECK(lossy.row() == "a1");
  const auto done = lossy.on_terminal("upgrade", "y\n");
  INFO(done.out);
  CHECK(done.exit_code == 0);
  CHECK(lossy.row() == "b2");
}

TEST_CASE("on a terminal refuse does not ask", "[cli][destructive]") {
  Lossy lossy("destructive = \"refuse\"");
  const auto refused = lossy.on_terminal("upgrade", "y\n");
  INFO(refused.out);
  CHECK(refused.exit_code == 8);
  CHECK_THAT(refused.out, Contains("--allow-destructive"));
  CHECK(lossy.row() == "a1");
}

TEST_CASE("C++ revisions are looked through as well and a question to the database makes them doubtful",
          "[cli][destructive][cpp]") {
  Project project("[alembic.safety]\ndestructive = \"ask\"\n");
  add_cpp(project, "a1", "", "  op.create_table(\"one\", column(\"id\", Integer{}));", "  op.drop_table(\"one\");");
  add_cpp(project, "b2", "a1", "  op.execute(\"SELECT 1\");",
          "  if (op.inspect().has_table(\"two\")) op.drop_table(\"two\");");
  expect_done(project.migrate("upgrade"));
  expect_refused(project.migrate("downgrade", "base"), 8,
                 {"a1.cpp:15: DROP TABLE one: loses table one and its rows", "b2.cpp:15: asks the database"});
  CHECK(version_rows(project.database()) == "b2");
  expect_done(project.migrate("downgrade", "base", "--allow-destructive"));
}
