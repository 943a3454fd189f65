#pragma once
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "migrate/command/config.hpp"

namespace migrate::command {

/// The settings as alembic.toml writes them, before paths are made absolute and words become enums. The initial values
/// are the defaults.
struct FileSettings {
  std::vector<std::string> version_locations{"versions"};
  bool recursive_version_locations = false;
  std::string template_location = "templates";
  std::string file_template = "{rev}_{slug}";
  int truncate_slug_length = 40;
  std::string timezone = "UTC";
  std::string revision_type = "sql";
  std::string version_table = "alembic_version";
  std::string version_table_schema;
  bool transaction_per_migration = true;
  std::string sql_files_encoding = "utf-8";

  std::string url;
  std::string direct_url;
  std::string password_file;
  std::vector<std::string> password_command;
  engine::ConnectionParts engine;
  SafetyConfig safety;
  std::string edited = "error";
  std::string destructive = "allow";
  std::string destructive_downgrade;
  AutogenerateConfig autogenerate;
  schema::NamingConvention naming;

  struct Cpp {
    std::string compiler;
    std::vector<std::string> flags;
    std::vector<std::string> include_dirs;
    std::vector<std::string> libraries;
    std::string standard = "c++20";
    bool pch = true;
    std::string cache_dir;
  };
  Cpp cpp;

  struct Hook {
    std::vector<std::string> command;
    std::string cwd;
  };
  std::vector<Hook> hooks;

  struct ApplyHook {
    std::string sql;
    std::vector<std::string> command;
    std::string cwd;
  };
  std::vector<ApplyHook> apply_hooks;
};

/// Where a key's value goes; its type says what may be written. Durations are written in seconds.
using Slot = std::variant<bool*, int*, std::string*, std::vector<std::string>*, std::chrono::milliseconds*,
                          std::chrono::seconds*>;

/// What a text is refused for (message, hint); an empty message accepts it. Never repeats a secret.
using Complaint = std::pair<std::string, std::string>;
using TextCheck = Complaint (*)(const std::string& text);

struct Rule {
  std::int64_t least = 0;  ///< numbers; durations in seconds
  std::int64_t most = 0;
  std::span<const std::string_view> words{};  ///< a text must be one of these, when there are any
  TextCheck check = nullptr;                  ///< of a text, and of each text of a list
  bool not_empty = false;                     ///< a list must have an item
  bool number_too = false;                    ///< a text may be written as a whole number
};

/// One key of alembic.toml. To add a setting: a member of FileSettings, and a line in config_keys.cpp.
struct ConfigKey {
  std::string_view table;  ///< "" is the selected table itself
  std::string_view name;
  Slot (*slot)(FileSettings& settings);  ///< of a repeated table: the slot in its last element
  Rule rule;
};

/// A table within the selected one.
struct ConfigTable {
  std::string_view name;
  bool repeated;                          ///< written [[…]]
  void (*begin)(FileSettings& settings);  ///< makes room for an element of a repeated table
};

std::span<const ConfigKey> config_keys();
std::span<const ConfigTable> config_tables();
/// Whether that inner table is written [[…]].
bool is_repeated(std::string_view table);

/// What someone who knows Alembic's own configuration may write, and what to write instead.
struct ForeignKey {
  std::string_view name;
  std::string_view advice;
};
std::span<const ForeignKey> foreign_keys();

/// "pool_size" or "engine.pool_size".
std::string dotted(std::string_view table, std::string_view key);

}  // namespace migrate::command
