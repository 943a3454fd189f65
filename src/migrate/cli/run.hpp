#pragma once

namespace migrate::cli {

/// The whole program: parses the words, runs the verb, prints its answer. Returns the exit code of CONTRACT's table
/// (see exit_code.hpp). Catches everything.
int run(int argc, const char* const* argv);

}  // namespace migrate::cli
