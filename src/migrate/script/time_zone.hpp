#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace migrate::script {

/// A moment as clocks of a time zone show it.
struct ZonedTime {
  int year = 1970;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::int64_t offset = 0;  ///< seconds east of UTC

  /// "2026-11-21 10:00:00+00:00".
  [[nodiscard]] std::string text() const;
};

/// The moment in the zone "UTC", "local" (this process's own) or of an IANA name, which is tried in upper case too, as
/// Alembic does. Zones are read from $TZDIR or /usr/share/zoneinfo. Throws base::Error that names an unknown zone.
ZonedTime in_time_zone(std::chrono::system_clock::time_point moment, std::string_view zone);

}  // namespace migrate::script
