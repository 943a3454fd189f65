// date and timestamp as text, in DateStyle ISO:
//   2026-11-21    0044-03-15 BC    294276-12-31    infinity    -infinity
//   2026-11-21 10:00:00.123456    with a zone: …+05:30, …-00:25:21, … BC
// The calendar is the proleptic Gregorian one; there is no year 0 in the text, 1 BC comes before 1.
#include "migrate/engine/codec_time.hpp"

#include <fmt/format.h>

#include <iterator>
#include <limits>
#include <optional>

#include "migrate/engine/detail/text_cursor.hpp"

namespace migrate::engine::detail {
namespace {

using Limits = std::numeric_limits<std::int64_t>;

constexpr std::int64_t k_second = 1'000'000;
constexpr std::int64_t k_day = 86'400 * k_second;
/// After so many years, and days, the calendar repeats.
constexpr std::int64_t k_era_years = 400;
constexpr std::int64_t k_era_days = 146'097;
/// The era that <chrono>, whose years end at 32767, is asked about in place of all others.
constexpr std::int64_t k_known_era = 2000;

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

/// Years counted through: 0 is 1 BC.
struct Civil {
  std::int64_t year = 0;
  unsigned month = 0;
  unsigned day = 0;
};

std::optional<std::int64_t> days_of(const Civil& civil) {
  const std::int64_t era = floor_divide(civil.year - k_known_era, k_era_years);
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(civil.year - era * k_era_years)),
                                         std::chrono::month(civil.month), std::chrono::day(civil.day));
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count() + era * k_era_days;
}

Civil civil_of(std::int64_t days) {
  constexpr std::int64_t start =
      std::chrono::sys_days(std::chrono::year(k_known_era) / 1 / 1).time_since_epoch().count();
  const std::int64_t era = floor_divide(days - start, k_era_days);
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days - era * k_era_days))};
  return {static_cast<int>(date.year()) + era * k_era_years, static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day())};
}

std::string_view without_bc(std::string_view text, bool& bc) {
  bc = text.ends_with(" BC");
  return bc ? text.substr(0, text.size() - 3) : text;
}

bool read_civil(TextCursor& cursor, bool bc, std::int64_t& days) {
  Civil civil;
  std::int64_t month = 0;
  std::int64_t day = 0;
  if (!cursor.below(10'000'000, civil.year) || !cursor.skip('-') || !cursor.below(13, month) || !cursor.skip('-') ||
      !cursor.below(32, day) || civil.year == 0) {
    return false;
  }
  if (bc) civil.year = 1 - civil.year;
  civil.month = static_cast<unsigned>(month);
  civil.day = static_cast<unsigned>(day);
  const auto found = days_of(civil);
  days = found.value_or(0);
  return found.has_value();
}

/// hh:mm:ss[.ffffff]
bool read_clock(TextCursor& cursor, std::int64_t& microseconds) {
  std::int64_t hours = 0;
  std::int64_t minutes = 0;
  std::int64_t seconds = 0;
  if (!cursor.below(25, hours) || !cursor.skip(':') || !cursor.below(60, minutes) || !cursor.skip(':') ||
      !cursor.below(61, seconds)) {
    return false;
  }
  microseconds = ((hours * 60 + minutes) * 60 + seconds) * k_second + cursor.fraction();
  return true;
}

/// ±hh[:mm[:ss]], east of Greenwich positive; nothing where there is none.
bool read_offset(TextCursor& cursor, std::optional<std::int64_t>& offset) {
  const bool west = cursor.skip('-');
  if (!west && !cursor.skip('+')) return true;
  std::int64_t hours = 0;
  std::int64_t minutes = 0;
  std::int64_t seconds = 0;
  if (!cursor.below(25, hours)) return false;
  if (cursor.skip(':') && !cursor.below(60, minutes)) return false;
  if (cursor.skip(':') && !cursor.below(60, seconds)) return false;
  const std::int64_t east = ((hours * 60 + minutes) * 60 + seconds) * k_second;
  offset = west ? -east : east;
  return true;
}

void append_civil(const Civil& civil, std::string& out) {
  fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}", civil.year > 0 ? civil.year : 1 - civil.year,
                 civil.month, civil.day);
}

bool append_infinity(std::int64_t value, std::string& out) {
  if (value == Limits::max()) out += "infinity";
  if (value == Limits::min()) out += "-infinity";
  return value == Limits::max() || value == Limits::min();
}

std::optional<std::int64_t> infinity_in(std::string_view text) {
  if (text == "infinity") return Limits::max();
  if (text == "-infinity") return Limits::min();
  return std::nullopt;
}

constexpr std::string_view k_only_iso = "only DateStyle ISO is read";

}  // namespace

void append_date(std::int64_t days_since_1970, std::string& out) {
  if (append_infinity(days_since_1970, out)) return;
  const Civil civil = civil_of(days_since_1970);
  append_civil(civil, out);
  if (civil.year <= 0) out += " BC";
}

std::int64_t read_date(std::string_view text) {
  if (const auto infinity = infinity_in(text)) return *infinity;
  bool bc = false;
  TextCursor cursor(without_bc(text, bc));
  std::int64_t days = 0;
  if (!read_civil(cursor, bc, days) || !cursor.at_end()) throw bad_value("date", text, k_only_iso);
  return days;
}

void append_timestamp(MicrosecondCount time, bool zoned, std::string& out) {
  if (append_infinity(time, out)) return;
  const std::int64_t days = floor_divide(time, k_day);
  const Civil civil = civil_of(days);
  append_civil(civil, out);
  // In unsigned arithmetic, as the product may not fit at the lower end although the difference does.
  const auto rest = static_cast<std::int64_t>(static_cast<std::uint64_t>(time) -
                                              static_cast<std::uint64_t>(days) * static_cast<std::uint64_t>(k_day));
  const std::int64_t seconds = rest / k_second;
  fmt::format_to(std::back_inserter(out), " {:02}:{:02}:{:02}.{:06}{}{}", seconds / 3600, seconds / 60 % 60,
                 seconds % 60, rest % k_second, zoned ? "+00" : "", civil.year <= 0 ? " BC" : "");
}

MicrosecondCount read_timestamp(std::string_view text, bool zoned) {
  if (const auto infinity = infinity_in(text)) return *infinity;
  bool bc = false;
  TextCursor cursor(without_bc(text, bc));
  std::int64_t days = 0;
  std::int64_t clock = 0;
  std::optional<std::int64_t> offset;
  const std::string_view type = zoned ? "timestamptz" : "timestamp";
  if (!read_civil(cursor, bc, days) || !(cursor.skip(' ') || cursor.skip('T')) || !read_clock(cursor, clock) ||
      !read_offset(cursor, offset) || !cursor.at_end()) {
    throw bad_value(type, text, k_only_iso);
  }
  if (offset && !zoned) throw bad_value(type, text, "it has a time zone; read it as sys_time");
  const Wide time = Wide{days} * k_day + clock - offset.value_or(0);
  // The ends themselves are the infinities.
  if (time <= Limits::min() || time >= Limits::max()) refuse_timestamp(text, zoned);
  return static_cast<std::int64_t>(time);
}

void refuse_timestamp(std::string_view text, bool zoned) {
  throw bad_value(zoned ? "timestamptz" : "timestamp", text, "it is out of the range of the C++ type");
}

}  // namespace migrate::engine::detail
