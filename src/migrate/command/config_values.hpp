#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "migrate/command/config.hpp"

namespace migrate::command {

/// Settings that a program gives in code instead of alembic.toml. The initial values are the defaults of the file.
struct ConfigValues {
  /// As engine.url of the file: "postgresql://…", SQLAlchemy's spellings, "embedded". Empty: libpq's PG* variables,
  /// service and password file.
  std::string url{};
  /// Folders of revision files; relative ones count from `directory`.
  std::vector<std::filesystem::path> version_locations{"versions"};
  /// Where the project lies: the embedded server's data and the names of files in messages count from it. Empty: the
  /// current directory.
  std::filesystem::path directory{};
  bool recursive_version_locations = false;
  /// Revisions linked into the program (see linked_project()), instead of version_locations.
  std::shared_ptr<const script::Archive> archive{};

  std::string version_table = "alembic_version";
  std::string version_table_schema{};  ///< empty: the first schema of search_path
  bool transaction_per_migration = true;
  SafetyConfig safety{};
  engine::ConnectionParts engine{};  ///< timeouts, retries, pool; its url is replaced by the one above
  schema::NamingConvention naming_convention{};
  script::CppOptions cpp{};  ///< project_dir is replaced by `directory`
  std::vector<runtime::VersionApplyHook> on_version_apply{};
  std::vector<std::pair<std::string, std::string>> x{};  ///< what revisions read with op.x()
};

/// Checks the values as load_config checks a file. Throws ConfigError with every fault, one a line; no message holds a
/// password.
///
///     const auto config = command::make_config({.url = url, .version_locations = {"/srv/shop/versions"}});
Config make_config(ConfigValues values);

}  // namespace migrate::command
