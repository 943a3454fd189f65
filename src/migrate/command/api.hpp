#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "migrate/command/branches.hpp"
#include "migrate/command/build.hpp"
#include "migrate/command/config.hpp"
#include "migrate/command/config_values.hpp"
#include "migrate/command/current.hpp"
#include "migrate/command/downgrade.hpp"
#include "migrate/command/ensure_version.hpp"
#include "migrate/command/failure.hpp"
#include "migrate/command/heads.hpp"
#include "migrate/command/history.hpp"
#include "migrate/command/merge.hpp"
#include "migrate/command/revision.hpp"
#include "migrate/command/show.hpp"
#include "migrate/command/stamp.hpp"
#include "migrate/command/upgrade.hpp"

/// Migrations from a program of one's own: this header, and the CMake target migrate::command.
///
///     namespace command = migrate::command;
///     const auto config = command::make_config({.url = url, .version_locations = {"/srv/shop/versions"}});
///     if (!command::current(config).at_heads) command::upgrade(config, "head");
///
/// Settings come from code (make_config), or from a file as the program `migrate` takes them (load_config). Every
/// function opens a connection of its own and closes it, and may be called from any thread; runs that move the same
/// database take turns. Targets are written as on the command line.
///
/// Errors are exceptions, all of them base::Error: ConfigError, UsageError; script::RevisionError, ResolutionError,
/// IrreversibleError, DatabaseAheadError for the files; runtime::StepError for a revision that failed, with what it was
/// and where the database stands; runtime::RunLockError; engine::DatabaseError and those under it. describe_failure()
/// sorts any of them out for people.
///
/// What goes on inside (log, notices, interrupts, compiling) is heard by the functions that take a Context, which these
/// call. A Context also says whether C++ revisions run in a process of their own.
namespace migrate::command {

/// Applies revisions up to the target. No steps in the report: the database stood there already.
MoveReport upgrade(const Config& config, std::string_view target = "head", const MoveEvents& events = {});
/// Undoes revisions down to the target, which stays: "-1", "base", an id.
MoveReport downgrade(const Config& config, std::string_view target, const MoveEvents& events = {});
/// Sets the version table to the target without running a revision.
MoveReport stamp(const Config& config, std::string_view target, const MoveEvents& events = {});

/// The script that upgrade or downgrade would run, for a range "from:to"; no database is asked. An upgrade may leave
/// the from out: it starts at base.
std::string upgrade_script(const Config& config, std::string_view range = "head");
std::string downgrade_script(const Config& config, std::string_view range);

/// Where the database stands, and whether that is where the files end. Writes nothing.
CurrentReport current(const Config& config);
/// Revisions nothing builds on; no database is asked.
std::vector<RevisionView> heads(const Config& config);
/// Revisions of a range "a:b", newest first; the database is asked only for a range that says "current".
std::vector<RevisionView> history(const Config& config, std::string_view range = ":");

/// Writes a new revision file on top of the head, which must be one.
NewFileReport revision(const Config& config, std::string_view message);
/// Compiles the C++ revisions that are not compiled yet; no database is asked.
BuildReport build(const Config& config);

}  // namespace migrate::command
