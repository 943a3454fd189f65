#pragma once
#include <string>
#include <vector>

#include "migrate/command/context.hpp"
#include "migrate/command/diff.hpp"

namespace migrate::command {

/// The database does not stand at the heads of the files, so that what differs may be what is pending (exit code 3).
class NotUpToDateError : public base::Error {
 public:
  using Error::Error;
};

/// Throws NotUpToDateError, or what unknown version rows throw.
void require_up_to_date(Project& project);

struct CheckRequest {
  bool from_revisions = false;  ///< what the revisions build instead of the database; no database is asked
};

/// Compares the database with autogenerate.target. Throws NotUpToDateError, and as diff() does.
DiffReport check(const Context& context, const CheckRequest& request);

}  // namespace migrate::command
