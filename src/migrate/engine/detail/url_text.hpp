#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace migrate::engine::detail {

/// Whether a parameter's value must not be shown: password, sslpassword and whatever else is named like one.
bool is_secret(std::string_view parameter);

/// An address such as "::1" or "fe80::1%eth0", without brackets.
bool looks_like_ipv6(std::string_view host);

/// A port from 1 to 65535, digits only.
std::optional<std::uint16_t> parse_port(std::string_view text);

}  // namespace migrate::engine::detail
