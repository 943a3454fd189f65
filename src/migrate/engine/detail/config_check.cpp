#include "migrate/engine/detail/config_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <span>

#include "migrate/base/text.hpp"
#include "migrate/engine/detail/parameters.hpp"
#include "migrate/engine/detail/url_text.hpp"

namespace migrate::engine::detail {
namespace {

using Faults = std::vector<std::string>;

/// Longer than anybody waits, and far from where nanoseconds overflow.
constexpr std::chrono::hours k_longest{24 * 365 * 50};
/// NAMEDATALEN - 1: the server cuts longer names off, silently.
constexpr std::size_t k_longest_name = 63;
/// sun_path without its final zero.
constexpr std::size_t k_longest_socket = 107;

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

void check_at_least(std::string_view name, long long value, long long least, std::string_view meaning, Faults& faults) {
  if (value < least) faults.push_back(fmt::format("{} is {}; it must be {} or more ({})", name, value, least, meaning));
}

template <typename Duration>
void check_time(std::string_view name, Duration value, long long least, std::string_view meaning, Faults& faults) {
  check_at_least(name, value.count(), least, meaning, faults);
  if (value > k_longest) faults.push_back(fmt::format("{} is longer than 50 years", name));
}

void check_numbers(const ConnectionParts& parts, Faults& faults) {
  const PoolOptions& pool = parts.pool;
  check_at_least("pool_size", pool.pool_size, 0, "0 = no limit", faults);
  check_at_least("max_overflow", pool.max_overflow, -1, "-1 = no limit", faults);
  check_time("pool_timeout", pool.pool_timeout, 0, "0 = never wait", faults);
  check_time("pool_recycle", pool.pool_recycle, -1, "seconds; -1 = never", faults);
  check_time("ping_after_idle", pool.ping_after_idle, 0, "milliseconds", faults);
  check_time("ping_timeout", pool.ping_timeout, 0, "milliseconds", faults);
  check_at_least("max_waiters", pool.max_waiters, 0, "0 = no limit", faults);
  check_at_least("max_connecting", pool.max_connecting, 0, "0 = no limit", faults);
  check_at_least("min_idle", pool.min_idle, 0, "0 = none", faults);
  if (pool.pool_size > 0 && pool.min_idle > pool.pool_size) {
    faults.push_back(fmt::format("min_idle is {}, but pool_size is only {}", pool.min_idle, pool.pool_size));
  }
  check_time("overflow_linger", pool.overflow_linger, 0, "0 = closed on return", faults);
  check_time("idle_timeout", pool.idle_timeout, -1, "-1 = never", faults);
  check_time("keepalive", pool.keepalive, -1, "-1 = never", faults);
  check_time("leak_threshold", pool.leak_threshold, 0, "0 = never", faults);
  check_time("connect_timeout", parts.connect_timeout, 0, "0 = no limit", faults);
  check_time("command_timeout", parts.command_timeout, 0, "0 = no limit", faults);
  check_at_least("connect_retries", parts.retry.retries, 0, "0 = none", faults);
  check_time("the first pause between retries", parts.retry.base, 0, "milliseconds", faults);
  check_time("the longest pause between retries", parts.retry.cap, 0, "milliseconds", faults);
}

void check_text(std::string_view what, std::string_view value, Faults& faults) {
  if (has_control_character(value)) faults.push_back(fmt::format("{} holds a control character", what));
}

void check_name(std::string_view what, std::string_view value, Faults& faults) {
  check_text(what, value, faults);
  if (value.size() > k_longest_name) {
    faults.push_back(fmt::format("{} is {} bytes long; PostgreSQL allows {}", what, value.size(), k_longest_name));
  }
}

void check_application_name(std::string_view value, Faults& faults) {
  check_name("application_name", value, faults);
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (!std::ranges::all_of(value, is_ascii)) {
    faults.emplace_back("application_name holds a character outside ASCII, which PostgreSQL would show as ?");
  }
}

void check_host(const Url::Host& host, Faults& faults) {
  const std::string& name = host.name;
  check_text("the host", name, faults);
  if (has_control_character(name)) return;
  if (name.find(',') != std::string::npos) {
    faults.push_back(fmt::format("host \"{}\" holds a comma, which libpq takes for the end of a host", name));
  }
  const bool is_socket = name.starts_with('/') || name.starts_with('@');
  const std::size_t length =
      name.size() + std::string_view("/.s.PGSQL.").size() + std::to_string(host.port.value_or(5432)).size();
  if (is_socket && length > k_longest_socket) {
    faults.push_back(fmt::format("socket directory \"{}\" makes a path of {} bytes; the system allows {}", name, length,
                                 k_longest_socket));
  }
  const auto colon = name.find(':');
  if (!is_socket && colon != std::string::npos && !looks_like_ipv6(name)) {
    faults.push_back(fmt::format("host \"{}\" holds a colon; its port must be given apart from it", name));
  }
  if (!is_socket && (name.find('/') != std::string::npos || name.find(' ') != std::string::npos)) {
    faults.push_back(fmt::format("host \"{}\" is neither a host name nor a full path of a socket directory", name));
  }
  if (host.port == 0) faults.emplace_back("port 0 is not from 1 to 65535");
}

struct Choice {
  std::string_view parameter;
  std::string_view words;
};

constexpr Choice k_choices[] = {
    {"sslmode", "disable,allow,prefer,require,verify-ca,verify-full"},
    {"ssl", "true,false,disable,allow,prefer,require,verify-ca,verify-full"},
    {"target_session_attrs", "any,read-write,read-only,primary,standby,prefer-standby"},
    {"gssencmode", "disable,prefer,require"},
    {"channel_binding", "disable,prefer,require"},
};

constexpr std::string_view k_numbers[] = {"connect_timeout",     "keepalives",       "keepalives_idle",
                                          "keepalives_interval", "keepalives_count", "tcp_user_timeout"};

bool is_number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

void check_value(const std::string& name, const std::string& value, Faults& faults) {
  for (const auto& choice : k_choices) {
    if (name != choice.parameter || value.empty()) continue;
    const auto words = base::split_list(choice.words);
    if (std::ranges::find(words, value) != words.end()) continue;
    faults.push_back(fmt::format("{} is \"{}\"; it must be one of {}", name, value, base::join(words, ", ")));
  }
  if (std::ranges::find(k_numbers, name) != std::end(k_numbers) && !value.empty() && !is_number(value)) {
    faults.push_back(fmt::format("{} is \"{}\", which is not a whole number", name, value));
  }
  const std::string lower = base::to_lower(value);
  if (name == "client_encoding" && lower != "utf8" && lower != "utf-8") {
    faults.push_back(fmt::format("client_encoding is \"{}\"; connections are always UTF8", value));
  }
  if (name == "application_name") check_application_name(value, faults);
}

void check_parameter(const std::string& name, const std::string& value, Faults& faults) {
  if (!is_known_parameter(name)) {
    const auto near = base::nearest(name, known_parameters());
    faults.push_back(fmt::format("\"{}\" is not a connection parameter of libpq{}", name,
                                 near ? fmt::format("; did you mean \"{}\"?", *near) : ""));
    return;
  }
  const bool is_password = is_secret(name);
  if (is_password ? value.find('\0') != std::string::npos : has_control_character(value)) {
    faults.push_back(fmt::format("parameter \"{}\" holds a {}", name, is_password ? "zero byte" : "control character"));
    return;
  }
  check_value(name, value, faults);
}

}  // namespace

std::vector<std::string> find_faults(const ConnectionParts& parts) {
  Faults faults;
  for (const auto& host : parts.url.hosts) check_host(host, faults);
  check_name("the user name", parts.url.user, faults);
  check_name("the database name", parts.url.database, faults);
  // A password may hold anything else: the server never shows it to anybody.
  if (parts.url.password && parts.url.password->find('\0') != std::string::npos) {
    faults.emplace_back("the password holds a zero byte");
  }
  if (parts.password_provider != nullptr && parts.url.password) {
    faults.emplace_back("a password is given, and a provider that is to be asked for one; one of them is enough");
  }
  for (const auto& [name, value] : parts.url.parameters) check_parameter(name, value, faults);
  check_application_name(parts.application_name, faults);
  check_numbers(parts, faults);
  return faults;
}

}  // namespace migrate::engine::detail
