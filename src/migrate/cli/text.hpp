#pragma once
#include <string>

#include "migrate/cli/output.hpp"
#include "migrate/command/revision_view.hpp"

namespace migrate::cli {

/// Which parts a one-line entry shows, as Alembic's commands do.
struct LineParts {
  bool parents = false;
  bool labels = false;
  bool points = true;  ///< (branchpoint), (mergepoint)
  bool title = false;
};

/// "<base> -> e9844b552bfa (chat) (head), initial schema"
std::string short_line(const command::RevisionView& revision, const LineParts& parts, const Output& output);

/// The entry of several lines that -v and show print.
std::string long_entry(const command::RevisionView& revision, const Output& output);

}  // namespace migrate::cli
