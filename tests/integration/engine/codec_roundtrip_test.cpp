#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "migrate/engine/connection.hpp"
#include "support/temp_database.hpp"

using namespace migrate::engine;
using Catch::Contains;
using migrate::test::TempDatabase;

namespace {

enum class Mood { sad, happy };

/// Sends a value as `type`, has the server store and write it again, and reads it.
class Trip {
 public:
  template <typename T>
  T there_and_back(const std::string& type, const T& value) {
    return connection.execute("SELECT $1::" + type, Parameters::of(value)).template scalar<T>();
  }
  /// Whether the server itself takes the value for the literal.
  template <typename T>
  bool same(const std::string& type, const T& value, const std::string& literal) {
    return connection.execute("SELECT $1::" + type + " = " + literal + "::" + type, value).template scalar<bool>();
  }

  TempDatabase database;
  Connection connection = database.connect();
};

}  // namespace

template <>
struct migrate::engine::Codec<Mood> : EnumCodec<Mood, Codec<Mood>> {
  static constexpr std::string_view type = "mood";
  static constexpr std::array<std::pair<Mood, std::string_view>, 2> names{
      {{Mood::sad, "sad"}, {Mood::happy, "so happy"}}};
};

TEST_CASE("numbers come back as they went, at their ends too", "[engine][codec]") {
  Trip trip;
  CHECK(trip.there_and_back("smallint", std::numeric_limits<std::int16_t>::min()) == -32768);
  CHECK(trip.there_and_back("int", std::numeric_limits<std::int32_t>::min()) ==
        std::numeric_limits<std::int32_t>::min());
  CHECK(trip.there_and_back("bigint", std::numeric_limits<std::int64_t>::min()) ==
        std::numeric_limits<std::int64_t>::min());
  CHECK(trip.there_and_back("bigint", std::numeric_limits<std::int64_t>::max()) ==
        std::numeric_limits<std::int64_t>::max());
  CHECK(trip.there_and_back("numeric", std::numeric_limits<std::uint64_t>::max()) ==
        std::numeric_limits<std::uint64_t>::max());
  for (const double value : {std::numeric_limits<double>::max(), std::numeric_limits<double>::denorm_min(), 0.1, -0.0,
                             -std::numeric_limits<double>::infinity()}) {
    CHECK(trip.there_and_back("float8", value) == value);
  }
  CHECK(std::signbit(trip.there_and_back("float8", -0.0)));
  CHECK(std::isnan(trip.there_and_back("float8", std::numeric_limits<double>::quiet_NaN())));
  CHECK(trip.there_and_back("float4", std::numeric_limits<float>::max()) == std::numeric_limits<float>::max());
  CHECK(trip.there_and_back("float4", 0.1F) == 0.1F);
  CHECK(trip.there_and_back("bool", true));
  CHECK_FALSE(trip.there_and_back("bool", false));
}

TEST_CASE("numeric keeps every digit", "[engine][codec]") {
  Trip trip;
  const std::string digits = std::string(300, '9') + "." + std::string(200, '7') + "0";
  CHECK(trip.there_and_back("numeric", Numeric{digits}).text == digits);
  for (const char* text : {"NaN", "Infinity", "-Infinity", "0.000", "-1.50"}) {
    CHECK(trip.there_and_back("numeric", Numeric{text}).text == text);
  }
}

TEST_CASE("text comes back byte by byte", "[engine][codec]") {
  Trip trip;
  std::string every;
  for (char c = 1; c < 127; ++c) every += c;
  every += "äöü € 🐘 \\ ' \" $1";
  CHECK(trip.there_and_back("text", every) == every);
  CHECK(trip.there_and_back("text", std::string()).empty());
  CHECK(trip.connection.execute("SELECT $1::text", "literal").scalar<std::string_view>() == "literal");
  CHECK(trip.connection.execute("SELECT $1::text IS NULL", nullptr).scalar<bool>());
  CHECK(trip.connection.execute("SELECT $1::text IS NULL", std::optional<std::string>()).scalar<bool>());
}

