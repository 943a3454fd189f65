#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "migrate/engine/codecs.hpp"
#include "migrate/engine/parameters.hpp"

using namespace migrate::engine;
using Catch::Contains;

namespace {

template <typename T>
std::string encoded(const T& value) {
  std::string text;
  Codec<T>::encode(value, text);
  return text;
}

template <typename T>
T back(const T& value) {
  return Codec<T>::decode(encoded(value));
}

enum class Mood { sad, happy };

}  // namespace

template <>
struct migrate::engine::Codec<Mood> : EnumCodec<Mood, Codec<Mood>> {
  static constexpr std::string_view type = "mood";
  static constexpr std::array<std::pair<Mood, std::string_view>, 2> names{{{Mood::sad, "sad"}, {Mood::happy, "happy"}}};
};

TEST_CASE("integers are read to their ends and not beyond", "[engine][codec]") {
  CHECK(Codec<std::int16_t>::decode("-32768") == -32768);
  CHECK(Codec<std::uint64_t>::decode("18446744073709551615") == std::numeric_limits<std::uint64_t>::max());
  CHECK_THROWS_WITH(Codec<std::int16_t>::decode("32768"),
                    Contains("\"32768\"") && Contains("between -32768 and 32767"));
  CHECK_THROWS_WITH(Codec<long>::decode("9223372036854775808"), Contains("between"));
  CHECK_THROWS_WITH(Codec<std::uint8_t>::decode("-1"), Contains("between 0 and 255"));
  CHECK_THROWS_WITH(Codec<unsigned>::decode("99999999999999999999999"), Contains("between 0 and 4294967295"));
  for (const char* wrong : {"", "1x", " 1", "1.5", "t", "0x10", "-", "--1"}) {
    CAPTURE(wrong);
    CHECK_THROWS_WITH(Codec<int>::decode(wrong), Contains("is not of type integer"));
    CHECK_THROWS_WITH(Codec<unsigned>::decode(wrong), Contains("is not of type integer"));
  }
}

TEST_CASE("floating point keeps every bit, and what is too large is said to be", "[engine][codec]") {
  for (const double value : {0.1, 1e308, 5e-324, -0.0, 1.0 / 3.0, std::numeric_limits<double>::infinity()}) {
    CHECK(back(value) == value);
  }
  CHECK(std::isnan(Codec<double>::decode("NaN")));
  CHECK(encoded(-std::numeric_limits<float>::infinity()) == "-Infinity");
  CHECK_THROWS_WITH(Codec<float>::decode("1e300"), Contains("out of range"));
  CHECK_THROWS_AS(Codec<double>::decode("1,5"), DatabaseArgumentError);
}

TEST_CASE("a text in an error is cut between characters", "[engine][codec]") {
  std::string text(79, 'x');
  text += "äöü";
  CHECK_THROWS_WITH(Codec<int>::decode(text), Contains(std::string(79, 'x') + "…\" is not"));
}

