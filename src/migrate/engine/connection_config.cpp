#include "migrate/engine/connection_config.hpp"

#include <fmt/format.h>

#include <ostream>

#include "migrate/base/text.hpp"
#include "migrate/engine/detail/config_check.hpp"
#include "migrate/engine/detail/settings_merge.hpp"
#include "migrate/engine/error.hpp"

namespace migrate::engine {
namespace {

using Faults = std::vector<std::string>;
using SharedParts = std::shared_ptr<const ConnectionParts>;

SharedParts checked(ConnectionParts parts, Faults faults = {}) {
  for (auto& fault : detail::find_faults(parts)) faults.push_back(std::move(fault));
  if (faults.size() == 1) throw DatabaseArgumentError(faults.front());
  if (!faults.empty()) {
    throw DatabaseArgumentError(
        fmt::format("{} of the connection's settings are wrong:\n- {}", faults.size(), base::join(faults, "\n- ")));
  }
  return std::make_shared<const ConnectionParts>(std::move(parts));
}

SharedParts merged(const ConnectionSettings& settings, ConnectionParts parts) {
  Faults faults;
  detail::merge_settings(settings, parts, faults);
  return checked(std::move(parts), std::move(faults));
}

std::string key_of(const PoolOptions& pool) {
  return fmt::format("{} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {}", pool.pool_size, pool.max_overflow,
                     pool.pool_timeout.count(), pool.pool_pre_ping, pool.pool_recycle.count(),
                     pool.ping_after_idle.count(), pool.ping_timeout.count(), pool.lifo, pool.max_waiters,
                     pool.max_connecting, static_cast<int>(pool.reset), pool.overflow_linger.count(),
                     pool.idle_timeout.count(), pool.min_idle, pool.keepalive.count(), pool.leak_threshold.count(),
                     pool.background_connect);
}

}  // namespace

ConnectionConfig::ConnectionConfig(ConnectionSettings settings, ConnectionDefaults defaults)
    : ConnectionConfig(merged(settings, std::move(defaults))) {}

ConnectionConfig ConnectionConfig::create(ConnectionParts parts) {
  return ConnectionConfig(checked(std::move(parts)));
}

ConnectionConfig ConnectionConfig::from_url(std::string_view url) {
  ConnectionParts parts;
  parts.url = Url::parse(url);
  return create(std::move(parts));
}

std::optional<ConnectionConfig> ConnectionConfig::from_environment(const base::Environment& environment,
                                                                   std::string_view prefix) {
  bool any = false;
  const auto look_up = [&](std::string_view part) {
    std::string value = environment(fmt::format("{}{}", prefix, part)).value_or("");
    any = any || !value.empty();
    return value;
  };
  const std::string host = look_up("HOST");
  const std::string port = look_up("PORT");
  ConnectionParts parts;
  parts.url.database = look_up("NAME");
  parts.url.user = look_up("USER");
  if (std::string password = look_up("PASS"); !password.empty()) parts.url.password = std::move(password);
  if (!any) return std::nullopt;
  Faults faults;
  if (!host.empty() || !port.empty()) {
    parts.url.hosts = detail::read_hosts(host, port, fmt::format("{}PORT", prefix), faults);
  }
  return ConnectionConfig(checked(std::move(parts), std::move(faults)));
}

ConnectionConfig ConnectionConfig::from_env(std::string_view prefix) {
  if (auto config = from_environment(base::process_environment(), prefix)) return *std::move(config);
  throw DatabaseArgumentError(
      fmt::format("the environment says nothing of a database: none of {0}HOST, {0}PORT, {0}NAME, {0}USER and {0}PASS "
                  "is set",
                  prefix),
      "Set them before the first use of the database, or give its settings in code.");
}

std::string ConnectionConfig::key() const {
  const ConnectionParts& parts = *parts_;
  Url url = parts.url;
  url.password.reset();
  return fmt::format("{} driver={} connect={} command={} retry={},{},{} name={} echo={} pool=({})", url.to_string(),
                     url.driver, parts.connect_timeout.count(), parts.command_timeout.count(), parts.retry.retries,
                     parts.retry.base.count(), parts.retry.cap.count(), parts.application_name, parts.echo,
                     key_of(parts.pool));
}

ConnectionConfig ConnectionConfig::with(ConnectionSettings changes) const {
  return {std::move(changes), *parts_};
}

ConnectionConfig ConnectionConfig::with_database(std::string name) const {
  return with({.db_name = std::move(name)});
}

ConnectionConfig ConnectionConfig::with_host(std::string host, std::optional<int> port) const {
  return with({.db_host = std::move(host), .db_port = port});
}

ConnectionConfig ConnectionConfig::with_user(std::string user, std::optional<std::string> password) const {
  ConnectionParts changed = *parts_;
  changed.url.user = std::move(user);
  changed.url.password = std::move(password);
  changed.password_provider.reset();
  return create(std::move(changed));
}

ConnectionConfig ConnectionConfig::with_application_name(std::string name) const {
  return with({.application_name = std::move(name)});
}

ConnectionConfig ConnectionConfig::with_pool(PoolOptions pool) const {
  return with({.pool = pool});
}

ConnectionConfig ConnectionConfig::with_retry(RetryPolicy retry) const {
  ConnectionParts changed = *parts_;
  changed.retry = retry;
  return create(std::move(changed));
}

std::ostream& operator<<(std::ostream& out, const ConnectionConfig& config) {
  return out << config.uri();
}

}  // namespace migrate::engine
