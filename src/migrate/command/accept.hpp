#pragma once
#include <string>
#include <vector>

#include "migrate/command/context.hpp"

namespace migrate::command {

struct AcceptReport {
  std::vector<std::string> accepted;   ///< ids: the edited ones, then those of which nothing was known
  std::vector<std::string> unchanged;  ///< were named, and are what was applied
};

/// Takes the files of applied revisions as they are now for what was applied; the journal gets a row that says who did
/// so. `identifiers` empty: all that were edited, and all that were applied before there was a journal. Throws
/// UsageError for one that is not applied, or without a journal.
AcceptReport accept(const Context& context, const std::vector<std::string>& identifiers);

}  // namespace migrate::command
