#include "migrate/script/time_zone.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <optional>
#include <vector>

#include "migrate/base/error.hpp"
#include "migrate/base/files.hpp"
#include "migrate/base/text.hpp"
#include "migrate/script/detail/zone_file.hpp"

namespace migrate::script {
namespace {

namespace fs = std::filesystem;

fs::path zone_directory() {
  const char* given = std::getenv("TZDIR");
  return given != nullptr && *given != '\0' ? given : "/usr/share/zoneinfo";
}

/// A name that stays below the zone directory.
bool is_zone_name(std::string_view zone) {
  const auto belongs = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/_+-").find(c) != std::string_view::npos;
  };
  return !zone.empty() && zone.front() != '/' && std::ranges::all_of(zone, belongs);
}

std::optional<std::int64_t> offset_in(const fs::path& directory, std::string_view zone, std::int64_t moment) {
  const fs::path path = directory / zone;
  std::error_code ignored;
  if (!is_zone_name(zone) || !fs::is_regular_file(path, ignored)) return std::nullopt;
  return detail::zone_file_offset(base::read_file(path), moment);
}

/// Only looked at to find what a mistyped name may have meant.
std::vector<std::string> zone_names(const fs::path& directory) {
  std::vector<std::string> names;
  std::error_code error;
  std::error_code ignored;
  const auto options = fs::directory_options::skip_permission_denied;
  for (fs::recursive_directory_iterator entry(directory, options, error), end; !error && entry != end;
       entry.increment(error)) {
    const auto name = entry->path().lexically_relative(directory).string();
    if (name == "posix" || name == "right") {
      entry.disable_recursion_pending();
    } else if (name[0] >= 'A' && name[0] <= 'Z' && entry->is_regular_file(ignored)) {
      names.push_back(name);
    }
  }
  std::ranges::sort(names);
  return names;
}

[[noreturn]] void fail_unknown(const fs::path& directory, std::string_view zone) {
  const auto message = fmt::format("unknown time zone \"{}\"", zone);
  const auto names = zone_names(directory);
  if (names.empty()) {
    throw base::Error(message + fmt::format(": this machine has no time zones in {}", directory.string()),
                      "Install the tzdata package, or use \"UTC\" or \"local\".");
  }
  std::vector<std::string> lower;
  lower.reserve(names.size());
  for (const auto& name : names) lower.push_back(base::to_lower(name));
  if (const auto near = base::nearest(base::to_lower(zone), lower)) {
    const auto which = std::ranges::find(lower, *near) - lower.begin();
    throw base::Error(message, fmt::format("Did you mean \"{}\"?", names[static_cast<std::size_t>(which)]));
  }
  throw base::Error(message, "Use an IANA name such as \"Europe/Berlin\", or \"UTC\", or \"local\".");
}

std::int64_t local_offset(std::int64_t moment) {
  const auto time = static_cast<std::time_t>(moment);
  std::tm fields{};
  if (localtime_r(&time, &fields) == nullptr)
    throw base::Error("the local time zone cannot be read", "Set timezone in the configuration.");
  return fields.tm_gmtoff;
}

std::int64_t offset_of(std::string_view zone, std::int64_t moment) {
  if (base::to_upper(zone) == "UTC") return 0;
  if (zone == "local") return local_offset(moment);
  const auto directory = zone_directory();
  if (const auto offset = offset_in(directory, zone, moment)) return *offset;
  if (const auto offset = offset_in(directory, base::to_upper(zone), moment)) return *offset;
  fail_unknown(directory, zone);
}

}  // namespace

std::string ZonedTime::text() const {
  const auto minutes = (offset < 0 ? -offset : offset) / 60;
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}{}{:02}:{:02}", year, month, day, hour, minute, second,
                     offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

ZonedTime in_time_zone(std::chrono::system_clock::time_point moment, std::string_view zone) {
  using namespace std::chrono;
  const auto utc = floor<seconds>(moment);
  const auto offset = offset_of(zone, utc.time_since_epoch().count());
  const auto wall = utc + seconds(offset);
  const auto day = floor<days>(wall);
  const year_month_day date(day);
  const hh_mm_ss time(wall - day);
  return {static_cast<int>(date.year()),
          static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day())),
          static_cast<int>(time.hours().count()),
          static_cast<int>(time.minutes().count()),
          static_cast<int>(time.seconds().count()),
          offset};
}

}  // namespace migrate::script
