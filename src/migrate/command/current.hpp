#pragma once
#include <string>
#include <vector>

#include "migrate/command/context.hpp"
#include "migrate/command/revision_view.hpp"

namespace migrate::command {

struct CurrentReport {
  std::string database;                 ///< URL with its password hidden
  std::vector<RevisionView> revisions;  ///< one per version row
  bool at_heads = false;                ///< everything these files hold is applied
  std::vector<std::string> heads;       ///< what the rows would be if everything were applied
};

/// Where the database stands. Never creates the version table. Throws DatabaseAheadError for a row without a file.
CurrentReport current(const Context& context);

}  // namespace migrate::command
