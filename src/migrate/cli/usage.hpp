#pragma once
#include <string>
#include <vector>

#include "migrate/command/failure.hpp"

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

/// What is said about a command line that cannot be understood. Exit code 2, always.
namespace migrate::cli {

/// The parser's complaint in the words of this program, with the nearest command or option, an example and the help to
/// read. `words`: the command line in the order it was written, in disguise as the parser saw it.
command::Failure usage_failure(CLI::App& app, const CLI::ParseError& error, const std::vector<std::string>& words);

/// There are words, but none of them is a command: an option may have taken it as its value.
command::Failure no_command_failure(CLI::App& app, const std::vector<std::string>& words);

}  // namespace migrate::cli
