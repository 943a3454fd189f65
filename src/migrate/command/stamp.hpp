#pragma once
#include "migrate/command/move.hpp"

namespace migrate::command {

struct StampRequest {
  std::vector<std::string> targets;
  bool purge = false;  ///< empty the version table first, whatever it holds
  bool sql = false;    ///< write a script; each target may then be from:to with one common from
};

/// Moves the version rows without running any revision.
MoveReport stamp(const Context& context, const StampRequest& request, const MoveEvents& events = {});

}  // namespace migrate::command
