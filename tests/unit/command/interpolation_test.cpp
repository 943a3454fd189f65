#include <catch2/catch.hpp>

#include "migrate/base/error.hpp"
#include "migrate/command/detail/interpolation.hpp"
#include "support/temp_dir.hpp"

using namespace migrate;
using Catch::Contains;
using command::Variables;

namespace {

command::Expansion expanded(std::string_view text) {
  Variables variables(
      base::fixed_environment({{"A", "one"}, {"EMPTY", ""}, {"TRICK", "${A}"}, {"MY_PASSWORD", "geheim"}}),
      {{"k", "first"}, {"k", "last"}, {"a-b.c", "odd"}}, "/nonexistent/.env", ".env");
  return command::expand(text, variables);
}

std::string complaint(std::string_view text) {
  const auto result = expanded(text);
  return result.complaints.empty() ? "" : result.complaints[0].message;
}

}  // namespace

TEST_CASE("variables, defaults and options are put in", "[config][interpolation]") {
  CHECK(expanded("${A}").text == "one");
  CHECK(expanded("<${A}|${A}>").text == "<one|one>");
  CHECK(expanded("${EMPTY}").text.empty());
  CHECK(expanded("${B:-two}").text == "two");
  CHECK(expanded("${EMPTY:-two}").text == "two");
  CHECK(expanded("${A:-two}").text == "one");
  CHECK(expanded("${B:-}").text.empty());
  CHECK(expanded("${B:-a:-b}").text == "a:-b");
  CHECK(expanded("${B:-${C:-${A}}}!").text == "one!");
  CHECK(expanded("${x:k}").text == "last");
  CHECK(expanded("${x:a-b.c}").text == "odd");
  CHECK(expanded("${x:none:-d}").text == "d");
}

TEST_CASE("what is not a reference stays as it is", "[config][interpolation]") {
  CHECK(expanded("pa$$word $A $ 100% {rev}_{slug}").text == "pa$$word $A $ 100% {rev}_{slug}");
  CHECK(expanded("$${A}").text == "${A}");
  CHECK(expanded("$$${A}").text == "$${A}");
  CHECK(expanded("a$").text == "a$");
  CHECK(expanded("").text.empty());
}

TEST_CASE("what was put in is not looked at again", "[config][interpolation]") {
  CHECK(expanded("${TRICK}").text == "${A}");
}

TEST_CASE("malformed references are faults", "[config][interpolation]") {
  CHECK_THAT(complaint("a${A"), Contains("without its closing }"));
  CHECK_THAT(complaint("${}"), Contains("${} names no variable"));
  CHECK_THAT(complaint("${1A}"), Contains("names no variable"));
  CHECK_THAT(complaint("${A B}"), Contains("names no variable"));
  CHECK_THAT(complaint("${A-b}"), Contains("names no variable"));
  CHECK_THAT(complaint("${x:}"), Contains("names no variable"));
  CHECK_THAT(complaint("${B:-${A}"), Contains("without its closing }"));
}

TEST_CASE("every unset variable of a text is reported", "[config][interpolation]") {
  const auto result = expanded("${B}${A}${C}${x:none}");
  REQUIRE(result.complaints.size() == 3);
  CHECK(result.complaints[0].message == "${B} is not set");
  CHECK(result.complaints[1].message == "${C} is not set");
  CHECK(result.complaints[2].message == "-x none=… was not given");
}

TEST_CASE("an expansion tells where its pieces came from and hides secrets", "[config][interpolation]") {
  const auto result = expanded("${A}:${MY_PASSWORD}:${x:k}:${B:-d}");
  CHECK(result.text == "one:geheim:last:d");
  CHECK(result.shown == "one:***:last:d");
  CHECK(result.origins == std::vector<std::string>{"$A", "$MY_PASSWORD", "-x k"});
}

TEST_CASE("a value that is not UTF-8 is refused without being shown", "[config][interpolation]") {
  Variables variables(base::fixed_environment({{"A", "x\xff"}}), {}, "/nonexistent/.env", ".env");
  const auto result = command::expand("${A}", variables);
  REQUIRE(result.complaints.size() == 1);
  CHECK(result.complaints[0].message == "the value of $A is not UTF-8 text");
}

TEST_CASE("defaults within defaults have an end", "[config][interpolation]") {
  std::string text;
  for (int i = 0; i < 10000; ++i) text += "${B:-";
  CHECK_THAT(complaint(text), Contains("without its closing }"));
  text += std::string(10000, '}');
  CHECK_THAT(complaint(text), Contains("too deep"));
}

TEST_CASE("the .env file is only read when the environment does not know", "[config][interpolation]") {
  const test::TempDir folder;
  folder.write(".env", "A=file\nB=file\n");
  Variables variables(base::fixed_environment({{"A", "real"}}), {}, folder.path() / ".env", ".env");
  CHECK(variables.find("A")->text == "real");
  folder.write(".env", "A=file\n\nB=later\n");
  CHECK(variables.find("B")->text == "later");
  CHECK(variables.find("B")->origin == ".env:3 B");
  CHECK_FALSE(variables.find("C"));
}
