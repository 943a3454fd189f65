// The TZ variable's own form (POSIX, and RFC 8536 for hours beyond a day): name, hours west of UTC, and optionally
// the summer name, its hours, and the two days on which the clocks change: Mmonth.week.weekday, Jn or n, "/hours".
#include <chrono>

#include "migrate/script/detail/zone_file.hpp"

namespace migrate::script::detail {
namespace {

constexpr std::int64_t k_hour = 3600;
constexpr std::int64_t k_day = 24 * k_hour;

/// Reads a rule from the front. Everything returns nothing when the text does not fit.
class RuleReader {
 public:
  explicit RuleReader(std::string_view rest) : rest_(rest) {}

  [[nodiscard]] bool done() const { return rest_.empty(); }
  [[nodiscard]] bool at(char c) const { return rest_.starts_with(c); }

  bool take(char c) {
    if (!at(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool name() {
    if (take('<')) {
      const auto end = rest_.find('>');
      if (end == std::string_view::npos) return false;
      rest_.remove_prefix(end + 1);
      return true;
    }
    const auto size = rest_.size();
    while (!rest_.empty() && ((rest_[0] >= 'a' && rest_[0] <= 'z') || (rest_[0] >= 'A' && rest_[0] <= 'Z'))) {
      rest_.remove_prefix(1);
    }
    return size - rest_.size() >= 3;
  }

  std::optional<int> number() {
    int value = 0;
    const auto size = rest_.size();
    for (; !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9' && value < 10000; rest_.remove_prefix(1)) {
      value = value * 10 + (rest_[0] - '0');
    }
    return rest_.size() == size ? std::nullopt : std::optional(value);
  }

  /// [+-]hours[:minutes[:seconds]] in seconds.
  std::optional<std::int64_t> duration() {
    const bool negative = take('-');
    if (!negative) take('+');
    std::int64_t total = 0;
    std::int64_t unit = k_hour;
    do {
      const auto part = number();
      if (!part) return std::nullopt;
      total += *part * unit;
      unit /= 60;
    } while (unit > 0 && take(':'));
    return negative ? -total : total;
  }

  /// Seconds from the start of `year` to the change, on a clock of that moment.
  std::optional<std::int64_t> change(std::chrono::year year) {
    auto day = take('M') ? weekday_of_month(year) : day_of_year(year);
    if (!day) return std::nullopt;
    std::int64_t time = 2 * k_hour;
    if (take('/')) {
      const auto given = duration();
      if (!given) return std::nullopt;
      time = *given;
    }
    return *day * k_day + time;
  }

 private:
  std::optional<std::int64_t> day_of_year(std::chrono::year year) {
    const bool skips_leap_day = take('J');
    const auto day = number();
    if (!day) return std::nullopt;
    if (!skips_leap_day) return *day;
    return *day - 1 + (year.is_leap() && *day >= 60 ? 1 : 0);
  }

  std::optional<std::int64_t> weekday_of_month(std::chrono::year year) {
    using namespace std::chrono;
    constexpr int k_invalid = 99;
    const int in_month = number().value_or(k_invalid);
    const int week = take('.') ? number().value_or(k_invalid) : k_invalid;
    const int day = take('.') ? number().value_or(k_invalid) : k_invalid;
    if (in_month < 1 || in_month > 12 || week < 1 || week > 5 || day > 6) return std::nullopt;
    const auto whole_month = year / in_month;
    const weekday on(static_cast<unsigned>(day));
    const sys_days found = week == 5 ? sys_days(whole_month / weekday_last(on))
                                     : sys_days(whole_month / weekday_indexed(on, static_cast<unsigned>(week)));
    return (found - sys_days(year / January / 1)).count();
  }

  std::string_view rest_;
};

}  // namespace

std::optional<std::int64_t> zone_rule_offset(std::string_view rule, std::int64_t moment) {
  using namespace std::chrono;
  RuleReader reader(rule);
  if (!reader.name()) return std::nullopt;
  const auto west = reader.duration();
  if (!west) return std::nullopt;
  const std::int64_t standard = -*west;
  if (reader.done()) return standard;
  if (!reader.name()) return std::nullopt;
  std::int64_t summer = standard + k_hour;
  if (!reader.at(',')) {
    const auto summer_west = reader.duration();
    if (!summer_west) return std::nullopt;
    summer = -*summer_west;
  }
  const auto today = floor<days>(sys_seconds(seconds(moment + standard)));
  const auto year = year_month_day(today).year();
  const auto new_year = sys_days(year / January / 1).time_since_epoch() / seconds(1);
  if (!reader.take(',')) return std::nullopt;
  const auto start = reader.change(year);
  if (!start || !reader.take(',')) return std::nullopt;
  const auto end = reader.change(year);
  if (!end || !reader.done()) return std::nullopt;
  const std::int64_t summer_begins = new_year + *start - standard;
  const std::int64_t summer_ends = new_year + *end - summer;
  // South of the equator summer begins late in the year and ends early.
  const bool in_summer = summer_begins < summer_ends ? moment >= summer_begins && moment < summer_ends
                                                     : moment >= summer_begins || moment < summer_ends;
  return in_summer ? summer : standard;
}

}  // namespace migrate::script::detail
