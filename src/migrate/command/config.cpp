#include "migrate/command/config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "migrate/base/text.hpp"
#include "migrate/command/bundled_project.hpp"
#include "migrate/command/detail/config_file.hpp"
#include "migrate/command/detail/cross_checks.hpp"
#include "migrate/command/detail/password_source.hpp"
#include "migrate/command/detail/settings_reader.hpp"
#include "migrate/command/detail/slot_writer.hpp"
#include "migrate/command/detail/url_source.hpp"
#include "migrate/engine/error.hpp"

namespace migrate::command {
namespace {

namespace fs = std::filesystem;

/// Everything known after reading, before it is made into a Config or a list.
struct Loaded {
  fs::path file;
  std::string shown_file;
  std::string table;
  ReadSettings read;
  ChosenUrl url;
  std::string_view url_key = "url";  ///< or "direct_url": the key of the file that counts, if --url does not
  [[nodiscard]] const SaidKey* said_url() const { return read.find("engine", url_key); }
  [[nodiscard]] bool url_is_of_file() const {
    return said_url() != nullptr && url.origin.ends_with(fmt::format(" engine.{}", url_key));
  }
};

void check_x(const GlobalOptions& options, Faults& faults) {
  for (const auto& [key, value] : options.x) {
    if (key.empty()) faults.add("-x", "the key is empty", "Write -x key=value.");
  }
}

/// What the engine has against its settings with this URL.
Complaint complaint_of_engine(engine::ConnectionParts parts, const engine::Url& url) {
  parts.url = url;
  try {
    (void)engine::ConnectionConfig::create(std::move(parts));
    return {};
  } catch (const engine::DatabaseArgumentError& error) {
    return {error.what(), error.hint()};
  }
}

/// Whether the URL comes from the file and a secret variable gave a part of it.
bool has_secret_part(const Loaded& loaded) {
  if (!loaded.url_is_of_file()) return false;
  const auto& settings = loaded.read.settings;
  const auto& shown = loaded.said_url()->shown;
  return shown != (loaded.url_key == "url" ? settings.url : settings.direct_url) &&
         shown.find("://") != std::string::npos;
}

/// The engine has the last word on its own settings.
void check_engine(const Loaded& loaded, Faults& faults) {
  if (!faults.empty()) return;
  const auto& parts = loaded.read.settings.engine;
  auto [message, hint] = complaint_of_engine(parts, loaded.url.url);
  if (message.empty()) return;
  // Its messages quote hosts and parameters, so they must be about the URL as it may be shown.
  if (has_secret_part(loaded)) {
    const auto& shown = loaded.said_url()->shown;
    std::tie(message, hint) = check_url(shown);
    if (message.empty()) std::tie(message, hint) = complaint_of_engine(parts, engine::Url::parse(shown));
    if (message.empty()) message = "it is not right with the value of its secret variable";
  }
  faults.add(loaded.url.origin, message, hint);
}

/// A bundle's own configuration is in use.
bool is_bundled(const GlobalOptions& options) {
  return options.archive && !options.config_file;
}

/// Fills in which file it is, and what messages call it; its text.
std::string read_text(const GlobalOptions& options, const base::Environment& environment, Loaded& loaded) {
  loaded.table = options.archive ? bundled_table(*options.archive, options.name) : options.name;
  if (is_bundled(options)) {
    loaded.file = working_directory(options) / "alembic.toml";
    loaded.shown_file = "bundled alembic.toml";
    return std::string(bundled_config_text(*options.archive));
  }
  loaded.file = find_config_file(options, environment);
  loaded.shown_file = display_name(loaded.file, working_directory(options));
  return read_config_file(loaded.file, loaded.shown_file);
}

void take_url(const GlobalOptions& options, const base::Environment& environment, Loaded& loaded, Faults& faults) {
  const auto& settings = loaded.read.settings;
  if (!settings.direct_url.empty()) loaded.url_key = "direct_url";
  FileUrl file_url{settings.direct_url.empty() ? settings.url : settings.direct_url, {}, {}, {}, loaded.url_key};
  if (const auto* said = loaded.said_url()) {
    file_url.shown = said->shown;
    file_url.place = said->place;
    file_url.origin = fmt::format("{}:{} engine.{}", loaded.shown_file, said->place.line, loaded.url_key);
  }
  loaded.url = choose_url(options.url, file_url, environment, faults);
  if (options.url || settings.direct_url.empty()) return;
  if (loaded.url.embedded) {
    faults.add(file_url.place, "engine.direct_url: embedded is a word for engine.url",
               "Leave engine.direct_url out: nothing stands between migrate and its own server.");
  }
}

Loaded load(const GlobalOptions& options, const base::Environment& environment) {
  Loaded loaded;
  const auto text = read_text(options, environment, loaded);
  const auto document = parse_toml(text, loaded.shown_file);

  Faults faults(loaded.shown_file);
  check_x(options, faults);
  const auto dotenv = loaded.file.parent_path() / ".env";
  Variables variables(environment, options.x, dotenv, display_name(dotenv, working_directory(options)));
  const ReadRequest request{loaded.table, loaded.shown_file, options.url.has_value()};
  loaded.read = read_settings(document, request, variables, faults);

  take_url(options, environment, loaded, faults);
  check_together(loaded.read, loaded.table, loaded.file.parent_path(), faults);
  check_password_source(loaded.read, loaded.url, faults);
  check_engine(loaded, faults);
  faults.throw_if_any();
  return loaded;
}

EditedPolicy edited_policy(std::string_view word) {
  if (word == "warn") return EditedPolicy::warn;
  return word == "ignore" ? EditedPolicy::ignore : EditedPolicy::error;
}

DestructivePolicy destructive_policy(std::string_view word) {
  if (word == "ask") return DestructivePolicy::ask;
  return word == "refuse" ? DestructivePolicy::refuse : DestructivePolicy::allow;
}

void take_safety(const FileSettings& settings, Config& config) {
  config.safety = settings.safety;
  config.safety.edited = edited_policy(settings.edited);
  config.safety.destructive = destructive_policy(settings.destructive);
  if (!settings.destructive_downgrade.empty()) {
    config.safety.destructive_downgrade = destructive_policy(settings.destructive_downgrade);
  }
}

void take_version_settings(const FileSettings& settings, Config& config) {
  for (const auto& location : settings.version_locations) {
    config.version_locations.push_back(absolute_path(config.directory, location));
  }
  config.recursive_version_locations = settings.recursive_version_locations;
  config.template_location = absolute_path(config.directory, settings.template_location);
  config.file_template = settings.file_template;
  config.truncate_slug_length = static_cast<std::size_t>(settings.truncate_slug_length);
  config.timezone = settings.timezone;
  config.revision_type = settings.revision_type == "cpp" ? script::RevisionType::cpp : script::RevisionType::sql;
  config.version_table = settings.version_table;
  config.version_table_schema = settings.version_table_schema;
  config.transaction_per_migration = settings.transaction_per_migration;
  config.sql_files_encoding = "utf-8";
}

/// A compiler named by a path counts from the file, like every path of it; the words behind it stay.
std::string compiler_command(const fs::path& directory, const std::string& command) {
  const auto end = command.find(' ');
  const fs::path program = command.substr(0, end);
  if (!program.has_parent_path() || program.is_absolute()) return command;
  return absolute_path(directory, program).string() + (end == std::string::npos ? "" : command.substr(end));
}

/// A library named by a path counts from the file; "z" and "-Lfolder" are for the linker.
std::string library_word(const fs::path& directory, const std::string& word) {
  const bool path = word.find('/') != std::string::npos && !word.starts_with('-');
  return path ? absolute_path(directory, word).string() : word;
}

void take_cpp(FileSettings& settings, Config& config) {
  auto& cpp = config.cpp;
  cpp.compiler = compiler_command(config.directory, settings.cpp.compiler);
  cpp.flags = std::move(settings.cpp.flags);
  for (const auto& folder : settings.cpp.include_dirs) {
    cpp.include_dirs.push_back(absolute_path(config.directory, folder));
  }
  for (const auto& word : settings.cpp.libraries) cpp.libraries.push_back(library_word(config.directory, word));
  cpp.standard = settings.cpp.standard;
  cpp.pch = settings.cpp.pch;
  if (!settings.cpp.cache_dir.empty()) cpp.cache_dir = absolute_path(config.directory, settings.cpp.cache_dir);
  cpp.project_dir = config.directory;
  config.naming_convention = std::move(settings.naming);
}

/// Moves the hooks out of the settings that were read.
void take_hooks(Loaded& loaded, Config& config) {
  auto& settings = loaded.read.settings;
  for (auto& hook : settings.hooks) {
    config.post_write_hooks.push_back({std::move(hook.command), absolute_path(config.directory, hook.cwd)});
  }
  for (std::size_t i = 0; i < settings.apply_hooks.size(); ++i) {
    auto& hook = settings.apply_hooks[i];
    const Place place = loaded.read.elements.at("on_version_apply").at(i);
    config.on_version_apply.push_back({std::move(hook.sql), std::move(hook.command),
                                       absolute_path(config.directory, hook.cwd),
                                       fmt::format("{}:{}", loaded.shown_file, place.line)});
  }
}

/// A URL of the file for people. What was put in may be a secret and stand anywhere in it, not only as the password;
/// `said` knows. A variable that gave all of the URL is not such a secret.
std::string shown_url(const engine::Url& url, const std::string& said) {
  if (said.find("://") == std::string::npos) return url.to_string();
  try {
    return base::replace_all(engine::Url::parse(said).to_string(), engine::percent_encode("***"), "***");
  } catch (const engine::DatabaseArgumentError&) {
    return "***";
  }
}

Setting url_setting(const Loaded& loaded) {
  const bool from_file = loaded.url_is_of_file();
  const bool nothing = loaded.url.url == engine::Url{};
  return {fmt::format("engine.{}", from_file ? loaded.url_key : "url"),
          loaded.url.embedded ? "embedded"
          : nothing           ? ""
                              : shown_url(loaded.url.url, from_file ? loaded.said_url()->shown : ""),
          from_file ? loaded.said_url()->origin : loaded.url.origin};
}

/// The URL of the file that does not count.
Setting other_url_setting(const Loaded& loaded, const ConfigKey& key) {
  FileSettings settings = loaded.read.settings;
  const auto& text = key.name == "url" ? settings.url : settings.direct_url;
  const auto* said = loaded.read.find(key.table, key.name);
  Setting setting{dotted(key.table, key.name), "", said != nullptr ? said->origin : "default"};
  if (said != nullptr && !text.empty()) {
    const bool right = check_url(text).first.empty() && text.find("://") != std::string::npos;
    setting.value = right ? shown_url(engine::Url::parse(text), said->shown) : text == "embedded" ? text : "***";
  }
  return setting;
}

Setting key_setting(const Loaded& loaded, const ConfigKey& key) {
  FileSettings defaults;
  const auto* said = loaded.read.find(key.table, key.name);
  Setting setting{dotted(key.table, key.name), said != nullptr ? said->shown : show(key.slot(defaults)),
                  said != nullptr ? said->origin : "default"};
  const auto& dev_url = loaded.read.settings.autogenerate.dev_url;
  if (key.name == "password_command") setting.value = shown_password_command(loaded.read.settings);
  if (key.name == "dev_url" && dev_url != "ephemeral") {
    setting.value = shown_url(engine::Url::parse(dev_url), setting.value);
  }
  return setting;
}

Setting file_setting(const Loaded& loaded, const GlobalOptions& options, const base::Environment& environment) {
  if (is_bundled(options)) return {"config_file", "alembic.toml", "bundle"};
  std::string origin = "nearest alembic.toml";
  if (const auto named = environment("ALEMBIC_CONFIG"); named && !named->empty()) origin = "$ALEMBIC_CONFIG";
  return {"config_file", loaded.file.string(), options.config_file ? "-c" : origin};
}

}  // namespace

Config load_config(const GlobalOptions& options, const base::Environment& environment) {
  auto loaded = load(options, environment);
  auto& settings = loaded.read.settings;
  Config config;
  config.file = loaded.file;
  config.directory = loaded.file.parent_path();
  config.name = loaded.table;
  config.archive = options.archive;
  take_version_settings(settings, config);
  config.embedded = loaded.url.embedded;
  config.url_origin = loaded.url.origin;
  config.engine_options = settings.engine;
  if (!config.embedded) {
    config.connection = settings.engine;
    config.connection->url = loaded.url.url;
    config.connection->password_provider =
        password_provider(loaded.read, loaded.url, loaded.shown_file, config.directory);
  }
  take_safety(settings, config);
  config.autogenerate = std::move(settings.autogenerate);
  take_cpp(settings, config);
  take_hooks(loaded, config);
  config.x = options.x;
  return config;
}

std::vector<Setting> effective_settings(const GlobalOptions& options, const base::Environment& environment) {
  const auto loaded = load(options, environment);
  std::vector<Setting> settings{file_setting(loaded, options, environment),
                                {"name", loaded.table, options.name == "alembic" ? "default" : "-n"}};
  if (options.archive) settings.push_back({"bundle", bundle_line(*options.archive), options.archive->name()});
  for (const auto& key : config_keys()) {
    const bool url = key.table == "engine" && (key.name == "url" || key.name == "direct_url");
    if (url && key.name == (loaded.url_is_of_file() ? loaded.url_key : "url")) {
      settings.push_back(url_setting(loaded));
    } else if (url) {
      settings.push_back(other_url_setting(loaded, key));
    } else if (!is_repeated(key.table)) {
      settings.push_back(key_setting(loaded, key));
    }
  }
  for (const auto& said : loaded.read.said) {
    if (!is_repeated(said.key->table)) continue;
    settings.push_back(
        {fmt::format("{}[{}].{}", said.key->table, said.element, said.key->name), said.shown, said.origin});
  }
  for (const auto& [key, value] : options.x) {
    settings.push_back({"x." + key, sounds_secret(key) ? "***" : value, "-x"});
  }
  return settings;
}

}  // namespace migrate::command
