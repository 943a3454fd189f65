#include "migrate/command/config.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/base/text.hpp"
#include "migrate/command/detail/config_file.hpp"
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
  ReadSettings read;
  ChosenUrl url;
};

/// A path of the file as an absolute one, without "." and "..", and without a slash at its end.
fs::path absolute_path(const fs::path& directory, const fs::path& path) {
  auto absolute = (directory / path).lexically_normal();
  return absolute.has_filename() ? absolute : absolute.parent_path();
}

bool lies_within(const fs::path& inner, const fs::path& outer) {
  return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

void check_x(const GlobalOptions& options, Faults& faults) {
  for (const auto& [key, value] : options.x) {
    if (key.empty()) faults.add("-x", "the key is empty", "Write -x key=value.");
  }
}

void check_hooks(const ReadSettings& read, const std::string& table, Faults& faults) {
  for (std::size_t i = 0; i < read.settings.hooks.size(); ++i) {
    const bool said = std::ranges::any_of(read.said, [&](const SaidKey& one) {
      return one.key->table == "post_write_hooks" && one.key->name == "command" && one.element == i;
    });
    if (!said) {
      faults.add(read.hooks.at(i), fmt::format("{}.post_write_hooks needs the key command", table),
                 "Write command = [\"program\", \"{file}\"].");
    }
  }
}

void check_locations(const Loaded& loaded, Faults& faults) {
  const auto* said = loaded.read.find("", "version_locations");
  const auto& settings = loaded.read.settings;
  std::vector<std::pair<std::string, fs::path>> seen;
  for (const auto& location : settings.version_locations) {
    auto path = absolute_path(loaded.file.parent_path(), location);
    for (const auto& [other, other_path] : seen) {
      if (path == other_path) {
        faults.add(said->place, fmt::format("version_locations names \"{}\" twice", location));
      } else if (settings.recursive_version_locations &&
                 (lies_within(path, other_path) || lies_within(other_path, path))) {
        faults.add(said->place,
                   fmt::format("version_locations: \"{}\" and \"{}\" lie within each other", location, other),
                   "With recursive_version_locations their files would be read twice; keep the outer one.");
      }
    }
    seen.emplace_back(location, std::move(path));
  }
}

/// The engine has the last word on its own settings.
void check_engine(const Loaded& loaded, Faults& faults) {
  if (!faults.empty()) return;
  auto parts = loaded.read.settings.engine;
  parts.url = loaded.url.url;
  try {
    (void)engine::ConnectionConfig::create(std::move(parts));
  } catch (const engine::DatabaseArgumentError& error) {
    faults.add(loaded.url.origin, error.what(), error.hint());
  }
}

Loaded load(const GlobalOptions& options, const base::Environment& environment) {
  Loaded loaded;
  loaded.file = find_config_file(options, environment);
  const auto from = working_directory(options);
  loaded.shown_file = display_name(loaded.file, from);
  const auto document = parse_toml(read_config_file(loaded.file, loaded.shown_file), loaded.shown_file);

  Faults faults(loaded.shown_file);
  check_x(options, faults);
  const auto dotenv = loaded.file.parent_path() / ".env";
  Variables variables(environment, options.x, dotenv, display_name(dotenv, from));
  const ReadRequest request{options.name, loaded.shown_file, options.url.has_value()};
  loaded.read = read_settings(document, request, variables, faults);

  const auto* said = loaded.read.find("engine", "url");
  const FileUrl file_url{loaded.read.settings.url, said != nullptr ? said->place : Place{},
                         said != nullptr ? fmt::format("{}:{} engine.url", loaded.shown_file, said->place.line) : ""};
  loaded.url = choose_url(options.url, file_url, environment, faults);
  check_hooks(loaded.read, options.name, faults);
  check_locations(loaded, faults);
  check_engine(loaded, faults);
  faults.throw_if_any();
  return loaded;
}

EditedPolicy edited_policy(std::string_view word) {
  if (word == "warn") return EditedPolicy::warn;
  return word == "ignore" ? EditedPolicy::ignore : EditedPolicy::error;
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

Setting url_setting(const Loaded& loaded) {
  const auto* said = loaded.read.find("engine", "url");
  const bool from_file = said != nullptr && loaded.url.origin.ends_with(" engine.url");
  const bool nothing = loaded.url.url == engine::Url{};
  return {"engine.url",
          loaded.url.embedded ? "embedded"
          : nothing           ? ""
                              : loaded.url.url.to_string(),
          from_file ? said->origin : loaded.url.origin};
}

Setting key_setting(const Loaded& loaded, const ConfigKey& key) {
  FileSettings defaults;
  const auto* said = loaded.read.find(key.table, key.name);
  Setting setting{dotted(key.table, key.name), said != nullptr ? said->shown : show(key.slot(defaults)),
                  said != nullptr ? said->origin : "default"};
  const auto& dev_url = loaded.read.settings.autogenerate.dev_url;
  if (key.name == "dev_url" && dev_url != "ephemeral") setting.value = engine::Url::parse(dev_url).to_string();
  return setting;
}

Setting file_setting(const Loaded& loaded, const GlobalOptions& options, const base::Environment& environment) {
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
  config.name = options.name;
  take_version_settings(settings, config);
  config.embedded = loaded.url.embedded;
  config.url_origin = loaded.url.origin;
  config.engine_options = settings.engine;
  if (!config.embedded) {
    config.connection = settings.engine;
    config.connection->url = loaded.url.url;
  }
  config.safety = settings.safety;
  config.safety.edited = edited_policy(settings.edited);
  config.autogenerate = std::move(settings.autogenerate);
  for (auto& hook : settings.hooks) {
    config.post_write_hooks.push_back({std::move(hook.command), absolute_path(config.directory, hook.cwd)});
  }
  config.x = options.x;
  return config;
}

std::vector<Setting> effective_settings(const GlobalOptions& options, const base::Environment& environment) {
  const auto loaded = load(options, environment);
  std::vector<Setting> settings{file_setting(loaded, options, environment),
                                {"name", options.name, options.name == "alembic" ? "default" : "-n"}};
  for (const auto& key : config_keys()) {
    if (key.table == "engine" && key.name == "url") {
      settings.push_back(url_setting(loaded));
    } else if (key.table != "post_write_hooks") {
      settings.push_back(key_setting(loaded, key));
    }
  }
  for (const auto& said : loaded.read.said) {
    if (said.key->table != "post_write_hooks") continue;
    settings.push_back({fmt::format("post_write_hooks[{}].{}", said.element, said.key->name), said.shown, said.origin});
  }
  for (const auto& [key, value] : options.x) {
    settings.push_back({"x." + key, sounds_secret(key) ? "***" : value, "-x"});
  }
  return settings;
}

}  // namespace migrate::command
