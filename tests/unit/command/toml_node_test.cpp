#include <catch2/catch.hpp>

#include "migrate/command/config_error.hpp"
#include "migrate/command/detail/toml_node.hpp"

using namespace migrate::command;
using Catch::Contains;

namespace {

std::string fault(std::string_view text) {
  try {
    (void)parse_toml(text, "f.toml");
    return "no fault";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("malformed TOML is reported at its place in plain words", "[config][toml]") {
  CHECK(fault("[alembic\nx = 1\n") == "f.toml:1:9: the table header has no closing ]");
  CHECK(fault("a = \"x\n") == "f.toml:1:7: the text has no closing quote on its line");
  CHECK(fault("a = 'x\r\nb = 1") == "f.toml:1:7: the text has no closing quote on its line");
  CHECK_THAT(fault("\n  a = \"x"), Contains("f.toml:2:") && Contains("closing quote"));
  CHECK(fault("a =\n") == "f.toml:1:4: there is no value after the =");
  CHECK(fault("a 1\n") == "f.toml:1:3: there is no = after the key");
  CHECK(fault("[t]\na = 1\na = 2\n") == "f.toml:3:5: 'a' is given twice");
  CHECK_THAT(fault("[a]\n[a]\n"), Contains("f.toml:2:1: 'a' is given twice"));
  CHECK_THAT(fault("a = postgresql://h/d"), Contains("f.toml:1:5: this is not a value; text stands in quotes"));
  CHECK_THAT(fault("a = [1, 2\n"), Contains("its closing ] is missing"));
  CHECK_THAT(fault("a = [1 2]"), Contains("f.toml:1:8: a comma"));
  CHECK_THAT(fault("a = True"), Contains("true and false are written in lower case"));
  CHECK_THAT(fault("a = \"C:\\data\""), Contains("in single quotes"));
  CHECK_THAT(fault("a = 1 b = 2"), Contains("f.toml:1:7: only a comment may follow a value"));
  CHECK_THAT(fault("a = 007"), Contains("a number does not start with 0"));
  CHECK_THAT(fault("a = 99999999999999999999"), Contains("too large"));
  CHECK_THAT(fault("= 1"), Contains("a key or a [table] is expected here"));
  CHECK_THAT(fault("[]"), Contains("the table header has no name"));
  CHECK_THAT(fault("a = {b = 1,\n}"), Contains("an inline table"));
  CHECK_THAT(fault("a = \"\x01\""), Contains("a control character (U+0001)"));
}

TEST_CASE("columns count characters, not bytes", "[config][toml]") {
  CHECK(fault("a = \"äöü€𝄞\" b = 1").starts_with("f.toml:1:13: "));
  CHECK(fault("# äöü\n\"ä\xff\" = 1").starts_with("f.toml:2:3: the byte 0xff is not UTF-8"));
}

TEST_CASE("text that is not UTF-8 is refused with its place", "[config][toml]") {
  CHECK(fault("a = 1\nb = \"M\xfcnchen\"\n") == "f.toml:2:7: the byte 0xfc is not UTF-8");
  CHECK_THAT(fault(std::string_view("\xff\xfe\x61\x00", 4)), Contains("f.toml:1:1: the byte 0xff is not UTF-8"));
}

TEST_CASE("a byte order mark and CRLF are accepted", "[config][toml]") {
  const auto node = parse_toml("\xEF\xBB\xBF[a]\r\nb = \"x\"\r\nc = 2\r\n", "f");
  REQUIRE(node.find("a") != nullptr);
  REQUIRE(node.find("a")->find("b") != nullptr);
  CHECK(node.find("a")->find("b")->text == "x");
  CHECK(node.find("a")->find("c")->integer == 2);
}

TEST_CASE("keys and values know where they stand, in the order of the file", "[config][toml]") {
  const auto node = parse_toml("z = 1\n[t]\n  b = [\"x\",\n    true]\n  a.c = 0.5\n", "f");
  REQUIRE(node.items.size() == 2);
  CHECK(node.items[0].key == "z");
  CHECK(node.items[0].key_place == Place{1, 1});
  CHECK(node.items[0].place == Place{1, 5});
  const auto& table = node.items[1];
  CHECK(table.key_place == Place{2, 2});
  REQUIRE(table.items.size() == 2);
  CHECK(table.items[0].key == "b");
  CHECK(table.items[0].items[1].place == Place{4, 5});
  CHECK(table.items[0].items[1].boolean);
  CHECK(table.items[1].find("c")->real == 0.5);
  CHECK(table.find("nothing") == nullptr);
}

TEST_CASE("nesting without end neither crashes nor hangs", "[config][toml]") {
  CHECK_THAT(fault("[" + repeated("a.", 300000) + "a]\n"), Contains("not a configuration file"));
  CHECK_THAT(fault(repeated("a.", 300000) + "a = 1\n"), Contains("not a configuration file"));
  CHECK_THAT(fault("a = " + repeated("[", 100000)), Contains("nested far too deep"));
  CHECK_THAT(fault("a = " + repeated("{a = ", 100000)), Contains("nested far too deep"));
  CHECK(fault("[" + repeated("a.", 3900) + "a]\n") == "no fault");
}

TEST_CASE("letters beyond ASCII outside of quotes are faults with a place, not a crash", "[config][toml]") {
  CHECK_THAT(fault("[ü]"), Contains("f.toml:1:2: a name is expected here"));
  CHECK_THAT(fault("[=]"), Contains("f.toml:1:2: a name is expected here"));
  CHECK_THAT(fault("[a.=]"), Contains("f.toml:1:4: a name is expected here"));
  CHECK_THAT(fault("[ \n"), Contains("f.toml:1:3: "));
  CHECK_THAT(fault("ü = 1"), Contains("f.toml:1:1: a key or a [table] is expected here"));
  CHECK_THAT(fault("a.ü = 1"), Contains("f.toml:1:3: a name is expected here"));
  CHECK_THAT(fault("a = ü"), Contains("f.toml:1:5: this is not a value"));
  CHECK_THAT(fault("a = 1ü"), Contains("f.toml:1:"));
  CHECK_THAT(fault("a = 1 ü"), Contains("f.toml:1:7: only a comment may follow"));
  CHECK_THAT(fault("a = 12:ü"), Contains("f.toml:1:"));
  CHECK_THAT(fault("a = \"\"\"x\\ü\"\"\""), Contains("f.toml:1:"));
  CHECK(parse_toml("\"ü\" = \"ä\" # ö", "f").find("ü")->text == "ä");
}
