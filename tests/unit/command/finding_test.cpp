#include "migrate/command/finding.hpp"

#include <catch2/catch.hpp>

using namespace migrate::command;

TEST_CASE("a place is taken from the beginning of a line when it names a file of a project", "[finding]") {
  const auto whole = place_at_start("versions/b2_add x.sql:12:3: text");
  CHECK_FALSE(whole);  // a blank in a relative path could as well be a sentence
  const auto place = place_at_start("/tmp/a b/versions/b2.sql:12:3: text");
  REQUIRE(place);
  CHECK(place->file == "/tmp/a b/versions/b2.sql");
  CHECK(place->line == 12);
  CHECK(place->column == 3);
  CHECK(std::string("/tmp/a b/versions/b2.sql:12:3: text").substr(place->size) == "text");
  CHECK(place_at_start("alembic.toml:4: x")->line == 4);
  CHECK(place_at_start("alembic.toml:4: x")->column == 0);
  CHECK(place_at_start("versions/x.cpp: x")->line == 0);
  CHECK(place_at_start("versions/x.cpp:11:6")->size == 19);
  CHECK_FALSE(place_at_start("cannot read versions/a.sql: no such file"));
  CHECK_FALSE(place_at_start("the database is at 10:20: no"));
  CHECK_FALSE(place_at_start("versions/x.sqlite:3: x"));
  CHECK_FALSE(place_at_start("versions/x.sql:3x"));
  CHECK_FALSE(place_at_start("first line\nversions/x.sql:3: x"));
  CHECK_FALSE(place_at_start(""));
}

TEST_CASE("a failure is one finding at its place", "[finding]") {
  Failure failure{.code = ExitCode::timeout, .message = "canceling statement due to lock timeout"};
  failure.where = "versions/b2.sql:7:1";
  failure.revision = "Running upgrade a1 -> b2";
  failure.revision_id = "b2";
  failure.statement = "ALTER TABLE one";
  failure.hint = "Run again.";
  const auto found = findings_of(failure);
  REQUIRE(found.size() == 1);
  const Finding wanted{.rule = "timeout",
                       .message = "upgrade a1 -> b2: canceling statement due to lock timeout",
                       .file = "versions/b2.sql",
                       .line = 7,
                       .column = 1,
                       .revision = "b2",
                       .detail = "ALTER TABLE one",
                       .hint = "Run again."};
  CHECK(found[0] == wanted);
}

TEST_CASE("a message with a place on each line is a finding for each of them", "[finding]") {
  const auto found = findings_of(
      {.code = ExitCode::usage, .message = "alembic.toml:2:1: first\n  and more of it\nalembic.toml:5:3: second"});
  REQUIRE(found.size() == 2);
  CHECK(found[0].message == "first\n  and more of it");
  CHECK(found[0].line == 2);
  CHECK(found[1].message == "second");
  CHECK(found[1].rule == "invalid-input");
  const auto sentence = findings_of({.code = ExitCode::usage, .message = "two lines\nalembic.toml:5:3: no fault"});
  CHECK(sentence.size() == 1);
}

TEST_CASE("a compiler's first error is the place of a revision that does not compile", "[finding]") {
  const auto found = findings_of({.code = ExitCode::usage,
                                  .message = "1 revision does not compile",
                                  .detail = "versions/b2.cpp:4:1: note: x\nversions/b2.cpp:11:6: error: no such"});
  REQUIRE(found.size() == 1);
  CHECK(found[0].file == "versions/b2.cpp");
  CHECK(found[0].line == 11);
  CHECK(found[0].column == 6);
}

TEST_CASE("an edited revision is found at the line that was changed", "[finding]") {
  const auto finding = edited_finding({"b2", "versions/b2.sql", "line 9: was int; is bigint"});
  CHECK(finding.line == 9);
  CHECK(finding.rule == "edited-revision");
  const auto warned = warning_finding(describe(EditedRevision{"b2", "versions/b2.sql", "line 9: was x; is y"}));
  CHECK(warned.level == Level::warning);
  CHECK(warned.rule == "edited-revision");
  CHECK(warned.file == "versions/b2.sql");
  CHECK(warned.line == 9);
  const auto other = warning_finding("something else");
  CHECK(other.rule == "warning");
  CHECK(other.message == "something else");
}

TEST_CASE("every exit code that tells of a failure has a rule that is described", "[finding]") {
  for (const int code : {1, 2, 3, 4, 5, 6, 7, 8, 130, 143}) {
    const auto rule = findings_of({.code = static_cast<ExitCode>(code), .message = "x"}).front().rule;
    CAPTURE(code, rule);
    CHECK(describe_rule(rule) != rule);
  }
  CHECK(describe_rule("no-such-rule") == "no-such-rule");
}
