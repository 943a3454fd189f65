#include <catch2/catch.hpp>

#include "migrate/base/text.hpp"

using namespace migrate::base;

namespace {

std::optional<std::string> nearest_of(std::string_view word, const std::vector<std::string>& candidates) {
  return nearest(word, candidates);
}

}  // namespace

TEST_CASE("trim takes every kind of blank from both ends", "[base][text]") {
  CHECK(trim(" \t\r\n a b \f\v\n") == "a b");
  CHECK(trim(" \n").empty());
  CHECK(trim("").empty());
}

TEST_CASE("split keeps empty pieces, split_list drops them", "[base][text]") {
  CHECK(split("a,,b", ',') == std::vector<std::string_view>{"a", "", "b"});
  CHECK(split("", ',') == std::vector<std::string_view>{""});
  CHECK(split(",", ',') == std::vector<std::string_view>{"", ""});
  CHECK(split_list(" a, ,b ,") == std::vector<std::string>{"a", "b"});
  CHECK(split_list(" , ").empty());
}

TEST_CASE("join puts the separator between parts, also empty and equal ones", "[base][text]") {
  CHECK(join(std::vector<std::string>{"a", "", "a"}, ", ") == "a, , a");
  CHECK(join(std::vector<std::string>{"a"}, ", ") == "a");
  CHECK(join(std::vector<std::string>{}, ", ").empty());
}

TEST_CASE("case changes touch ASCII alone", "[base][text]") {
  CHECK(to_lower("AZ[äÄ") == "az[äÄ");
  CHECK(to_upper("az{äÄ") == "AZ{äÄ");
}

TEST_CASE("replace_all does not look at what it put in", "[base][text]") {
  CHECK(replace_all("aaa", "a", "aa") == "aaaaaa");
  CHECK(replace_all("abab", "ab", "") == "");
  CHECK(replace_all("abc", "", "x") == "abc");
  CHECK(replace_all("aab", "ab", "c") == "ac");
}

TEST_CASE("the first invalid UTF-8 byte is found behind any run of ASCII", "[base][text]") {
  for (std::size_t run = 0; run < 20; ++run) {
    const std::string before(run, 'a');
    CAPTURE(run);
    CHECK(first_invalid_utf8(before) == std::nullopt);
    CHECK(first_invalid_utf8(before + "\xff" + before) == run);
    CHECK(first_invalid_utf8(before + "ä€𝄞" + before) == std::nullopt);
    CHECK(first_invalid_utf8(before + "\xc3") == run);
  }
}

TEST_CASE("UTF-8 that only looks valid is refused", "[base][text]") {
  for (const char* bad :
       {"\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x80\x80\xaf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\xf0\x9f\x98", "\xc3(", "\xe2(\xa1"}) {
    CHECK(first_invalid_utf8(std::string("x") + bad) == 1);
  }
  for (const char* good :
       {"\xc2\x80", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    CHECK(first_invalid_utf8(good) == std::nullopt);
  }
  CHECK(first_invalid_utf8(std::string_view("a\0b", 3)) == std::nullopt);
}

TEST_CASE("characters are counted, not bytes", "[base][text]") {
  CHECK(count_characters("aä€𝄞") == 4);
  CHECK(count_characters("") == 0);
}

TEST_CASE("the nearest word forgives a typo and no more", "[base][text]") {
  CHECK(nearest_of("versoin_table", {"version_table_schema", "version_table"}) == "version_table");
  CHECK(nearest_of("haed", {"base", "head"}) == "head");
  CHECK(nearest_of("downgade", {"upgrade", "downgrade"}) == "downgrade");
  CHECK(nearest_of("head", {"heads", "head"}) == "head");
  CHECK(nearest_of("zzz", {"head", "base"}) == std::nullopt);
  CHECK(nearest_of("a", {"b"}) == std::nullopt);
  CHECK(nearest_of("", {"a"}) == std::nullopt);
  CHECK(nearest_of("ab", {}) == std::nullopt);
  CHECK(nearest_of("abcd", {"abcx", "abcy"}) == "abcx");
}

TEST_CASE("the nearest word of a very long one is found out at once", "[base][text]") {
  const std::string huge(1 << 20, 'a');
  CHECK(nearest_of(huge, {"head", "version_locations"}) == std::nullopt);
}

TEST_CASE("globs match with stars and characters", "[base][text]") {
  CHECK(matches_glob("", ""));
  CHECK(matches_glob("", "**"));
  CHECK_FALSE(matches_glob("", "?"));
  CHECK(matches_glob("public.tmp_1", "public.tmp_*"));
  CHECK(matches_glob("public.tmp_", "public.tmp_*"));
  CHECK_FALSE(matches_glob("public.tm", "public.tmp_*"));
  CHECK(matches_glob("abcbc", "*bc"));
  CHECK_FALSE(matches_glob("abcbcd", "*bc"));
  CHECK(matches_glob("mississippi", "m*iss*ip*i"));
  CHECK_FALSE(matches_glob("a", "b"));
  CHECK_FALSE(matches_glob("ab", "a"));
  CHECK(matches_glob("a[b]", "a[b]"));
}

TEST_CASE("a question mark is one character, whatever its bytes", "[base][text]") {
  CHECK(matches_glob("tür", "t?r"));
  CHECK_FALSE(matches_glob("tür", "t??r"));
  CHECK(matches_glob("𝄞", "?"));
  CHECK(matches_glob("äüb", "*?b"));
  CHECK_FALSE(matches_glob("äb", "*??b"));
}

TEST_CASE("a glob full of stars does not take for ever", "[base][text]") {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  CHECK_FALSE(matches_glob(std::string(5000, 'a') + "b", pattern + "c"));
}
