#pragma once
#include <string>
#include <vector>

#include "migrate/command/new_file.hpp"

namespace migrate::command {

struct MergeRequest {
  std::vector<std::string> revisions;  ///< what to join: ids, prefixes, labels, `heads`
  std::string message;
  std::vector<std::string> branch_labels;
  std::string id;
};

/// Writes a revision with several parents. Throws UsageError when fewer than two are named or one is not a head.
NewFileReport merge(const Context& context, const MergeRequest& request);

}  // namespace migrate::command
