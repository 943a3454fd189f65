#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace migrate::command {

struct InitRequest {
  std::filesystem::path directory = ".";
  std::string template_name = "generic";
};

struct InitReport {
  std::filesystem::path directory;
  std::vector<std::filesystem::path> created;  ///< relative to the directory, in writing order
  std::vector<std::filesystem::path> kept;     ///< were there already and were left as they are
};

/// Lays a project out: alembic.toml, templates/, versions/. Never overwrites a file. Throws UsageError for an unknown
/// template or a directory that holds a project already.
InitReport init(const InitRequest& request);

}  // namespace migrate::command
