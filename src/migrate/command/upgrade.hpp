#pragma once
#include "migrate/command/move.hpp"

namespace migrate::command {

struct UpgradeRequest {
  std::string target = "head";
  bool sql = false;  ///< write a script; then the target may be a range from:to
  runtime::UncertainStatement uncertain = runtime::UncertainStatement::stop;
};

/// Applies revisions up to the target.
MoveReport upgrade(const Context& context, const UpgradeRequest& request, const MoveEvents& events = {});

}  // namespace migrate::command
