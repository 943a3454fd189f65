#include "migrate/command/detail/config_keys.hpp"

#include <algorithm>

#include "migrate/command/detail/text_checks.hpp"

namespace migrate::command {
namespace {

constexpr std::int64_t k_million = 1'000'000;
constexpr std::int64_t k_week = 7LL * 24 * 3600;
constexpr std::int64_t k_century = 100LL * 365 * 24 * 3600;

constexpr std::array<std::string_view, 2> k_revision_types{"sql", "cpp"};
constexpr std::array<std::string_view, 3> k_edited{"error", "warn", "ignore"};
constexpr std::array<std::string_view, 3> k_destructive{"allow", "ask", "refuse"};
constexpr std::array<std::string_view, 4> k_destructive_downgrade{"", "allow", "ask", "refuse"};
constexpr std::array<std::string_view, 6> k_standards{"c++20", "c++23", "c++26", "gnu++20", "gnu++23", "gnu++26"};

constexpr Rule any() {
  return {};
}
constexpr Rule between(std::int64_t least, std::int64_t most) {
  return {.least = least, .most = most};
}
constexpr Rule one_of(std::span<const std::string_view> words) {
  return {.words = words};
}
constexpr Rule checked(TextCheck check) {
  return {.check = check};
}
constexpr Rule some(TextCheck check) {
  return {.check = check, .not_empty = true};
}
constexpr Rule timeout() {
  return {.check = check_timeout, .number_too = true};
}

using S = FileSettings&;

// The order is that of the documentation and of `migrate config`.
constexpr std::array k_keys{
    ConfigKey{"", "version_locations", [](S s) -> Slot { return &s.version_locations; }, some(check_path)},
    ConfigKey{"", "recursive_version_locations", [](S s) -> Slot { return &s.recursive_version_locations; }, any()},
    ConfigKey{"", "template_location", [](S s) -> Slot { return &s.template_location; }, checked(check_path)},
    ConfigKey{"", "file_template", [](S s) -> Slot { return &s.file_template; }, checked(check_file_template)},
    ConfigKey{"", "truncate_slug_length", [](S s) -> Slot { return &s.truncate_slug_length; }, between(0, 200)},
    ConfigKey{"", "timezone", [](S s) -> Slot { return &s.timezone; }, checked(check_timezone)},
    ConfigKey{"", "revision_type", [](S s) -> Slot { return &s.revision_type; }, one_of(k_revision_types)},
    ConfigKey{"", "version_table", [](S s) -> Slot { return &s.version_table; }, checked(check_version_table)},
    ConfigKey{"", "version_table_schema", [](S s) -> Slot { return &s.version_table_schema; }, checked(check_schema)},
    ConfigKey{"", "transaction_per_migration", [](S s) -> Slot { return &s.transaction_per_migration; }, any()},
    ConfigKey{"", "sql_files_encoding", [](S s) -> Slot { return &s.sql_files_encoding; }, checked(check_encoding)},

    // Whether the URL is right is found out where it is known that this is the one in use: url_source.
    ConfigKey{"engine", "url", [](S s) -> Slot { return &s.url; }, any()},
    ConfigKey{"engine", "direct_url", [](S s) -> Slot { return &s.direct_url; }, any()},
    ConfigKey{"engine", "password_file", [](S s) -> Slot { return &s.password_file; }, any()},
    ConfigKey{"engine", "password_command", [](S s) -> Slot { return &s.password_command; }, any()},
    ConfigKey{"engine", "pool_size", [](S s) -> Slot { return &s.engine.pool.pool_size; }, between(1, 10000)},
    ConfigKey{"engine", "max_overflow", [](S s) -> Slot { return &s.engine.pool.max_overflow; }, between(-1, 10000)},
    ConfigKey{"engine", "pool_timeout", [](S s) -> Slot { return &s.engine.pool.pool_timeout; }, between(0, k_week)},
    ConfigKey{"engine", "pool_pre_ping", [](S s) -> Slot { return &s.engine.pool.pool_pre_ping; }, any()},
    ConfigKey{"engine", "pool_recycle", [](S s) -> Slot { return &s.engine.pool.pool_recycle; },
              between(-1, k_century)},
    ConfigKey{"engine", "ping_after_idle", [](S s) -> Slot { return &s.engine.pool.ping_after_idle; },
              between(0, k_week)},
    ConfigKey{"engine", "ping_timeout", [](S s) -> Slot { return &s.engine.pool.ping_timeout; }, between(0, k_week)},
    ConfigKey{"engine", "lifo", [](S s) -> Slot { return &s.engine.pool.lifo; }, any()},
    ConfigKey{"engine", "max_waiters", [](S s) -> Slot { return &s.engine.pool.max_waiters; }, between(0, k_million)},
    ConfigKey{"engine", "max_connecting", [](S s) -> Slot { return &s.engine.pool.max_connecting; }, between(0, 10000)},
    ConfigKey{"engine", "overflow_linger", [](S s) -> Slot { return &s.engine.pool.overflow_linger; },
              between(0, k_week)},
    ConfigKey{"engine", "idle_timeout", [](S s) -> Slot { return &s.engine.pool.idle_timeout; }, between(-1, k_week)},
    ConfigKey{"engine", "min_idle", [](S s) -> Slot { return &s.engine.pool.min_idle; }, between(0, 10000)},
    ConfigKey{"engine", "keepalive", [](S s) -> Slot { return &s.engine.pool.keepalive; }, between(-1, k_week)},
    ConfigKey{"engine", "leak_threshold", [](S s) -> Slot { return &s.engine.pool.leak_threshold; },
              between(0, k_week)},
    ConfigKey{"engine", "background_connect", [](S s) -> Slot { return &s.engine.pool.background_connect; }, any()},
    ConfigKey{"engine", "connect_timeout", [](S s) -> Slot { return &s.engine.connect_timeout; }, between(0, k_week)},
    ConfigKey{"engine", "command_timeout", [](S s) -> Slot { return &s.engine.command_timeout; }, between(0, k_week)},
    ConfigKey{"engine", "connect_retries", [](S s) -> Slot { return &s.engine.retry.retries; }, between(0, 1000)},
    ConfigKey{"engine", "echo", [](S s) -> Slot { return &s.engine.echo; }, any()},

    ConfigKey{"autogenerate", "target", [](S s) -> Slot { return &s.autogenerate.target; }, some(check_path)},
    ConfigKey{"autogenerate", "include_schemas", [](S s) -> Slot { return &s.autogenerate.include_schemas; },
              some(check_pattern)},
    ConfigKey{"autogenerate", "grants", [](S s) -> Slot { return &s.autogenerate.grants; }, any()},
    ConfigKey{"autogenerate", "online", [](S s) -> Slot { return &s.autogenerate.online; }, any()},
    ConfigKey{"autogenerate", "exclude", [](S s) -> Slot { return &s.autogenerate.exclude; }, checked(check_pattern)},
    ConfigKey{"autogenerate", "dev_url", [](S s) -> Slot { return &s.autogenerate.dev_url; }, checked(check_dev_url)},

    ConfigKey{"safety", "lock_timeout", [](S s) -> Slot { return &s.safety.lock_timeout; }, timeout()},
    ConfigKey{"safety", "lock_retries", [](S s) -> Slot { return &s.safety.lock_retries; }, between(0, 10000)},
    ConfigKey{"safety", "lock_deadline", [](S s) -> Slot { return &s.safety.lock_deadline; }, between(0, k_week)},
    ConfigKey{"safety", "max_blocked_ms", [](S s) -> Slot { return &s.safety.max_blocked_ms; }, between(0, 86'400'000)},
    ConfigKey{"safety", "max_blocked_sessions", [](S s) -> Slot { return &s.safety.max_blocked_sessions; },
              between(0, 1'000'000)},
    ConfigKey{"safety", "statement_timeout", [](S s) -> Slot { return &s.safety.statement_timeout; }, timeout()},
    ConfigKey{"safety", "idle_timeout", [](S s) -> Slot { return &s.safety.idle_timeout; }, timeout()},
    ConfigKey{"safety", "run_lock_timeout", [](S s) -> Slot { return &s.safety.run_lock_timeout; }, between(0, k_week)},
    ConfigKey{"safety", "edited", [](S s) -> Slot { return &s.edited; }, one_of(k_edited)},
    ConfigKey{"safety", "journal", [](S s) -> Slot { return &s.safety.journal; }, any()},
    ConfigKey{"safety", "destructive", [](S s) -> Slot { return &s.destructive; }, one_of(k_destructive)},
    ConfigKey{"safety", "destructive_downgrade", [](S s) -> Slot { return &s.destructive_downgrade; },
              one_of(k_destructive_downgrade)},

    ConfigKey{"naming_convention", "ix", [](S s) -> Slot { return &s.naming.ix; },
              checked([](const std::string& text) { return check_naming("ix", text); })},
    ConfigKey{"naming_convention", "uq", [](S s) -> Slot { return &s.naming.uq; },
              checked([](const std::string& text) { return check_naming("uq", text); })},
    ConfigKey{"naming_convention", "ck", [](S s) -> Slot { return &s.naming.ck; },
              checked([](const std::string& text) { return check_naming("ck", text); })},
    ConfigKey{"naming_convention", "fk", [](S s) -> Slot { return &s.naming.fk; },
              checked([](const std::string& text) { return check_naming("fk", text); })},
    ConfigKey{"naming_convention", "pk", [](S s) -> Slot { return &s.naming.pk; },
              checked([](const std::string& text) { return check_naming("pk", text); })},

    ConfigKey{"cpp", "compiler", [](S s) -> Slot { return &s.cpp.compiler; }, checked(check_program)},
    ConfigKey{"cpp", "flags", [](S s) -> Slot { return &s.cpp.flags; }, checked(check_flag)},
    ConfigKey{"cpp", "include_dirs", [](S s) -> Slot { return &s.cpp.include_dirs; }, checked(check_folder)},
    ConfigKey{"cpp", "libraries", [](S s) -> Slot { return &s.cpp.libraries; }, checked(check_library)},
    ConfigKey{"cpp", "standard", [](S s) -> Slot { return &s.cpp.standard; }, one_of(k_standards)},
    ConfigKey{"cpp", "pch", [](S s) -> Slot { return &s.cpp.pch; }, any()},
    ConfigKey{"cpp", "cache_dir", [](S s) -> Slot { return &s.cpp.cache_dir; }, checked(check_cache_folder)},

    ConfigKey{"post_write_hooks", "command", [](S s) -> Slot { return &s.hooks.back().command; }, some(nullptr)},
    ConfigKey{"post_write_hooks", "cwd", [](S s) -> Slot { return &s.hooks.back().cwd; }, any()},

    ConfigKey{"on_version_apply", "sql", [](S s) -> Slot { return &s.apply_hooks.back().sql; },
              checked(check_hook_sql)},
    ConfigKey{"on_version_apply", "command", [](S s) -> Slot { return &s.apply_hooks.back().command; },
              some(check_hook_word)},
    ConfigKey{"on_version_apply", "cwd", [](S s) -> Slot { return &s.apply_hooks.back().cwd; }, any()},
};

constexpr std::array k_tables{
    ConfigTable{"engine", false, nullptr},
    ConfigTable{"autogenerate", false, nullptr},
    ConfigTable{"safety", false, nullptr},
    ConfigTable{"naming_convention", false, nullptr},
    ConfigTable{"cpp", false, nullptr},
    ConfigTable{"post_write_hooks", true, [](S s) { s.hooks.emplace_back(); }},
    ConfigTable{"on_version_apply", true, [](S s) { s.apply_hooks.emplace_back(); }},
};

constexpr std::array k_foreign{
    ForeignKey{
        "script_location",
        "There is no env.py to point at: version_locations holds the revisions, template_location the templates."},
    ForeignKey{"sqlalchemy", "The database's URL is `url` in the table engine, as in [alembic.engine]."},
    ForeignKey{"url", "The database's URL is `url` in the table engine, as in [alembic.engine]."},
    ForeignKey{"version_path_separator", "version_locations is a list, [\"a\", \"b\"], and needs no separator."},
    ForeignKey{"path_separator", "version_locations is a list, [\"a\", \"b\"], and needs no separator."},
    ForeignKey{"output_encoding", "Revision files are UTF-8; delete the key."},
    ForeignKey{"revision_environment", "There is no env.py; delete the key."},
    ForeignKey{"prepend_sys_path", "Nothing of Python is involved; delete the key."},
    ForeignKey{"sourceless", "Nothing of Python is involved; delete the key."},
};

}  // namespace

std::span<const ConfigKey> config_keys() {
  return k_keys;
}
std::span<const ConfigTable> config_tables() {
  return k_tables;
}
bool is_repeated(std::string_view table) {
  const auto found = std::ranges::find(k_tables, table, &ConfigTable::name);
  return found != k_tables.end() && found->repeated;
}
std::span<const ForeignKey> foreign_keys() {
  return k_foreign;
}

std::string dotted(std::string_view table, std::string_view key) {
  if (table.empty() || key.empty()) return std::string(table.empty() ? key : table);
  return std::string(table).append(".").append(key);
}

}  // namespace migrate::command
