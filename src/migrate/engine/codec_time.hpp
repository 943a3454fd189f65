#pragma once
#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <ratio>
#include <string>
#include <string_view>

#include "migrate/engine/codec.hpp"

namespace migrate::engine {

namespace detail {

/// Microseconds since 1970 and the two infinities, which are the ends of the type.
using MicrosecondCount = std::int64_t;

void append_date(std::int64_t days_since_1970, std::string& out);
std::int64_t read_date(std::string_view text);
/// `zoned`: with the offset +00, as a moment; else as a clock on a wall shows it.
void append_timestamp(MicrosecondCount time, bool zoned, std::string& out);
/// A text with an offset is turned into UTC. Throws when `zoned` is false and it has one.
MicrosecondCount read_timestamp(std::string_view text, bool zoned);
[[noreturn]] void refuse_timestamp(std::string_view text, bool zoned);

}  // namespace detail

/// date. sys_days::max() and min() are infinity and -infinity. Text in DateStyle ISO, which is the default.
template <>
struct Codec<std::chrono::sys_days> {
  static constexpr std::string_view type = "date";
  static void encode(std::chrono::sys_days value, std::string& out) {
    detail::append_date(value.time_since_epoch().count(), out);
  }
  static std::chrono::sys_days decode(std::string_view text) {
    return std::chrono::sys_days(std::chrono::days(detail::read_date(text)));
  }
};

/// sys_time is timestamptz, a moment (a timestamp without time zone is taken as UTC); local_time is timestamp. Of any
/// resolution: what is finer than a microsecond is cut off on the way out, what D cannot hold on the way in. max() and
/// min() are infinity and -infinity. Text in DateStyle ISO. The years 294247 to 294276, which PostgreSQL knows, are out
/// of range, as 64 bits of microseconds since 1970 end before them.
template <typename Clock, typename D>
requires(std::same_as<Clock, std::chrono::system_clock> ||
         std::same_as<Clock, std::chrono::local_t>) struct Codec<std::chrono::time_point<Clock, D>> {
  using Point = std::chrono::time_point<Clock, D>;
  static constexpr bool zoned = std::same_as<Clock, std::chrono::system_clock>;
  static constexpr std::string_view type = zoned ? "timestamptz" : "timestamp";

  static void encode(Point value, std::string& out) {
    if (value == Point::max()) return detail::append_timestamp(Limits::max(), zoned, out);
    if (value == Point::min()) return detail::append_timestamp(Limits::min(), zoned, out);
    detail::append_timestamp(std::chrono::floor<Micro>(value.time_since_epoch()).count(), zoned, out);
  }

  static Point decode(std::string_view text) {
    const detail::MicrosecondCount count = detail::read_timestamp(text, zoned);
    if (count == Limits::max()) return Point::max();
    if (count == Limits::min()) return Point::min();
    if constexpr (std::ratio_less_v<typename D::period, std::micro>) {
      constexpr auto least = std::chrono::ceil<Micro>(D::min()).count();
      constexpr auto greatest = std::chrono::floor<Micro>(D::max()).count();
      if (count < least || count > greatest) detail::refuse_timestamp(text, zoned);
    }
    return Point(std::chrono::floor<D>(Micro(count)));
  }

 private:
  using Micro = std::chrono::duration<detail::MicrosecondCount, std::micro>;
  using Limits = std::numeric_limits<detail::MicrosecondCount>;
};

/// timestamptz and timestamp in the server's own resolution.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;
using LocalTimestamp = std::chrono::local_time<std::chrono::microseconds>;
using Date = std::chrono::sys_days;

}  // namespace migrate::engine
