#pragma once
#include <span>
#include <string>
#include <vector>

#include "migrate/command/schema_files.hpp"
#include "migrate/engine/connection.hpp"

namespace migrate::command {

/// Runs the files on an empty database, whatever order their statements stand in: what fails is tried again after the
/// others, as long as that gets further. Accepts all that pg_dump writes, data included; BEGIN and COMMIT are passed
/// over. Bodies of functions are not checked. Roles that the server does not have are made, without login; they are
/// the server's, and remain when the database goes.
///
/// Returns the roles made. Throws SchemaError for the first statement that cannot be run, and engine::DatabaseError.
std::vector<std::string> load_schema(engine::Connection& connection, std::span<const SchemaFile> files);

}  // namespace migrate::command
