#pragma once
#include <vector>

#include "migrate/command/context.hpp"
#include "migrate/command/revision_view.hpp"

namespace migrate::command {

struct HeadsRequest {
  bool resolve_dependencies = false;  ///< leave out heads that something depends on
};

/// Revisions nothing builds on. The files alone answer; no database is asked.
std::vector<RevisionView> heads(const Context& context, const HeadsRequest& request);

}  // namespace migrate::command
