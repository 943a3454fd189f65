#include "migrate/command/detail/password_source.hpp"

#include <fmt/format.h>

#include "migrate/command/detail/cross_checks.hpp"
#include "migrate/command/detail/slot_writer.hpp"

namespace migrate::command {
namespace {

/// The key that is in use; null when there is none.
const SaidKey* password_key(const ReadSettings& read) {
  const auto& settings = read.settings;
  if (!settings.password_file.empty()) return read.find("engine", "password_file");
  return settings.password_command.empty() ? nullptr : read.find("engine", "password_command");
}

}  // namespace

void check_password_source(const ReadSettings& read, const ChosenUrl& url, Faults& faults) {
  const auto* said = password_key(read);
  // Of two passwords that were prepared nobody knows which one is meant.
  if (said == nullptr || !url.url.password || url.origin == "--url") return;
  const auto& key = said->key->name;
  faults.add(said->place,
             fmt::format("engine.{} says where the password comes from, but {} has one too", key, url.origin),
             fmt::format("Take the password out of the URL or variable, or engine.{} out of the file.", key));
}

std::shared_ptr<const engine::PasswordProvider> password_provider(const ReadSettings& read, const ChosenUrl& url,
                                                                  const std::string& file,
                                                                  const std::filesystem::path& directory) {
  const auto* said = password_key(read);
  if (said == nullptr || url.url.password) return nullptr;
  const auto& settings = read.settings;
  auto name = fmt::format("{}:{} engine.{}", file, said->place.line, said->key->name);
  return std::make_shared<const engine::PasswordProvider>(
      settings.password_file.empty()
          ? engine::password_from_command(settings.password_command, directory, std::move(name))
          : engine::password_from_file(absolute_path(directory, settings.password_file), std::move(name)));
}

std::string shown_password_command(const FileSettings& settings) {
  const auto& command = settings.password_command;
  return show_list(command.size() < 2 ? command : std::vector<std::string>{command.front(), "***"});
}

}  // namespace migrate::command
