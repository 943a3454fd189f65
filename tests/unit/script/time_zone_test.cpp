#include "migrate/script/time_zone.hpp"

#include <catch2/catch.hpp>

#include "migrate/base/error.hpp"
#include "migrate/script/detail/zone_file.hpp"

using namespace migrate;
using script::detail::zone_file_offset;
using script::detail::zone_rule_offset;

namespace {

using Moment = std::chrono::system_clock::time_point;

Moment utc(int year, unsigned month, unsigned day, int hour = 0, int minute = 0) {
  using namespace std::chrono;
  return sys_days(std::chrono::year(year) / month / day) + hours(hour) + minutes(minute);
}

std::string shown(Moment moment, std::string_view zone) {
  return script::in_time_zone(moment, zone).text();
}

std::optional<std::int64_t> by_rule(std::string_view rule, Moment moment) {
  return zone_rule_offset(rule, std::chrono::floor<std::chrono::seconds>(moment).time_since_epoch().count());
}

/// A version 2 zone file: one type (+1:00 named X) from the start, +2:00 from `transition` on, and the footer.
std::string zone_file(std::int64_t transition, std::string_view footer) {
  const auto number = [](std::int64_t value, int size) {
    std::string bytes;
    for (int shift = (size - 1) * 8; shift >= 0; shift -= 8) bytes += static_cast<char>((value >> shift) & 0xFF);
    return bytes;
  };
  const auto block = [&](int size) {
    std::string text = "TZif2" + std::string(15, '\0');
    for (const int count : {0, 0, 0, 1, 2, 2}) text += number(count, 4);
    text += number(transition, size) + '\1';
    text += number(3600, 4) + std::string(2, '\0') + number(7200, 4) + std::string(2, '\0');
    return text + "X" + '\0';
  };
  return block(4) + block(8) + "\n" + std::string(footer) + "\n";
}

}  // namespace

TEST_CASE("a moment is shown in the zone's clock with its offset", "[time_zone]") {
  CHECK(shown(utc(2026, 11, 21, 10), "UTC") == "2026-11-21 10:00:00+00:00");
  CHECK(shown(utc(2026, 7, 1, 22, 30), "Europe/Berlin") == "2026-07-02 00:30:00+02:00");
  CHECK(shown(utc(2026, 1, 1, 0, 30), "America/New_York") == "2025-12-31 19:30:00-05:00");
  CHECK(shown(utc(2026, 11, 21), "America/St_Johns") == "2026-11-20 20:30:00-03:30");
  CHECK(shown(utc(2060, 7, 1), "Europe/Berlin") == "2060-07-01 02:00:00+02:00");
  CHECK(shown(utc(1969, 12, 31, 23, 59), "UTC") == "1969-12-31 23:59:00+00:00");
}

TEST_CASE("fractions of a second are cut off, before 1970 too", "[time_zone]") {
  CHECK(shown(utc(2026, 1, 1) + std::chrono::milliseconds(1999), "UTC") == "2026-01-01 00:00:01+00:00");
  CHECK(shown(utc(1960, 1, 1) - std::chrono::milliseconds(1), "UTC") == "1959-12-31 23:59:59+00:00");
}

TEST_CASE("a zone is tried in upper case too", "[time_zone]") {
  CHECK(shown(utc(2026, 1, 1), "utc") == "2026-01-01 00:00:00+00:00");
  CHECK(shown(utc(2026, 7, 1), "est") == "2026-06-30 19:00:00-05:00");
}

TEST_CASE("local is a zone", "[time_zone]") {
  CHECK_THAT(shown(utc(2026, 1, 1), "local"),
             Catch::Matches("202[56]-[0-9]{2}-[0-9]{2} [0-9:]{8}[+-][0-9]{2}:[0-9]{2}"));
}

