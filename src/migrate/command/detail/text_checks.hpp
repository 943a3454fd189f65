#pragma once
#include <string>
#include <string_view>

#include "migrate/command/detail/config_keys.hpp"

/// What a setting that is a text may hold. Each returns why the text is refused and what to write, or two empty texts.
namespace migrate::command {

/// Not empty.
Complaint check_path(const std::string& text);
Complaint check_pattern(const std::string& text);
/// Only tokens that revision_file_name knows.
Complaint check_file_template(const std::string& text);
/// "UTC", "local" or the name of a zone in the system's database.
Complaint check_timezone(const std::string& text);
/// Not empty, and short enough for "<table>_pkc" within PostgreSQL's 63 bytes.
Complaint check_version_table(const std::string& text);
/// At most 63 bytes; empty is fine.
Complaint check_schema(const std::string& text);
Complaint check_encoding(const std::string& text);
/// "ephemeral" or a database URL; what it says of a URL never repeats it.
Complaint check_dev_url(const std::string& text);
/// A duration in PostgreSQL's notation (docs, 20.1.1): "5s", "500ms", "1min", "0" or, in milliseconds, "250"; empty is
/// fine. One that PostgreSQL would round down to "no limit" is refused.
Complaint check_timeout(const std::string& text);

/// A template of a name as schema::convention_name takes it; `kind` is the key. Empty is fine.
Complaint check_naming(std::string_view kind, const std::string& text);

/// The compiler as words of a command; empty is fine.
Complaint check_program(const std::string& text);
/// One word for the compiler: each flag is an item of its own.
Complaint check_flag(const std::string& text);
/// As check_path, and nothing that only a shell understands.
Complaint check_folder(const std::string& text);
/// As check_folder; empty is fine.
Complaint check_cache_folder(const std::string& text);
/// "z", "path/to/libz.so" or "-Lfolder".
Complaint check_library(const std::string& text);

/// What runtime::HookSql takes.
Complaint check_hook_sql(const std::string& text);
/// A word of a hook's command: a {name} that is nearly one of the known ones is a slip; any other brace is the
/// program's own business.
Complaint check_hook_word(const std::string& text);

}  // namespace migrate::command
