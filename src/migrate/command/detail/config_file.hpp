#pragma once
#include <filesystem>
#include <string>

#include "migrate/command/config.hpp"

namespace migrate::command {

/// Where relative paths of the command line count from; absolute.
std::filesystem::path working_directory(const GlobalOptions& options);

/// How messages call a file: relative to `from` where that is shorter.
std::string display_name(const std::filesystem::path& file, const std::filesystem::path& from);

/// The text of alembic.toml. Throws ConfigError, with its own sentence for a directory and for what is too large.
std::string read_config_file(const std::filesystem::path& file, const std::string& shown);

}  // namespace migrate::command