TEST_CASE("an unknown zone is named, with the nearest known one", "[time_zone]") {
  for (const std::string zone : {"Mars/Olympus", "", "../../etc/passwd", "/etc/passwd", "Europe", "zone.tab", "a\nb"}) {
    CHECK_THROWS_WITH(shown(utc(2026, 1, 1), zone), Catch::Contains("unknown time zone \"" + zone + "\""));
  }
  try {
    shown(utc(2026, 1, 1), "europe/Berlni");
    FAIL("the zone must be unknown");
  } catch (const base::Error& error) {
    CHECK(error.hint() == "Did you mean \"Europe/Berlin\"?");
  }
}

TEST_CASE("clocks change at the very second of the rule", "[time_zone]") {
  const auto berlin = "CET-1CEST,M3.5.0,M10.5.0/3";
  CHECK(by_rule(berlin, utc(2050, 3, 27, 0, 59)) == 3600);
  CHECK(by_rule(berlin, utc(2050, 3, 27, 1, 0)) == 7200);
  CHECK(by_rule(berlin, utc(2050, 10, 30, 0, 59)) == 7200);
  CHECK(by_rule(berlin, utc(2050, 10, 30, 1, 0)) == 3600);
}

TEST_CASE("south of the equator summer spans the new year", "[time_zone]") {
  const auto sydney = "AEST-10AEDT,M10.1.0,M4.1.0/3";
  CHECK(by_rule(sydney, utc(2050, 1, 1)) == 11 * 3600);
  CHECK(by_rule(sydney, utc(2050, 7, 1)) == 10 * 3600);
  CHECK(by_rule(sydney, utc(2050, 12, 31, 23)) == 11 * 3600);
}

TEST_CASE("rules may have odd names, offsets and hours", "[time_zone]") {
  CHECK(by_rule("<+0545>-5:45", utc(2050, 1, 1)) == 5 * 3600 + 45 * 60);
  CHECK(by_rule("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", utc(2050, 7, 1)) == -3600);
  CHECK(by_rule("IST-2IDT,M3.4.4/26,M10.5.0", utc(2050, 3, 25, 0, 0)) == 3 * 3600);
  CHECK(by_rule("XXX3XDT,J60,J300", utc(2048, 2, 29, 12)) == -3 * 3600);
  CHECK(by_rule("XXX3XDT,J60,J300", utc(2048, 3, 1, 12)) == -2 * 3600);
  CHECK(by_rule("XXX3XDT,59,300", utc(2048, 2, 29, 12)) == -2 * 3600);
}

TEST_CASE("a malformed rule gives nothing", "[time_zone]") {
  for (const std::string rule :
       {"", "X", "CET", "CET-", "CET-1CEST", "CET-1CEST,M13.1.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,M3.5,M10.5.0", "CET-1CEST,M3.5.0", "<CET-1",
        "CET-1CEST,M3.5.0,M10.5.0/3x", "CET-1CEST,M3.5.0/,M10.5.0", "CET-1CEST,J,J1"}) {
    CHECK(by_rule(rule, utc(2050, 1, 1)) == std::nullopt);
  }
}

TEST_CASE("a zone file is read by its transitions and, behind them, by its footer", "[time_zone]") {
  const auto file = zone_file(1000, "XXX-5");
  CHECK(zone_file_offset(file, 999) == 3600);
  CHECK(zone_file_offset(file, 1000) == 5 * 3600);
  CHECK(zone_file_offset(zone_file(1000, ""), 1000) == 7200);
  CHECK(zone_file_offset(zone_file(-5'000'000'000, ""), -4'999'999'999) == 7200);
}

TEST_CASE("a damaged zone file gives nothing and reads nothing outside", "[time_zone]") {
  const auto whole = zone_file(1000, "");
  const auto second_block = whole.size() - 2;
  for (std::size_t size = 0; size < second_block; ++size) {
    const std::string part = whole.substr(0, size);
    CHECK(zone_file_offset(std::string_view(part), 5000) == std::nullopt);
  }
  auto counts = whole;
  counts[32] = '\x7F';
  CHECK(zone_file_offset(counts, 5000) == std::nullopt);
  CHECK(zone_file_offset("root:x:0:0:root:/root:/bin/bash\n" + std::string(100, 'x'), 0) == std::nullopt);
}