TEST_CASE("bytes come back in both output forms", "[engine][codec]") {
  Trip trip;
  Bytes bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<std::byte>(i));
  CHECK(trip.there_and_back("bytea", bytes) == bytes);
  CHECK(trip.there_and_back("bytea", Bytes{}).empty());
  trip.connection.execute("SET bytea_output = 'escape'");
  CHECK(trip.there_and_back("bytea", bytes) == bytes);
}

TEST_CASE("uuid and json come back", "[engine][codec]") {
  Trip trip;
  const Uuid uuid = trip.connection.execute("SELECT gen_random_uuid()").scalar<Uuid>();
  CHECK(trip.there_and_back("uuid", uuid) == uuid);
  CHECK(trip.there_and_back("uuid", Uuid{}) == Uuid{});
  CHECK(trip.there_and_back("json", Json{R"({"a": [1, null,"\u00e4"]})"}).text == R"({"a": [1, null,"\u00e4"]})");
  CHECK(trip.there_and_back("jsonb", Json{"{\"a\":1}"}).text == "{\"a\": 1}");
}

TEST_CASE("dates come back from either end of the calendar", "[engine][codec]") {
  Trip trip;
  for (const char* text : {"4713-11-24 BC", "0001-12-31 BC", "0001-01-01", "1582-10-15", "1970-01-01", "2000-02-29",
                           "9999-12-31", "10000-01-01", "5874897-12-31"}) {
    CAPTURE(text);
    const auto date = trip.connection.execute("SELECT '" + std::string(text) + "'::date").scalar<Date>();
    CHECK(trip.there_and_back("date", date) == date);
    CHECK(trip.same("date", date, "'" + std::string(text) + "'"));
  }
  CHECK(trip.same("date", Date::max(), "'infinity'"));
  CHECK(trip.same("date", Date::min(), "'-infinity'"));
  CHECK(trip.there_and_back("date", Date::min()) == Date::min());
}

TEST_CASE("moments come back in every time zone", "[engine][codec]") {
  Trip trip;
  for (const char* zone :
       {"UTC", "Asia/Kolkata", "America/New_York", "Europe/Amsterdam", "Pacific/Kiritimati", "-15:59"}) {
    CAPTURE(zone);
    trip.connection.execute("SELECT set_config('TimeZone', $1, false)", zone);
    for (const char* text : {"4713-11-24 00:00:00+00 BC", "0044-03-15 11:22:33.000001+00 BC", "1800-06-01 00:00:00+00",
                             "1970-01-01 00:00:00+00", "2026-03-29 01:30:00.999999+00", "294247-01-01 00:00:00+00"}) {
      CAPTURE(text);
      const std::string literal = "'" + std::string(text) + "'";
      const auto moment = trip.connection.execute("SELECT " + literal + "::timestamptz").scalar<Timestamp>();
      CHECK(trip.there_and_back("timestamptz", moment) == moment);
      CHECK(trip.same("timestamptz", moment, literal));
    }
  }
  CHECK(trip.same("timestamptz", Timestamp::max(), "'infinity'"));
  CHECK(trip.there_and_back("timestamptz", Timestamp::min()) == Timestamp::min());
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  CHECK(trip.there_and_back("timestamptz", now) == now);
}

TEST_CASE("a timestamp without zone is a wall clock, or UTC to those who ask for a moment", "[engine][codec]") {
  Trip trip;
  trip.connection.execute("SET TimeZone = 'Asia/Kolkata'");
  const auto result = trip.connection.execute("SELECT '2026-11-21 10:00:00.25'::timestamp");
  const auto local = result.scalar<LocalTimestamp>();
  CHECK(trip.there_and_back("timestamp", local) == local);
  CHECK(trip.same("timestamp", local, "'2026-11-21 10:00:00.25'"));
  CHECK(result.scalar<Timestamp>().time_since_epoch() == local.time_since_epoch());
  CHECK(trip.same("timestamp", LocalTimestamp::min(), "'-infinity'"));
}

