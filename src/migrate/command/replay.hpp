#pragma once
#include "migrate/command/context.hpp"
#include "migrate/command/scratch_database.hpp"

namespace migrate::command {

/// Runs all revisions of the project, up to every head, on the scratch database, as `upgrade heads` would: SQL and C++,
/// but without hooks. Roles that the server does not have are made, without login. Throws SchemaError for a revision
/// that fails, with its place; what goes wrong before any of them runs, as upgrade() does.
void replay_revisions(const Context& context, ScratchDatabase& database);

}  // namespace migrate::command
