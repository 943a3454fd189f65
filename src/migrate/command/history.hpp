#pragma once
#include <optional>
#include <string>
#include <vector>

#include "migrate/command/context.hpp"
#include "migrate/command/revision_view.hpp"

namespace migrate::command {

struct HistoryRequest {
  std::optional<std::string> range;  ///< a:b, a:, :b; nothing: everything
  bool indicate_current = false;     ///< mark where the database stands, which must then be reachable
};

/// Revisions, newest first. Never creates the version table.
std::vector<RevisionView> history(const Context& context, const HistoryRequest& request);

}  // namespace migrate::command
