#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "migrate/engine/connection_config.hpp"
#include "migrate/engine/connection_settings.hpp"

namespace migrate::engine::detail {

/// Puts what the settings say in place of what the parts said. Faults, a sentence each, are added to `faults`.
void merge_settings(const ConnectionSettings& settings, ConnectionParts& parts, std::vector<std::string>& faults);

/// Hosts and their ports from lists with commas; one port stands for all hosts. `port_name`: what to call the ports in
/// a fault.
std::vector<Url::Host> read_hosts(std::string_view names, std::string_view ports, std::string_view port_name,
                                  std::vector<std::string>& faults);

/// Takes a parameter of that name away.
void drop_parameter(Url& url, std::string_view name);

}  // namespace migrate::engine::detail
