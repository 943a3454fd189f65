#include <catch2/catch.hpp>

#include "migrate/script/error.hpp"
#include "migrate/script/revision.hpp"
#include "support/temp_dir.hpp"

namespace {

using namespace migrate;
using script::parse_header;
using script::RevisionError;

constexpr auto k_full = R"(-- add timezone to datetime fields
--
-- The second paragraph.
--
-- revision: b03417887b93
-- down_revision: e9844b552bfa, 0a1b2c3d4e5f
-- branch_labels: time, zone
-- depends_on: 4c1d8
-- created: 2026-11-21 10:00:00+00:00

-- migrate:upgrade
-- revision: not_this_one
)";

std::string message_of(std::string_view text, const char* path = "versions/a.sql") {
  try {
    parse_header(text, path);
  } catch (const RevisionError& error) {
    return std::string(error.what()) + " | " + error.hint();
  }
  return {};
}

}  // namespace

TEST_CASE("a full header gives every field", "[script][header]") {
  const auto revision = parse_header(k_full, "versions/a.sql");
  CHECK(revision.id == "b03417887b93");
  CHECK(revision.down_revisions == std::vector<std::string>{"e9844b552bfa", "0a1b2c3d4e5f"});
  CHECK(revision.branch_labels == std::vector<std::string>{"time", "zone"});
  CHECK(revision.depends_on == std::vector<std::string>{"4c1d8"});
  CHECK(revision.created == "2026-11-21 10:00:00+00:00");
  CHECK(revision.message == "add timezone to datetime fields\n\nThe second paragraph.");
  CHECK(revision.title() == "add timezone to datetime fields");
  CHECK(revision.type == script::RevisionType::sql);
}

TEST_CASE("a header may be as short as its id", "[script][header]") {
  const auto text = GENERATE("-- revision: abc", "--revision:abc\n", "--\n--\n-- revision: abc\n--\n",
                             "-- revision: abc\n-- down_revision: None\n-- depends_on:\nCREATE TABLE t ();");
  const auto revision = parse_header(text, "a.sql");
  CHECK(revision.id == "abc");
  CHECK(revision.down_revisions.empty());
  CHECK(revision.depends_on.empty());
  CHECK(revision.message.empty());
}

TEST_CASE("a byte order mark and CRLF do not show", "[script][header]") {
  const auto revision =
      parse_header("\xEF\xBB\xBF-- caf\xC3\xA9\r\n--\r\n-- revision: abc\r\n-- down_revision: x1\r\n\r\n", "a.sql");
  CHECK(revision.message == "caf\xC3\xA9");
  CHECK(revision.id == "abc");
  CHECK(revision.down_revisions == std::vector<std::string>{"x1"});
}

TEST_CASE("a C++ revision has // and the transaction switch", "[script][header]") {
  const auto text = "// add a column\n//\n// revision: abc\n// transaction: false\n\n#include <migrate/op.hpp>\n";
  const auto revision = parse_header(text, "a.cpp");
  CHECK(revision.type == script::RevisionType::cpp);
  CHECK(revision.message == "add a column");
  CHECK_FALSE(revision.transaction);
  CHECK_THAT(message_of("// revision: abc\n// transaction: no\n", "a.cpp"), Catch::Contains("a.cpp:2: transaction"));
}

TEST_CASE("a SQL header with transaction is told where it belongs", "[script][header]") {
  CHECK_THAT(message_of("-- revision: abc\n-- transaction: false\n"),
             Catch::Contains("a.sql:2:") && Catch::Contains("-- migrate:upgrade transaction:false"));
}

TEST_CASE("words with a colon in the message stay message", "[script][header]") {
  const auto revision =
      parse_header("-- fix: typo\n-- note: this is important\n-- see https://x.org\n-- revision: abc\n", "a.sql");
  CHECK(revision.message == "fix: typo\nnote: this is important\nsee https://x.org");
}

TEST_CASE("an unknown key names file, line and key, and the nearest one", "[script][header]") {
  CHECK_THAT(message_of("-- m\n--\n-- revision: abc\n-- down_revison: x\n"),
             Catch::Contains("versions/a.sql:4: unknown header key 'down_revison'") &&
                 Catch::Contains("Did you mean 'down_revision'?"));
  CHECK_THAT(message_of("-- revision: abc\n-- author: bob\n"), Catch::Contains("a.sql:2: unknown header key 'author'"));
}

TEST_CASE("a mistyped key above the known ones does not turn into message", "[script][header]") {
  CHECK_THAT(message_of("-- m\n--\n-- down_revison: x1\n-- revision: abc\n"),
             Catch::Contains("a.sql:3: unknown header key 'down_revison'"));
  CHECK_THAT(message_of("-- m\n--\n-- down-revision: x1\n-- revision: abc\n"), Catch::Contains("a.sql:3:"));
}

