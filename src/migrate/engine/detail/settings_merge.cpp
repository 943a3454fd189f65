#include "migrate/engine/detail/settings_merge.hpp"

#include <fmt/format.h>

#include "migrate/base/text.hpp"
#include "migrate/engine/detail/url_text.hpp"
#include "migrate/engine/error.hpp"

namespace migrate::engine::detail {
namespace {

using Faults = std::vector<std::string>;

template <typename Value, typename Place>
void take(const std::optional<Value>& said, Place& place) {
  if (said) place = *said;
}

void merge_url(const ConnectionSettings& settings, ConnectionParts& parts, Faults& faults) {
  if (!settings.db_url) return;
  try {
    parts.url = Url::parse(*settings.db_url);
  } catch (const DatabaseArgumentError& error) {
    faults.emplace_back(error.what());
  }
}

/// Whatever follows the + is a matter of SQLAlchemy's.
void merge_driver(const ConnectionSettings& settings, Url& url, Faults& faults) {
  if (!settings.db_driver) return;
  const std::string_view driver = *settings.db_driver;
  const auto plus = driver.find('+');
  const std::string scheme = base::to_lower(driver.substr(0, plus));
  const bool cut_off = plus != std::string_view::npos && plus + 1 == driver.size();
  if ((scheme != "postgresql" && scheme != "postgres") || cut_off) {
    faults.push_back(
        fmt::format("db_driver is \"{}\"; it must be postgresql, or postgresql+ and the name of a driver", driver));
    return;
  }
  url.driver = plus == std::string_view::npos ? std::string_view() : driver.substr(plus + 1);
}

void merge_user(const ConnectionSettings& settings, Url& url, Faults& faults) {
  if (settings.db_role && settings.db_user && *settings.db_role != *settings.db_user) {
    faults.push_back(fmt::format("db_role is \"{}\" and db_user is \"{}\"; they are two names of the same thing",
                                 *settings.db_role, *settings.db_user));
  }
  take(settings.db_role, url.user);
  take(settings.db_user, url.user);
  take(settings.db_password, url.password);
}

/// What is said last counts: a password takes the place of a provider, and the other way round.
void merge_provider(const ConnectionSettings& settings, bool url_has_password, ConnectionParts& parts, Faults& faults) {
  const bool has_password = settings.db_password || url_has_password;
  if (!settings.password_provider) {
    if (has_password) parts.password_provider.reset();
    return;
  }
  if (has_password) {
    faults.push_back(fmt::format("password_provider is given, and a password too ({}); one of them is enough",
                                 settings.db_password ? "db_password" : "in db_url"));
    return;
  }
  parts.url.password.reset();
  parts.password_provider =
      *settings.password_provider ? std::make_shared<const PasswordProvider>(*settings.password_provider) : nullptr;
}

void merge_hosts(const ConnectionSettings& settings, Url& url, Faults& faults) {
  if (settings.db_host) url.hosts = read_hosts(*settings.db_host, "", "", faults);
  if (!settings.db_port) return;
  const int port = *settings.db_port;
  if (port < 1 || port > 65535) {
    faults.push_back(fmt::format("db_port is {}; it must be from 1 to 65535", port));
    return;
  }
  if (url.hosts.empty()) url.hosts.emplace_back();
  for (auto& host : url.hosts) host.port = static_cast<std::uint16_t>(port);
}

void set_parameter(Url& url, const std::string& name, const std::string& value) {
  drop_parameter(url, name);
  url.parameters.emplace_back(name, value);
}

void merge_parameters(const ConnectionSettings& settings, Url& url) {
  for (const auto& [name, value] : settings.parameters) set_parameter(url, name, value);
  if (settings.db_service) set_parameter(url, "service", *settings.db_service);
  // A limit in the URL would go before the one that is said here.
  if (settings.connect_timeout) drop_parameter(url, "connect_timeout");
  if (settings.application_name) drop_parameter(url, "application_name");
  if (settings.db_name) drop_parameter(url, "dbname");
}

void merge_pool(const ConnectionSettings& settings, PoolOptions& pool) {
  take(settings.pool, pool);
  take(settings.pool_size, pool.pool_size);
  take(settings.max_overflow, pool.max_overflow);
  take(settings.pool_timeout, pool.pool_timeout);
  take(settings.pool_pre_ping, pool.pool_pre_ping);
  take(settings.pool_recycle, pool.pool_recycle);
}

}  // namespace

void drop_parameter(Url& url, std::string_view name) {
  std::erase_if(url.parameters, [&](const auto& parameter) { return parameter.first == name; });
}

std::vector<Url::Host> read_hosts(std::string_view names, std::string_view ports, std::string_view port_name,
                                  Faults& faults) {
  std::vector<Url::Host> hosts;
  for (const auto name : base::split(names, ',')) hosts.push_back({std::string(base::trim(name)), std::nullopt});
  if (ports.empty()) return hosts;
  const auto numbers = base::split(ports, ',');
  if (numbers.size() != 1 && numbers.size() != hosts.size()) {
    faults.push_back(fmt::format("{} names {} ports for {} hosts; give one, or one for each", port_name, numbers.size(),
                                 hosts.size()));
    return hosts;
  }
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    const auto text = base::trim(numbers[numbers.size() == 1 ? 0 : i]);
    hosts[i].port = parse_port(text);
    if (hosts[i].port) continue;
    faults.push_back(fmt::format("{} is \"{}\", which is not a port from 1 to 65535", port_name, text));
    if (numbers.size() == 1) break;
  }
  return hosts;
}

void merge_settings(const ConnectionSettings& settings, ConnectionParts& parts, Faults& faults) {
  merge_url(settings, parts, faults);
  const bool url_has_password = settings.db_url && parts.url.password;
  merge_parameters(settings, parts.url);
  merge_driver(settings, parts.url, faults);
  merge_user(settings, parts.url, faults);
  merge_provider(settings, url_has_password, parts, faults);
  merge_hosts(settings, parts.url, faults);
  take(settings.db_name, parts.url.database);
  merge_pool(settings, parts.pool);
  take(settings.connect_timeout, parts.connect_timeout);
  take(settings.command_timeout, parts.command_timeout);
  take(settings.connect_retries, parts.retry.retries);
  take(settings.application_name, parts.application_name);
  take(settings.echo, parts.echo);
}

}  // namespace migrate::engine::detail
