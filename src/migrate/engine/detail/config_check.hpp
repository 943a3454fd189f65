#pragma once
#include <string>
#include <vector>

#include "migrate/engine/connection_config.hpp"

namespace migrate::engine::detail {

/// Everything that is wrong with the parts, a sentence each; none repeats a password. Empty: nothing is.
std::vector<std::string> find_faults(const ConnectionParts& parts);

}  // namespace migrate::engine::detail