TEST_CASE("a header without revision points at what was probably meant", "[script][header]") {
  CHECK_THAT(message_of("-- m\n--\n-- revison: abc\n"),
             Catch::Contains("a.sql:3:") && Catch::Contains("Did you mean 'revision'?"));
  CHECK_THAT(message_of("-- m\n--\n-- Revision: abc\n"), Catch::Contains("a.sql:3:"));
  CHECK_THAT(message_of("-- m\n\n-- revision: abc\n"),
             Catch::Contains("a.sql:2:") && Catch::Contains("stands in line 3"));
  CHECK_THAT(message_of(""), Catch::Contains("no 'revision:' line"));
  CHECK_THAT(message_of("CREATE TABLE t ();\n"), Catch::Contains("a.sql:1:"));
  CHECK_THAT(message_of("-- created: today\n"), Catch::Contains("no 'revision:' line"));
}

TEST_CASE("text between the keys and a key given twice are errors", "[script][header]") {
  CHECK_THAT(message_of("-- revision: abc\n-- some words\n"),
             Catch::Contains("a.sql:2: 'some words' is neither a key"));
  CHECK_THAT(message_of("-- revision: abc\n-- revision: abd\n"),
             Catch::Contains("a.sql:2: the key 'revision' is given twice"));
}

TEST_CASE("ids that the version table or the grammar cannot take are refused", "[script][header]") {
  const auto id = GENERATE("", "a b", "a@b", "a-b", "a+b", "a:b", "a,b", "head", "heads", "base", "current", "a\tb",
                           "123456789012345678901234567890123");
  CAPTURE(id);
  CHECK_THAT(message_of(std::string("-- m\n-- revision: ") + id + "\n"), Catch::Contains("versions/a.sql:2:"));
  CHECK_THROWS_AS(script::check_revision_id(id, "--rev-id"), RevisionError);
}

TEST_CASE("an id of 32 characters is taken, also when they are not ASCII", "[script][header]") {
  CHECK_NOTHROW(script::check_revision_id("12345678901234567890123456789012", "--rev-id"));
  std::string umlauts;
  for (int i = 0; i < 32; ++i) umlauts += "\xC3\xBC";
  CHECK_NOTHROW(script::check_revision_id(umlauts, "--rev-id"));
  CHECK_THROWS_WITH(script::check_revision_id(umlauts + "x", "--rev-id"), Catch::Contains("33 characters"));
}

TEST_CASE("labels may look like offsets but not hold what the grammar needs", "[script][header]") {
  CHECK(parse_header("-- revision: a\n-- branch_labels: feat-2x, my.dotted, with+1\n", "a.sql").branch_labels.size() ==
        3);
  const auto label = GENERATE("a@b", "a:b", "head", "current", "a b", "-1", "+x");
  CAPTURE(label);
  CHECK_THAT(message_of(std::string("-- revision: a\n-- branch_labels: ") + label), Catch::Contains("a.sql:2:"));
}

TEST_CASE("binary, UTF-16 and broken UTF-8 are named as such", "[script][header]") {
  CHECK_THAT(message_of(std::string_view("-- a\0b\n-- revision: x\n", 22)),
             Catch::Contains("a.sql:1: this is a binary file"));
  CHECK_THAT(message_of(std::string_view("\x7F"
                                         "ELF\0\0\0",
                                         7)),
             Catch::Contains("binary"));
  CHECK_THAT(message_of("-- revision: abc\n-- created: \xFF\n"),
             Catch::Contains("a.sql:2: the text is not valid UTF-8"));
  CHECK_THAT(message_of(std::string_view("\xFF\xFE-\0-\0", 6)), Catch::Contains("UTF-16") || Catch::Contains("binary"));
}

TEST_CASE("a body that is not UTF-8 does not trouble the header", "[script][header]") {
  CHECK(parse_header("-- revision: abc\n\n-- migrate:upgrade\nSELECT '\xFF';\n", "a.sql").id == "abc");
}

TEST_CASE("a header longer than one read is read to its end", "[script][header]") {
  const test::TempDir directory;
  std::string text = "-- title\n";
  for (int i = 0; i < 2000; ++i) text += "-- a line of the message, number " + std::to_string(i) + "\n";
  const auto path = directory.write("long.sql", text + "--\n-- revision: abc\n\nSELECT 1;\n");
  const auto revision = script::read_revision(path);
  CHECK(revision.id == "abc");
  CHECK_THAT(revision.message, Catch::Contains("number 1999"));
  CHECK(revision.path == path);
}

TEST_CASE("a character that the first read cuts in two is whole", "[script][header]") {
  const test::TempDir directory;
  for (std::size_t fill = 4080; fill < 4100; ++fill) {
    std::string text = "-- " + std::string(fill - 3, 'x') + "\xC3\xA9\n-- revision: abc\n";
    CHECK(script::read_revision(directory.write("cut.sql", text)).id == "abc");
  }
}
