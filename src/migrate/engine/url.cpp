#include "migrate/engine/url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "migrate/base/text.hpp"
#include "migrate/engine/detail/url_text.hpp"
#include "migrate/engine/error.hpp"

namespace migrate::engine {
namespace {

constexpr std::string_view k_unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string host_text(const Url::Host& host) {
  std::string text;
  if (detail::looks_like_ipv6(host.name)) {
    text = fmt::format("[{}]", base::replace_all(percent_encode(host.name), "%3A", ":"));
  } else {
    text = percent_encode(host.name);
  }
  if (host.port) text += fmt::format(":{}", *host.port);
  return text;
}

std::string query_text(const Url& url, Password password) {
  std::string text;
  for (const auto& [name, value] : url.parameters) {
    const bool hidden = password == Password::hidden && detail::is_secret(name);
    text += text.empty() ? '?' : '&';
    text += percent_encode(name) + "=" + (hidden ? "***" : percent_encode(value));
  }
  return text;
}

}  // namespace

std::string percent_encode(std::string_view text) {
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (k_unreserved.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

std::string percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      decoded += text[at];
      continue;
    }
    const int high = at + 2 < text.size() ? hex_digit(text[at + 1]) : -1;
    const int low = at + 2 < text.size() ? hex_digit(text[at + 2]) : -1;
    if (high < 0 || low < 0) throw DatabaseArgumentError("a % is not followed by two hex digits", "Write % as %25.");
    if (high == 0 && low == 0) throw DatabaseArgumentError("%00 stands for a zero byte, which no value may hold");
    decoded += static_cast<char>(high * 16 + low);
    at += 2;
  }
  return decoded;
}

std::string Url::to_string(Password shown) const {
  std::string text = "postgresql://";
  if (!user.empty() || password) {
    text += percent_encode(user);
    if (password) text += ":" + (shown == Password::shown ? percent_encode(*password) : "***");
    text += '@';
  }
  for (std::size_t i = 0; i < hosts.size(); ++i) text += (i == 0 ? "" : ",") + host_text(hosts[i]);
  if (!database.empty() || !parameters.empty()) text += "/" + percent_encode(database);
  return text + query_text(*this, shown);
}

std::ostream& operator<<(std::ostream& out, const Url& url) {
  return out << url.to_string();
}

}  // namespace migrate::engine
