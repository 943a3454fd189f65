#include <catch2/catch.hpp>

#include "migrate/command/detail/dotenv.hpp"

using migrate::command::parse_dotenv;

namespace {

std::string value_of(std::string_view text, std::string_view name = "A") {
  const auto file = parse_dotenv(text);
  const auto found = file.values.find(name);
  return found == file.values.end() ? "(none)" : found->second.text;
}

}  // namespace

TEST_CASE("plain values end at a comment and lose the blanks around them", "[config][dotenv]") {
  CHECK(value_of("A=b") == "b");
  CHECK(value_of("  export A = b c \t# comment\n") == "b c");
  CHECK(value_of("A=b#c") == "b#c");
  CHECK(value_of("A=#c").empty());
  CHECK(value_of("A=") == "");
  CHECK(value_of("A=b\r\nB=c\r\n") == "b");
  CHECK(value_of("A=postgresql://u:p@h/d?x=y&z=1") == "postgresql://u:p@h/d?x=y&z=1");
  CHECK(value_of("A=${B}") == "${B}");
  CHECK(value_of("A=it's") == "it's");
}

TEST_CASE("quoted values keep what is within", "[config][dotenv]") {
  CHECK(value_of("A='b # \\n c'") == "b # \\n c");
  CHECK(value_of("A=\"b # \\n \\\"c\\\" \\\\ \\$ \\x\"  # comment") == "b # \n \"c\" \\ $ \\x");
  CHECK(value_of("A=''").empty());
  CHECK(value_of("A=\"one\ntwo\"\nB=3") == "one\ntwo");
  CHECK(value_of("A=\"one\ntwo\"\nB=3", "B") == "3");
}

TEST_CASE("the last of two equal names counts, and lines are known", "[config][dotenv]") {
  const auto file = parse_dotenv("\xEF\xBB\xBF# head\n\nA=\"1\n2\"\nB=x\nA=3\n");
  CHECK(file.values.at("A").text == "3");
  CHECK(file.values.at("A").line == 6);
  CHECK(file.values.at("B").line == 5);
  CHECK(file.unreadable_lines.empty());
}

TEST_CASE("lines that are not NAME=value are passed over and remembered", "[config][dotenv]") {
  const auto file = parse_dotenv("A: 1\n1B=2\nC D=3\n=4\nE=\"open\nF=6\nG='x' y\n");
  CHECK(file.unreadable_lines == std::vector<std::size_t>{1, 2, 3, 4, 5, 7});
  CHECK(file.values.size() == 1);
  CHECK(file.values.contains("F"));
}