TEST_CASE("a uuid is read in every form the server takes", "[engine][codec]") {
  const std::string plain = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
  for (const char* form : {"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}",
                           "a0eebc999c0b4ef8bb6d6bb9bd380a11", "a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11"}) {
    CHECK(Uuid::parse(form).to_string() == plain);
  }
  for (const char* wrong :
       {"", "{}", "a0eebc99", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1g", "a0eebc999c0b4ef8bb6d6bb9bd380a1100",
        "a0-eebc999c0b4ef8bb6d6bb9bd380a11", "a0ee--bc999c0b4ef8bb6d6bb9bd380a11"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(Uuid::parse(wrong), DatabaseArgumentError);
  }
}

TEST_CASE("bytes are read from hex and from escapes", "[engine][codec]") {
  const Bytes bytes{std::byte{0}, std::byte{'\\'}, std::byte{'a'}, std::byte{0xFF}};
  CHECK(encoded(bytes) == "\\x005c61ff");
  CHECK(Codec<Bytes>::decode("\\x005C61Ff") == bytes);
  CHECK(Codec<Bytes>::decode("\\000\\\\a\\377") == bytes);
  CHECK(Codec<Bytes>::decode("\\x").empty());
  for (const char* wrong : {"\\x0", "\\xzz", "\\9", "a\\", "\\12"})
    CHECK_THROWS_AS(Codec<Bytes>::decode(wrong), DatabaseArgumentError);
}

TEST_CASE("dates go through years before Christ and beyond those of chrono", "[engine][codec]") {
  using std::chrono::days;
  CHECK(encoded(Date(days(0))) == "1970-01-01");
  CHECK(encoded(Date(days(-719528))) == "0001-01-01 BC");
  CHECK(Codec<Date>::decode("0001-12-31 BC") + days(1) == Codec<Date>::decode("0001-01-01"));
  CHECK(Codec<Date>::decode("5874897-12-31").time_since_epoch().count() == 2145042905);
  for (int day = -800000; day < 800000; day += 97) CHECK(back(Date(days(day))) == Date(days(day)));
  CHECK(Codec<Date>::decode("-infinity") == Date::min());
  for (const char* wrong :
       {"", "2026-02-29", "2026-13-01", "0000-01-01", "21.11.2026", "2026-11-21 ", "2026-11", "11/21/2026"}) {
    CAPTURE(wrong);
    CHECK_THROWS_WITH(Codec<Date>::decode(wrong), Contains("DateStyle ISO"));
  }
}

TEST_CASE("a moment's offset is turned into UTC, a wall clock has none", "[engine][codec]") {
  const auto moment = Codec<Timestamp>::decode("2026-11-21 10:00:00.5+05:30");
  CHECK(encoded(moment) == "2026-11-21 04:30:00.500000+00");
  CHECK(Codec<Timestamp>::decode("1883-11-18 12:03:57-07:52:58") == Codec<Timestamp>::decode("1883-11-18 19:56:55+00"));
  CHECK(Codec<Timestamp>::decode("2026-11-21T10:00:00") == Codec<Timestamp>::decode("2026-11-21 10:00:00+00"));
  CHECK_THROWS_WITH(Codec<LocalTimestamp>::decode("2026-11-21 10:00:00+00"), Contains("time zone"));
  CHECK(encoded(Codec<LocalTimestamp>::decode("0044-03-15 12:00:00 BC")) == "0044-03-15 12:00:00.000000 BC");
  CHECK_THROWS_WITH(Codec<Timestamp>::decode("Sat Nov 21 10:00:00 2026 UTC"), Contains("DateStyle ISO"));
}

TEST_CASE("a moment fits the resolution it is read in, or is refused", "[engine][codec]") {
  using Nano = std::chrono::sys_time<std::chrono::nanoseconds>;
  CHECK(Codec<std::chrono::sys_seconds>::decode("1969-12-31 23:59:59.9+00").time_since_epoch().count() == -1);
  CHECK(Codec<Nano>::decode("2262-04-11 23:47:16.854775+00").time_since_epoch().count() == 9223372036854775000);
  CHECK_THROWS_WITH(Codec<Nano>::decode("2262-04-11 23:47:16.854776+00"), Contains("range"));
  CHECK(Codec<Nano>::decode("infinity") == Nano::max());
  CHECK(encoded(Nano::min()) == "-infinity");
  CHECK_THROWS_WITH(Codec<Timestamp>::decode("294276-12-31 23:59:59.999999+00"), Contains("range"));
  CHECK(encoded(Timestamp(std::chrono::microseconds(std::numeric_limits<std::int64_t>::max() - 1))) ==
        "294247-01-10 04:00:54.775806+00");
}

TEST_CASE("intervals are read in two styles, each part for itself", "[engine][codec]") {
  const auto of = [](const char* text) { return Codec<Interval>::decode(text); };
  CHECK(of("1 year 2 mons -3 days +04:05:06.789") == Interval{14, -3, 14706789000});
  CHECK(of("00:00:00") == Interval{});
  CHECK(of("-00:00:00.000001") == Interval{0, 0, -1});
  CHECK(of("P1Y2M-3DT4H5M6.789S") == Interval{14, -3, 14706789000});
  CHECK(of("PT-0.5S") == Interval{0, 0, -500000});
  CHECK(of("PT0S") == Interval{});
  CHECK(of("P1DT2H") == Interval{0, 1, 7200000000});
  for (const char* wrong : {"", "P", "@ 1 day", "1", "1 parsec", "1-2 3 4:05:06", "PT1Y", "P1H", "P1.5D"}) {
    CAPTURE(wrong);
    CHECK_THROWS_WITH(of(wrong), Contains("not of type interval"));
  }
  CHECK_THROWS_WITH(of("9999999999 days"), Contains("out of range"));
}

TEST_CASE("an array's elements may hold anything", "[engine][codec]") {
  using Texts = std::vector<std::optional<std::string>>;
  const Texts texts{"a", "", "NULL", "null", std::nullopt, "quote\" back\\slash", "{x,y}", " "};
  CHECK(encoded(texts) == R"({"a","","NULL","null",NULL,"quote\" back\\slash","{x,y}"," "})");
  CHECK(back(texts) == texts);
  CHECK(Codec<std::vector<int>>::decode("[0:2]={1,2,3}") == std::vector<int>{1, 2, 3});
  CHECK(Codec<std::vector<bool>>::decode("{t,f}") == std::vector<bool>{true, false});
  const std::vector<std::vector<std::string>> nested{{"}", "\""}, {"a,b", "\\"}};
  CHECK(back(nested) == nested);
  CHECK(encoded(std::vector<std::vector<int>>{{1, 2}, {3, 4}}) == "{{1,2},{3,4}}");
  CHECK_THROWS_WITH(Codec<std::vector<int>>::decode("{1,NULL}"), Contains("std::optional"));
  for (const char* wrong : {"", "1", "{1", "{1,}", "{,1}", "{\"a}", "{1}}", "[0:1]", "{1}x", "{{1}"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(Codec<std::vector<std::string>>::decode(wrong), DatabaseArgumentError);
  }
}

TEST_CASE("an enumeration goes by its names", "[engine][codec]") {
  CHECK(encoded(Mood::happy) == "happy");
  CHECK(back(std::vector<Mood>{Mood::sad}) == std::vector<Mood>{Mood::sad});
  CHECK_THROWS_WITH(Codec<Mood>::decode("angry"), Contains("\"angry\" is not of type mood"));
  CHECK_THROWS_WITH(encoded(static_cast<Mood>(7)), Contains("no name"));
}

TEST_CASE("parameters tell NULL from nothing and refuse a zero byte", "[engine][codec]") {
  const char* none = nullptr;
  const auto parameters =
      Parameters::of(1, "x", none, std::nullopt, std::optional<int>(), std::string(), true, Mood::sad);
  REQUIRE(parameters.size() == 8);
  CHECK(parameters.text(0) == "1");
  CHECK(parameters.text(1) == "x");
  CHECK_FALSE(parameters.text(2));
  CHECK_FALSE(parameters.text(3));
  CHECK_FALSE(parameters.text(4));
  CHECK(parameters.text(5) == "");
  CHECK(parameters.text(6) == "t");
  CHECK(parameters.text(7) == "sad");
  Parameters growing;
  CHECK_THROWS_WITH(growing.add(std::string("a\0b", 3)), Contains("zero byte"));
  CHECK(growing.size() == 0);
  growing.add("next");
  CHECK(growing.text(0) == "next");
}
