#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/engine/connection_config.hpp"

namespace migrate::runtime {

/// A row of the journal about a step that did not get through.
struct FailureNote {
  std::string sql;                       ///< empty: there is nothing to note
  std::vector<std::string> unless_rows;  ///< the step got through after all when the version rows are these
};

/// Version rows after the connection of backend `pid` was lost or interrupted: connects anew, waits until that backend
/// is gone or idle (it may still be committing), reads, and notes `note`. Nothing when the database cannot be reached
/// or the backend stays busy past `patience`. Never throws.
std::optional<std::vector<std::string>> rows_after_loss(const engine::ConnectionConfig& config, int pid,
                                                        std::string_view schema, std::string_view table,
                                                        const FailureNote& note = {},
                                                        std::chrono::seconds patience = std::chrono::seconds(5));

}  // namespace migrate::runtime
