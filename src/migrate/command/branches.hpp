#pragma once
#include <vector>

#include "migrate/command/context.hpp"
#include "migrate/command/revision_view.hpp"

namespace migrate::command {

struct BranchPoint {
  RevisionView revision;
  std::vector<RevisionView> children;
};

/// Every revision with more than one child, newest first. The files alone answer.
std::vector<BranchPoint> branches(const Context& context);

}  // namespace migrate::command
