#pragma once
#include "migrate/command/move_leave.hpp"

namespace migrate::command {

struct DowngradeRequest {
  std::string target;
  bool sql = false;  ///< write a script; then the target must be a range from:to
  runtime::UncertainStatement uncertain = runtime::UncertainStatement::stop;
  MoveLeave leave{};
};

/// Undoes revisions down to the target, which stays.
MoveReport downgrade(const Context& context, const DowngradeRequest& request, const MoveEvents& events = {});

}  // namespace migrate::command
