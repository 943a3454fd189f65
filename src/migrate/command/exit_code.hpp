#pragma once

namespace migrate::command {

/// What the process ends with. Scripts rely on these numbers.
enum class ExitCode : int {
  done = 0,             ///< also when there was nothing to do
  revision_failed = 1,  ///< the database stands at the last good revision
  usage = 2,            ///< usage, configuration, revision files, unresolvable target: nothing was run
  check_failed = 3,     ///< a check did not hold
  unreachable = 4,      ///< no connection, or it was lost; trying again may help
  locked = 5,           ///< another run holds the lock; trying again helps
  timeout = 6,          ///< a lock or statement timeout after all tries
  database_ahead = 7,   ///< the version table names a revision without a file
  refused = 8,          ///< irreversible, or destructive without leave
  interrupted = 130,    ///< SIGINT; SIGTERM gives 143
};

}  // namespace migrate::command