TEST_CASE("another DateStyle is refused with its name", "[engine][codec]") {
  Trip trip;
  trip.connection.execute("SET DateStyle = 'German'");
  CHECK_THROWS_WITH(trip.connection.execute("SELECT '2026-11-21'::date AS born").scalar<Date>(),
                    Contains("column \"born\"") && Contains("21.11.2026") && Contains("DateStyle ISO"));
}

TEST_CASE("intervals come back, in whatever style the session writes", "[engine][codec]") {
  Trip trip;
  constexpr auto k_most = std::numeric_limits<std::int64_t>::max();
  const std::vector<Interval> intervals{
      {},
      {14, -3, 14706789000},
      {-14, 3, -1},
      {std::numeric_limits<std::int32_t>::max(), std::numeric_limits<std::int32_t>::min(), 0},
      {0, 0, k_most},
      {0, 0, -k_most},
      {1, 1, 86400000000}};
  for (const char* style : {"postgres", "iso_8601"}) {
    trip.connection.execute("SELECT set_config('IntervalStyle', $1, false)", style);
    for (const Interval& interval : intervals) {
      CAPTURE(style, interval.months, interval.days, interval.microseconds);
      CHECK(trip.there_and_back("interval", interval) == interval);
    }
  }
  CHECK(trip.same("interval", Interval{14, -3, 14706789000}, "'1 year 2 mons -3 days 04:05:06.789'"));
}

TEST_CASE("arrays come back with quotes, backslashes, NULL words and nests", "[engine][codec]") {
  Trip trip;
  const std::vector<std::optional<std::string>> texts{"a",       "",      "NULL", "null", std::nullopt,
                                                      "q\"b\\s", "{x,y}", " ",    "ä\n\t"};
  CHECK(trip.there_and_back("text[]", texts) == texts);
  CHECK(trip.connection.execute("SELECT array_length($1::text[], 1)", std::vector{"a", "b"}).scalar<int>() == 2);
  CHECK(trip.there_and_back("int[]", std::vector<int>{}).empty());
  const std::vector<std::vector<std::string>> nested{{"a", "}"}, {"\"", "b,c"}};
  CHECK(trip.there_and_back("text[][]", nested) == nested);
  CHECK(trip.there_and_back("bool[]", std::vector<bool>{true, false}) == std::vector<bool>{true, false});
  const std::vector<Uuid> uuids(3);
  CHECK(trip.there_and_back("uuid[]", uuids) == uuids);
  const std::vector<Bytes> blobs{{}, {std::byte{0}, std::byte{255}}};
  CHECK(trip.there_and_back("bytea[]", blobs) == blobs);
  const std::vector<Timestamp> moments{Timestamp::max(), Timestamp{}};
  CHECK(trip.there_and_back("timestamptz[]", moments) == moments);
  const std::vector<double> doubles{0.5, -std::numeric_limits<double>::infinity()};
  CHECK(trip.there_and_back("float8[]", doubles) == doubles);
  CHECK(trip.connection.execute("SELECT '[5:6]={1,2}'::int[]").scalar<std::vector<int>>() == std::vector<int>{1, 2});
}

TEST_CASE("an enumeration of the user's own comes back", "[engine][codec]") {
  Trip trip;
  trip.connection.execute("CREATE TYPE mood AS ENUM ('sad', 'so happy', 'angry')");
  CHECK(trip.there_and_back("mood", Mood::happy) == Mood::happy);
  const std::vector<std::optional<Mood>> moods{Mood::happy, std::nullopt, Mood::sad};
  CHECK(trip.there_and_back("mood[]", moods) == moods);
  CHECK_THROWS_WITH(trip.connection.execute("SELECT 'angry'::mood AS now").scalar<Mood>(),
                    Contains("column \"now\" of row 0: \"angry\" is not of type mood"));
}
