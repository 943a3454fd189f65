// interval as text. Written as "14 mons -3 days 04:05:06.789": understood under every IntervalStyle and exact, as no
// part is a fraction of a larger unit. Read as
//   postgres    "1 year 2 mons -3 days +04:05:06.789", parts that are zero left out, "00:00:00" when all are
//   iso_8601    "P1Y2M-3DT4H5M6.789S", "PT0S"
#include <fmt/format.h>

#include <iterator>
#include <limits>
#include <optional>

#include "migrate/engine/detail/text_cursor.hpp"
#include "migrate/engine/values.hpp"

namespace migrate::engine {
namespace {

using detail::TextCursor;
using detail::Wide;

constexpr std::int64_t k_second = 1'000'000;
constexpr std::int64_t k_minute = 60 * k_second;
constexpr std::int64_t k_hour = 60 * k_minute;

/// The parts as they are read; wide, so that sums are checked once, at the end.
struct Sum {
  Wide months = 0;
  Wide days = 0;
  Wide microseconds = 0;
};

bool add_unit(Sum& sum, std::int64_t count, std::string_view unit) {
  if (unit.ends_with('s')) unit.remove_suffix(1);
  if (unit == "year") {
    sum.months += Wide{count} * 12;
  } else if (unit == "mon") {
    sum.months += count;
  } else if (unit == "day") {
    sum.days += count;
  } else {
    return false;
  }
  return true;
}

bool read_postgres(TextCursor cursor, Sum& sum) {
  while (!cursor.at_end()) {
    if (cursor.skip(' ')) continue;
    const bool negative = cursor.sign().value_or(false);
    const auto count = cursor.digits();
    if (!count) return false;
    if (cursor.skip(':')) {
      const auto minutes = cursor.digits();
      if (!minutes || !cursor.skip(':')) return false;
      const auto seconds = cursor.digits();
      if (!seconds) return false;
      const Wide time =
          Wide{*count} * k_hour + Wide{*minutes} * k_minute + Wide{*seconds} * k_second + cursor.fraction();
      sum.microseconds += negative ? -time : time;
    } else {
      cursor.skip(' ');
      if (!add_unit(sum, negative ? -*count : *count, cursor.word())) return false;
    }
  }
  return true;
}

bool add_designator(Sum& sum, Wide count, Wide fraction, char unit, bool in_time) {
  if (!in_time && unit == 'Y') {
    sum.months += count * 12;
  } else if (!in_time && unit == 'M') {
    sum.months += count;
  } else if (!in_time && unit == 'D') {
    sum.days += count;
  } else if (in_time && unit == 'H') {
    sum.microseconds += count * k_hour;
  } else if (in_time && unit == 'M') {
    sum.microseconds += count * k_minute;
  } else if (in_time && unit == 'S') {
    sum.microseconds += count * k_second + fraction;
    return true;
  } else {
    return false;
  }
  return fraction == 0;
}

/// After the P.
bool read_iso(TextCursor cursor, Sum& sum) {
  bool in_time = false;
  bool any = false;
  while (!cursor.at_end()) {
    if (!in_time && cursor.skip('T')) in_time = true;
    const bool negative = cursor.sign().value_or(false);
    const auto count = cursor.digits();
    if (!count) return false;
    const Wide fraction = cursor.fraction();
    const std::string_view unit = cursor.word().substr(0, 2);
    // A T may follow its neighbour without a gap: "1DT2H".
    if (unit.empty() || (unit.size() == 2 && (in_time || unit[1] != 'T'))) return false;
    const int sign = negative ? -1 : 1;
    if (!add_designator(sum, Wide{*count} * sign, fraction * sign, unit[0], in_time)) return false;
    in_time = in_time || unit.size() == 2;
    any = true;
  }
  return any;
}

template <typename T>
bool narrow(Wide wide, T& value) {
  if (wide < std::numeric_limits<T>::min() || wide > std::numeric_limits<T>::max()) return false;
  value = static_cast<T>(wide);
  return true;
}

}  // namespace

void Codec<Interval>::encode(const Interval& value, std::string& out) {
  const bool negative = value.microseconds < 0;
  // Negating in unsigned arithmetic is right for the smallest number too.
  const std::uint64_t time =
      negative ? 0 - static_cast<std::uint64_t>(value.microseconds) : static_cast<std::uint64_t>(value.microseconds);
  const std::uint64_t second = static_cast<std::uint64_t>(k_second);
  fmt::format_to(std::back_inserter(out), "{} mons {} days {}{:02}:{:02}:{:02}.{:06}", value.months, value.days,
                 negative ? "-" : "+", time / second / 3600, time / second / 60 % 60, time / second % 60,
                 time % second);
}

Interval Codec<Interval>::decode(std::string_view text) {
  Sum sum;
  const bool read = text.starts_with('P') ? read_iso(TextCursor(text.substr(1)), sum)
                                          : !text.empty() && read_postgres(TextCursor(text), sum);
  Interval value;
  if (!read) throw bad_value(type, text, "only the IntervalStyles postgres and iso_8601 are read");
  if (!narrow(sum.months, value.months) || !narrow(sum.days, value.days) ||
      !narrow(sum.microseconds, value.microseconds)) {
    throw bad_value(type, text, "it is out of range");
  }
  return value;
}

}  // namespace migrate::engine
