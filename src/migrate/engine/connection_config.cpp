#include "migrate/engine/connection_config.hpp"

#include <fmt/format.h>

#include "migrate/base/text.hpp"
#include "migrate/engine/detail/config_check.hpp"
#include "migrate/engine/detail/url_text.hpp"
#include "migrate/engine/error.hpp"

namespace migrate::engine {
namespace {

void drop_parameter(Url& url, std::string_view name) {
  std::erase_if(url.parameters, [&](const auto& parameter) { return parameter.first == name; });
}

std::vector<Url::Host> read_hosts(std::string_view names, std::string_view ports, const std::string& port_variable) {
  std::vector<Url::Host> hosts;
  for (const auto name : base::split(names, ',')) hosts.push_back({std::string(base::trim(name)), std::nullopt});
  if (ports.empty()) return hosts;
  const auto numbers = base::split(ports, ',');
  if (numbers.size() != 1 && numbers.size() != hosts.size()) {
    throw DatabaseArgumentError(
        fmt::format("{} names {} ports for {} hosts", port_variable, numbers.size(), hosts.size()),
        "Give one port, or one for each host.");
  }
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    const auto text = base::trim(numbers[numbers.size() == 1 ? 0 : i]);
    hosts[i].port = detail::parse_port(text);
    if (!hosts[i].port) {
      throw DatabaseArgumentError(fmt::format("{} is \"{}\", which is not a port from 1 to 65535", port_variable, text),
                                  "PostgreSQL usually listens on 5432.");
    }
  }
  return hosts;
}

}  // namespace

ConnectionConfig ConnectionConfig::create(ConnectionParts parts) {
  const std::vector<std::string> faults = detail::find_faults(parts);
  if (faults.size() == 1) throw DatabaseArgumentError(faults.front());
  if (!faults.empty()) {
    throw DatabaseArgumentError(
        fmt::format("{} of the connection's settings are wrong:\n- {}", faults.size(), base::join(faults, "\n- ")));
  }
  return ConnectionConfig(std::move(parts));
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
  const std::string name = look_up("NAME");
  const std::string user = look_up("USER");
  const std::string password = look_up("PASS");
  if (!any) return std::nullopt;
  ConnectionParts parts;
  if (!host.empty() || !port.empty()) parts.url.hosts = read_hosts(host, port, fmt::format("{}PORT", prefix));
  parts.url.database = name;
  parts.url.user = user;
  if (!password.empty()) parts.url.password = password;
  return create(std::move(parts));
}

ConnectionConfig ConnectionConfig::with_database(std::string name) const {
  ConnectionParts changed = *parts_;
  drop_parameter(changed.url, "dbname");
  changed.url.database = std::move(name);
  return create(std::move(changed));
}

ConnectionConfig ConnectionConfig::with_application_name(std::string name) const {
  ConnectionParts changed = *parts_;
  drop_parameter(changed.url, "application_name");
  changed.application_name = std::move(name);
  return create(std::move(changed));
}

ConnectionConfig ConnectionConfig::with_pool(PoolOptions pool) const {
  ConnectionParts changed = *parts_;
  changed.pool = pool;
  return create(std::move(changed));
}

}  // namespace migrate::engine
