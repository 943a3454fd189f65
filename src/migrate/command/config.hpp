#pragma once
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "migrate/base/environment.hpp"
#include "migrate/command/config_error.hpp"
#include "migrate/engine/connection_config.hpp"
#include "migrate/runtime/version_apply.hpp"
#include "migrate/schema/naming.hpp"
#include "migrate/script/archive.hpp"
#include "migrate/script/cpp_options.hpp"
#include "migrate/script/revision.hpp"

namespace migrate::command {

/// What the command line said.
struct GlobalOptions {
  std::optional<std::filesystem::path> config_file;    ///< -c
  std::string name = "alembic";                        ///< -n: the table of the file
  std::optional<std::string> url;                      ///< --url
  std::vector<std::pair<std::string, std::string>> x;  ///< -x key=value; a missing "=" gives an empty value
  std::filesystem::path working_directory;             ///< empty: the current one
  /// A bundle's revisions and configuration: no alembic.toml is searched, `config_file` still replaces the
  /// configuration, and the working directory stands for the folder of alembic.toml.
  std::shared_ptr<const script::Archive> archive;
};

/// What to do when an applied revision's SQL was changed.
enum class EditedPolicy { error, warn, ignore };

/// What to do about steps that lose data: run them; ask, or refuse where nobody can be asked; refuse. Leave given on
/// the command line overrides it.
enum class DestructivePolicy { allow, ask, refuse };

/// A program that runs over each new revision file; "{file}" in a word stands for its path.
struct HookConfig {
  std::vector<std::string> command;
  std::filesystem::path working_directory;  ///< absolute; the folder of alembic.toml unless `cwd` says otherwise
};

struct SafetyConfig {
  std::string lock_timeout = "5s";  ///< PostgreSQL's notation: a number with a unit, or milliseconds; "" = not set
  int lock_retries = 10;
  int lock_deadline = 300;            ///< seconds for all tries of a step; 0: no limit
  int max_blocked_ms = 2000;          ///< so long may others wait behind our statement; 0: for ever
  int max_blocked_sessions = 0;       ///< so many may; 0: any number
  std::string statement_timeout{};    ///< as lock_timeout
  std::string idle_timeout = "5min";  ///< as lock_timeout: how long a transaction may wait for us
  int run_lock_timeout = 60;          ///< seconds
  EditedPolicy edited = EditedPolicy::error;
  bool journal = true;
  DestructivePolicy destructive = DestructivePolicy::allow;
  std::optional<DestructivePolicy> destructive_downgrade{};  ///< nothing: as `destructive`
};

struct AutogenerateConfig {
  std::vector<std::string> target{"schema.sql"};
  std::vector<std::string> include_schemas{"public"};
  std::vector<std::string> exclude;
  bool grants = false;
  bool online = true;
  std::string dev_url = "ephemeral";
};

/// The settings of one run: file, environment and flags put together and checked. Not changed once loaded.
struct Config {
  std::filesystem::path file;       ///< alembic.toml, absolute
  std::filesystem::path directory;  ///< its folder: relative paths of the file count from here
  std::string name;
  std::shared_ptr<const script::Archive> archive;  ///< where the revisions are instead of version_locations; or null

  std::vector<std::filesystem::path> version_locations;  ///< absolute
  bool recursive_version_locations = false;
  std::filesystem::path template_location;  ///< absolute
  std::string file_template;
  std::string timezone;
  std::string version_table;
  std::string version_table_schema;
  std::string sql_files_encoding;
  std::size_t truncate_slug_length = 40;
  script::RevisionType revision_type = script::RevisionType::sql;
  bool transaction_per_migration = true;

  bool embedded = false;                              ///< the URL is the word "embedded"
  std::optional<engine::ConnectionParts> connection;  ///< nothing when embedded; an empty Url leaves all to libpq
  engine::ConnectionParts engine_options;             ///< [alembic.engine] without a URL, also when embedded
  std::string url_origin;                             ///< "--url", "alembic.toml:22 engine.url", "$DATABASE_URL" …

  SafetyConfig safety;
  AutogenerateConfig autogenerate;
  schema::NamingConvention naming_convention;  ///< of what C++ revisions leave unnamed
  script::CppOptions cpp;                      ///< how C++ revisions are compiled
  std::vector<HookConfig> post_write_hooks;
  std::vector<runtime::VersionApplyHook> on_version_apply;
  std::vector<std::pair<std::string, std::string>> x;
};

/// Finds the file: -c, else $ALEMBIC_CONFIG, else alembic.toml in the working directory or its nearest parent. The path
/// is absolute; whether it can be read is load_config's business. Throws ConfigError that names where it looked.
std::filesystem::path find_config_file(const GlobalOptions& options, const base::Environment& environment);

/// Loads and checks everything at once. Throws ConfigError with every fault, one a line; no message holds a password.
Config load_config(const GlobalOptions& options, const base::Environment& environment);

/// One setting as it takes effect, and where it came from: "alembic.toml:12", "alembic.toml:22, $DATABASE_URL",
/// "--url", "default". Passwords are hidden.
struct Setting {
  std::string key;  ///< "engine.pool_size" within the selected table
  std::string value;
  std::string origin;
  bool operator==(const Setting&) const = default;
};

/// Every setting in the order of the documentation. Throws ConfigError as load_config does.
std::vector<Setting> effective_settings(const GlobalOptions& options, const base::Environment& environment);

}  // namespace migrate::command
