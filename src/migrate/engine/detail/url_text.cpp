#include "migrate/engine/detail/url_text.hpp"

#include <charconv>

#include "migrate/base/text.hpp"

namespace migrate::engine::detail {

bool is_secret(std::string_view parameter) {
  const std::string name = base::to_lower(parameter);
  if (name == "passfile") return false;
  for (const std::string_view mark : {"pass", "pwd", "secret"}) {
    if (name.find(mark) != std::string::npos) return true;
  }
  return false;
}

bool looks_like_ipv6(std::string_view host) {
  const std::string_view address = host.substr(0, host.find('%'));
  return address.find(':') != address.rfind(':') &&
         address.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 1 || value > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(value);
}

}  // namespace migrate::engine::detail
