#pragma once
#include "migrate/command/move_leave.hpp"

namespace migrate::command {

/// What an upgrade does when the version table names revisions that these files do not have, as when an older image is
/// started again, and there is nothing else to do.
enum class AheadPolicy {
  fail,  ///< throws DatabaseAheadError
  warn,  ///< nothing, with a warning
  ok     ///< nothing
};

struct UpgradeRequest {
  std::string target = "head";
  bool sql = false;  ///< write a script; then the target may be a range from:to
  runtime::UncertainStatement uncertain = runtime::UncertainStatement::stop;
  AheadPolicy if_ahead = AheadPolicy::fail;
  MoveLeave leave{};
};

/// Applies revisions up to the target. Throws as move() does.
MoveReport upgrade(const Context& context, const UpgradeRequest& request, const MoveEvents& events = {});

}  // namespace migrate::command
