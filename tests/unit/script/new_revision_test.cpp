#include "migrate/script/new_revision.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "migrate/base/error.hpp"
#include "migrate/base/text.hpp"
#include "migrate/script/template.hpp"

using namespace migrate;
using script::NewRevision;
using script::slug;

namespace {

NewRevision draft() {
  NewRevision revision;
  revision.revision.id = "b03417887b93";
  revision.revision.message = "add timezone";
  revision.created = std::chrono::sys_days(std::chrono::year(2026) / 11 / 21) + std::chrono::hours(10);
  return revision;
}

std::string rendered(const NewRevision& revision, std::string_view text) {
  return script::render_revision(revision, text, "sql.mako");
}

}  // namespace

TEST_CASE("a random id is 12 lower-case hex digits, each time others", "[new_revision]") {
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const auto id = script::random_revision_id();
    CHECK(id.size() == 12);
    CHECK(id.find_first_not_of("0123456789abcdef") == std::string::npos);
    seen.insert(id);
  }
  CHECK(seen.size() == 200);
}

TEST_CASE("a slug joins the words of the message in lower case", "[slug]") {
  CHECK(slug("Add  users-table!") == "add_users_table");
  CHECK(slug("__x__ y") == "__x___y");
  CHECK(slug("v2.0: 'quoted' / path\\..") == "v2_0_quoted_path");
  CHECK(slug("line\nbreak\ttab") == "line_break_tab");
  CHECK(slug("") == "");
  CHECK(slug("!?… — ") == "");
}

TEST_CASE("letters of every script belong to words", "[slug]") {
  CHECK(slug("Größe ÄNDERN") == "größe_ändern");
  CHECK(slug("Добавить Таблицу") == "добавить_таблицу");
  CHECK(slug("日本語、テスト") == "日本語_テスト");
}

TEST_CASE("a long slug is cut at its last underscore, as Alembic cuts it", "[slug]") {
  CHECK(slug("this is a really long name that just keeps going on and on") == "this_is_a_really_long_name_that_just_");
  CHECK(slug("abc def ghi", 7) == "abc_");
  CHECK(slug("abc def", 7) == "abc_def");
  CHECK(slug(std::string(50, 'a')) == std::string(40, 'a') + "_");
}

TEST_CASE("a slug is cut between characters, never inside one", "[slug]") {
  CHECK(slug("ääää öööö üüüü", 9) == "ääää_");
  CHECK(slug("日本語テスト", 3) == "日本語_");
}

TEST_CASE("a slug ends where the message stops being UTF-8", "[slug]") {
  CHECK(slug("ab c\xC3") == "ab_c");
}

TEST_CASE("the template sees ids as Alembic hands them over", "[new_revision]") {
  auto revision = draft();
  const std::string text = "${repr(up_revision)} ${repr(down_revision)} ${repr(branch_labels)} ${repr(depends_on)}";
  CHECK(rendered(revision, text) == "'b03417887b93' None None None");
  revision.revision.down_revisions = {"a1"};
  revision.revision.branch_labels = {"core"};
  revision.revision.depends_on = {"d1"};
  CHECK(rendered(revision, text) == "'b03417887b93' 'a1' ('core',) 'd1'");
  revision.revision.down_revisions = {"a1", "b2"};
  revision.revision.depends_on = {"d1", "d2"};
  CHECK(rendered(revision, text) == "'b03417887b93' ('a1', 'b2') ('core',) ('d1', 'd2')");
}

TEST_CASE("the creation date stands in the wanted time zone", "[new_revision]") {
  auto revision = draft();
  CHECK(rendered(revision, "${create_date}") == "2026-11-21 10:00:00+00:00");
  revision.timezone = "Asia/Kolkata";
  CHECK(rendered(revision, "${create_date}") == "2026-11-21 15:30:00+05:30");
  revision.timezone = "Nowhere/Else";
  CHECK_THROWS_WITH(rendered(revision, "x"), Catch::Contains("unknown time zone \"Nowhere/Else\""));
}

TEST_CASE("every line of a message stays a comment", "[new_revision]") {
  auto revision = draft();
  revision.revision.message = "first  \n\nsecond\r\nthird\rDROP TABLE users;\n";
  CHECK(rendered(revision, "-- ${message}\nEND") == "-- first\n--\n-- second\n-- third\n-- DROP TABLE users;\nEND");
  revision.revision.type = script::RevisionType::cpp;
  CHECK(rendered(revision, "// ${message}\nEND") == "// first\n//\n// second\n// third\n// DROP TABLE users;\nEND");
}

TEST_CASE("a message is text, whatever it looks like", "[new_revision]") {
  auto revision = draft();
  revision.revision.message = "${up_revision} <%text> \\";
  CHECK(rendered(revision, "-- ${message}\n% if True:\nx\n% endif\n") == "-- ${up_revision} <%text> \\\nx\n");
}

TEST_CASE("a message line that would read as a header key is refused, any other comes back", "[new_revision]") {
  auto revision = draft();
  for (const std::string message :
       {"revision: 2 of the layout", "a\n\ncreated: accounts", "depends_on:", "migrate:upgrade"}) {
    revision.revision.message = message;
    CHECK_THROWS_WITH(rendered(revision, "x"), Catch::Contains("reads like a key"));
  }
  for (const std::string message : {"feat: add users", "fix(db)!: a: b", "a\n\nreviewed-by: me", "  indented\n    more",
                                    "-- dashes", "the revision: 2", "wip"}) {
    revision.revision.message = message;
    const auto text = rendered(revision, "-- ${message}\n--\n-- revision: ${up_revision}\n\nSELECT 1;\n");
    CHECK(script::parse_header(text, "x.sql").message == base::trim(message));
  }
}

TEST_CASE("no message is called empty, as in Alembic", "[new_revision]") {
  auto revision = draft();
  revision.revision.message = " \n ";
  CHECK(rendered(revision, "-- ${message}") == "-- empty message");
}

TEST_CASE("a message that is not UTF-8 is refused", "[new_revision]") {
  auto revision = draft();
  revision.revision.message = "caf\xE9";
  CHECK_THROWS_WITH(rendered(revision, "x"), Catch::Contains("not valid UTF-8"));
}

TEST_CASE("header lines lose their trailing blanks, bodies keep theirs", "[new_revision]") {
  auto revision = draft();
  revision.upgrades = "COPY t FROM stdin;\na\t \n-- b \n\\.\n";
  CHECK(rendered(revision, "-- a: ${upgrades if False else ''} \t\n--  \n-- b\n\n${upgrades}") ==
        "-- a:\n--\n-- b\n\nCOPY t FROM stdin;\na\t \n-- b \n\\.\n");
}

TEST_CASE("a faulty template is named with its line", "[new_revision]") {
  CHECK_THROWS_AS(rendered(draft(), "\n${mesage}"), script::TemplateError);
  CHECK_THROWS_WITH(rendered(draft(), "\n${mesage}"), Catch::StartsWith("sql.mako:2: "));
}
