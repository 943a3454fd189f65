#pragma once

namespace migrate::cli {

/// The whole program: parses the words, runs the verb, prints its answer. Returns the exit code of CONTRACT's table
/// (see exit_code.hpp). Catches everything. Passwords among the words are overwritten once they are read.
int run(int argc, char** argv);

}  // namespace migrate::cli
