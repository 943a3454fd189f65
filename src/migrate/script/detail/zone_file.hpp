#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace migrate::script::detail {

/// Seconds east of UTC at `moment` (seconds since 1970) by a compiled zone file (RFC 8536), or nothing when `bytes` is
/// not one. Behind its last transition the file's footer rule decides.
std::optional<std::int64_t> zone_file_offset(std::string_view bytes, std::int64_t moment);

/// The same by a rule in the form of the TZ variable: "CET-1CEST,M3.5.0,M10.5.0/3". Nothing when it is malformed.
std::optional<std::int64_t> zone_rule_offset(std::string_view rule, std::int64_t moment);

}  // namespace migrate::script::detail
