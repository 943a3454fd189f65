#include <catch2/catch.hpp>
#include <string>

#include "migrate/engine/copy.hpp"

using namespace migrate::engine;

namespace {

template <typename... T>
std::string row(const T&... values) {
  std::string text;
  CopyText::append_row(text, values...);
  return text;
}

using Fields = std::vector<std::optional<std::string>>;

}  // namespace

TEST_CASE("a row of COPY is told apart by tabs, whatever its fields hold", "[engine][copy]") {
  CHECK(row(1, "a", std::nullopt, std::optional<int>()) == "1\ta\t\\N\t\\N\n");
  CHECK(row("tab\tline\nreturn\rback\\slash", "\\N") == "tab\\tline\\nreturn\\rback\\\\slash\t\\\\N\n");
  CHECK(row("") == "\n");
  CHECK(row(std::vector<std::string>{"a\\b", "\t"}) == "{\"a\\\\\\\\b\",\"\\t\"}\n");
}

TEST_CASE("a line of COPY gives back what was put in", "[engine][copy]") {
  const Fields fields{"tab\t", "line\n", "\\N", std::nullopt, "", "\\", std::nullopt};
  CHECK(CopyText::fields(row("tab\t", "line\n", "\\N", std::nullopt, "", "\\", std::nullopt)) == fields);
  CHECK(CopyText::fields("\\N\n") == Fields{std::nullopt});
  CHECK(CopyText::fields("\n") == Fields{""});
  CHECK(CopyText::fields("a\\Nb\t\\Nc") == Fields{"aNb", "Nc"});
  CHECK(CopyText::fields("\\101\\x41\\b\\q") == Fields{"AA\bq"});
  CHECK(CopyText::fields("end\\") == Fields{"end\\"});
}
