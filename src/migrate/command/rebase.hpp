#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "migrate/command/context.hpp"

namespace migrate::command {

struct RebaseRequest {
  std::string revision;  ///< the end of the branch to move
  std::string onto;      ///< empty: the one other head
  bool force = false;    ///< do not ask the database whether any of it is applied
};

struct RebaseReport {
  std::string onto;
  std::vector<std::string> moved;  ///< revisions of the branch, oldest first; none: it stood there already
  std::vector<std::filesystem::path> rewritten;  ///< files whose down_revision line changed
};

/// Some of the branch is applied already: moving it would make history disagree with the database. Nothing was changed.
class AlreadyAppliedError : public base::Error {
 public:
  using Error::Error;
};

/// Puts a branch that is not yet applied on top of another head by rewriting the down_revision line of its first
/// revisions. Throws AlreadyAppliedError, ResolutionError, UsageError.
RebaseReport rebase(const Context& context, const RebaseRequest& request);

}  // namespace migrate::command
