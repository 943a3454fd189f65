#include "migrate/command/config_values.hpp"

#include <fmt/format.h>

#include "migrate/command/detail/cross_checks.hpp"
#include "migrate/command/detail/faults.hpp"
#include "migrate/command/detail/text_checks.hpp"
#include "migrate/command/detail/url_source.hpp"

namespace migrate::command {
namespace {

namespace fs = std::filesystem;

constexpr const char* k_origin = "make_config";

/// Collects complaints, each with the member it is about.
class Checks {
 public:
  void add(std::string_view member, const Complaint& complaint) {
    if (!complaint.first.empty())
      faults_.add(k_origin, fmt::format("{}: {}", member, complaint.first), complaint.second);
  }
  void finish() const { faults_.throw_if_any(); }

 private:
  Faults faults_{k_origin};
};

void check_safety(const SafetyConfig& safety, Checks& checks) {
  checks.add("safety.lock_timeout", check_timeout(safety.lock_timeout));
  checks.add("safety.idle_timeout", check_timeout(safety.idle_timeout));
  checks.add("safety.statement_timeout", check_timeout(safety.statement_timeout));
  if (safety.lock_retries < 0) checks.add("safety.lock_retries", {"it must not be negative", ""});
  if (safety.lock_deadline < 0) checks.add("safety.lock_deadline", {"it must not be negative", ""});
  if (safety.max_blocked_ms < 0) checks.add("safety.max_blocked_ms", {"it must not be negative", ""});
  if (safety.max_blocked_sessions < 0) checks.add("safety.max_blocked_sessions", {"it must not be negative", ""});
  if (safety.run_lock_timeout < 0) checks.add("safety.run_lock_timeout", {"it must not be negative", ""});
}

void check_naming_convention(const schema::NamingConvention& naming, Checks& checks) {
  checks.add("naming_convention.ix", check_naming("ix", naming.ix));
  checks.add("naming_convention.uq", check_naming("uq", naming.uq));
  checks.add("naming_convention.ck", check_naming("ck", naming.ck));
  checks.add("naming_convention.fk", check_naming("fk", naming.fk));
  checks.add("naming_convention.pk", check_naming("pk", naming.pk));
}

/// The engine has the last word on its own settings.
void check_engine(const engine::ConnectionParts& parts, Checks& checks) {
  try {
    (void)engine::ConnectionConfig::create(parts);
  } catch (const engine::DatabaseArgumentError& error) {
    checks.add("engine", {error.what(), error.hint()});
  }
}

void check(const ConfigValues& values, Checks& checks) {
  if (values.version_locations.empty() && !values.archive) {
    checks.add("version_locations", {"it must not be empty", "Name the folder of the revision files."});
  }
  for (const auto& location : values.version_locations) {
    checks.add("version_locations", check_path(location.string()));
  }
  checks.add("version_table", check_version_table(values.version_table));
  checks.add("version_table_schema", check_schema(values.version_table_schema));
  check_safety(values.safety, checks);
  check_naming_convention(values.naming_convention, checks);
  for (const auto& hook : values.on_version_apply) {
    if (hook.sql.empty() == hook.command.empty()) {
      checks.add("on_version_apply", {"a hook is either sql or a command", ""});
    } else if (!hook.sql.empty()) {
      checks.add("on_version_apply", check_hook_sql(hook.sql));
    }
  }
  for (const auto& [key, value] : values.x) {
    if (key.empty()) checks.add("x", {"a key is empty", ""});
  }
}

/// Takes the URL apart. A fault of it is noted, never thrown.
void take_url(const ConfigValues& values, Config& config, Checks& checks) {
  config.url_origin = k_origin;
  config.engine_options = values.engine;
  config.engine_options.url = {};
  config.embedded = values.url == "embedded";
  auto parts = config.engine_options;
  if (!config.embedded && !values.url.empty()) {
    const auto complaint = check_url(values.url);
    checks.add("url", complaint);
    if (!complaint.first.empty()) return;
    parts.url = engine::Url::parse(values.url);
  }
  check_engine(parts, checks);
  if (!config.embedded) config.connection = std::move(parts);
}

}  // namespace

Config make_config(ConfigValues values) {
  Checks checks;
  Config config;
  check(values, checks);
  take_url(values, config, checks);
  checks.finish();

  config.directory = absolute_path(fs::current_path(), values.directory);
  config.name = "alembic";
  config.archive = std::move(values.archive);
  for (const auto& location : values.version_locations) {
    config.version_locations.push_back(absolute_path(config.directory, location));
  }
  config.recursive_version_locations = values.recursive_version_locations;
  const FileSettings defaults;
  config.template_location = absolute_path(config.directory, defaults.template_location);
  config.file_template = defaults.file_template;
  config.timezone = defaults.timezone;
  config.sql_files_encoding = defaults.sql_files_encoding;
  config.version_table = std::move(values.version_table);
  config.version_table_schema = std::move(values.version_table_schema);
  config.transaction_per_migration = values.transaction_per_migration;
  config.safety = std::move(values.safety);
  config.naming_convention = std::move(values.naming_convention);
  config.cpp = std::move(values.cpp);
  config.cpp.project_dir = config.directory;
  config.on_version_apply = std::move(values.on_version_apply);
  config.x = std::move(values.x);
  return config;
}

}  // namespace migrate::command
