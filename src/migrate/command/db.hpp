#pragma once
#include <string>
#include <vector>

#include "migrate/command/context.hpp"

/// `migrate db`: looks after the embedded PostgreSQL of a project whose URL is "embedded".
namespace migrate::command {

server::ServerStatus db_start(const Context& context);
server::ServerStatus db_stop(const Context& context);
server::ServerStatus db_status(const Context& context);

/// URL of the project's database as libpq reads it, password hidden. The embedded server is started.
std::string db_url(const Context& context);

/// Runs psql on the project's database with the caller's terminal; further words go to psql. The password travels in
/// the environment, never on the command line. Returns psql's exit code.
int db_psql(const Context& context, const std::vector<std::string>& arguments);

}  // namespace migrate::command
