#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "migrate/command/detail/faults.hpp"
#include "migrate/command/detail/settings_reader.hpp"
#include "migrate/command/detail/url_source.hpp"
#include "migrate/engine/password_provider.hpp"

namespace migrate::command {

/// Adds a fault when engine.password_file or engine.password_command is said beside a password. One within --url is
/// none: it goes before what the file says, as everything typed does.
void check_password_source(const ReadSettings& read, const ChosenUrl& url, Faults& faults);

/// What the two keys stand for; null when neither is said or --url has a password. `file`: how messages call
/// alembic.toml; `directory`: its folder.
std::shared_ptr<const engine::PasswordProvider> password_provider(const ReadSettings& read, const ChosenUrl& url,
                                                                  const std::string& file,
                                                                  const std::filesystem::path& directory);

/// engine.password_command for people: the program. What comes behind it may be anything.
std::string shown_password_command(const FileSettings& settings);

}  // namespace migrate::command
