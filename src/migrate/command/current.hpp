#pragma once
#include <optional>
#include <string>
#include <vector>

#include "migrate/command/context.hpp"
#include "migrate/command/revision_view.hpp"
#include "migrate/runtime/journal.hpp"

namespace migrate::command {

struct CurrentReport {
  std::string database;                 ///< URL with its password hidden
  std::vector<RevisionView> revisions;  ///< one per version row
  bool at_heads = false;                ///< everything these files hold is applied
  std::vector<std::string> heads;       ///< what the rows would be if everything were applied
  /// When it was asked for, and this role may read the journal.
  std::optional<std::vector<runtime::Journal::HalfDone>> half_done;
};

/// Where the database stands. Never creates the version table. `half_done`: also what the journal says of revisions
/// that were begun and not ended. Throws DatabaseAheadError for a row without a file.
CurrentReport current(const Context& context, bool half_done = false);

}  // namespace migrate::command
