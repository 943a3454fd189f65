#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/engine/connection_config.hpp"

namespace migrate::runtime {

/// Version rows after the connection of backend `pid` was lost or interrupted: connects anew, waits until that backend
/// is gone or idle (it may still be committing), and reads. Nothing when the database cannot be reached or the backend
/// stays busy past `patience`. Never throws.
std::optional<std::vector<std::string>> rows_after_loss(const engine::ConnectionConfig& config, int pid,
                                                        std::string_view schema, std::string_view table,
                                                        std::chrono::seconds patience = std::chrono::seconds(5));

}  // namespace migrate::runtime
