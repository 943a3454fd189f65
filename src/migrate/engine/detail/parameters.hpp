#pragma once
#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "migrate/engine/connection_config.hpp"

namespace migrate::engine::detail {

/// The names of all connection parameters this libpq knows.
const std::vector<std::string>& known_parameters();
bool is_known_parameter(std::string_view name);

/// What is handed to libpq, name by name: never a conninfo string, so no value needs quoting or can hide another.
using ConnectWords = std::vector<std::pair<std::string, std::string>>;

/// `hosts` in place of the URL's own, which may be tried in another order.
ConnectWords connect_words(const ConnectionParts& parts, std::span<const Url::Host> hosts);

/// The limit of one attempt: connect_timeout of the URL (seconds, 0 = none) before that of the parts. 0 = none.
std::chrono::milliseconds connect_timeout(const ConnectionParts& parts);

}  // namespace migrate::engine::detail
