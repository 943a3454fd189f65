#pragma once
#include "migrate/cli/output.hpp"
#include "migrate/command/failure.hpp"

namespace migrate::cli {

/// Prints a failure to stderr: what, where, the statement, the state of the database, what to do next.
void print_failure(const command::Failure& failure, Output& output);

}  // namespace migrate::cli
