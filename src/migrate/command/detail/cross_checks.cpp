#include "migrate/command/detail/cross_checks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace migrate::command {
namespace {

namespace fs = std::filesystem;

bool lies_within(const fs::path& inner, const fs::path& outer) {
  return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

/// The elements of a repeated table: where each begins, none for a table that is not there.
std::vector<Place> elements(const ReadSettings& read, std::string_view table) {
  const auto found = read.elements.find(table);
  return found == read.elements.end() ? std::vector<Place>() : found->second;
}

void check_post_write_hooks(const ReadSettings& read, const std::string& table, Faults& faults) {
  constexpr std::string_view inner = "post_write_hooks";
  const auto places = elements(read, inner);
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (read.find(inner, "command", i) != nullptr) continue;
    faults.add(places[i], fmt::format("{}.{} needs the key command", table, inner),
               "Write command = [\"program\", \"{file}\"].");
  }
}

void check_apply_hooks(const ReadSettings& read, const std::string& table, Faults& faults) {
  constexpr std::string_view inner = "on_version_apply";
  const auto places = elements(read, inner);
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto* sql = read.find(inner, "sql", i);
    const auto* command = read.find(inner, "command", i);
    const auto* cwd = read.find(inner, "cwd", i);
    if (sql == nullptr && command == nullptr) {
      faults.add(places[i], fmt::format("{}.{} needs the key sql or the key command", table, inner),
                 "Write sql = \"INSERT INTO …\", or command = [\"program\", \"{revision}\"].");
    } else if (sql != nullptr && command != nullptr) {
      faults.add(std::max(sql->place, command->place), fmt::format("{}.{} has both sql and command", table, inner),
                 fmt::format("Make two hooks of it, each with a [[{}.{}]] of its own.", table, inner));
    } else if (sql != nullptr && cwd != nullptr) {
      faults.add(cwd->place, fmt::format("{}.{} has a cwd, but no command that would run there", table, inner),
                 "Delete the key.");
    }
  }
}

void check_passwords(const ReadSettings& read, const std::string& table, Faults& faults) {
  const auto& settings = read.settings;
  if (settings.password_file.empty() || settings.password_command.empty()) return;
  const Place place =
      std::max(read.find("engine", "password_file")->place, read.find("engine", "password_command")->place);
  faults.add(place, fmt::format("{}.engine has both password_file and password_command", table),
             "Keep the one that the password is to come from.");
}

/// Else it would come up where the engine is made, without a place.
void check_min_idle(const ReadSettings& read, const std::string& table, Faults& faults) {
  const auto& pool = read.settings.engine.pool;
  const auto* said = read.find("engine", "min_idle");
  if (said == nullptr || pool.min_idle <= pool.pool_size) return;
  faults.add(said->place,
             fmt::format("{}.engine.min_idle is {}, but pool_size is only {}", table, pool.min_idle, pool.pool_size),
             "The pool keeps no more idle connections than pool_size.");
}

/// The location as messages may show it: one with a secret variable in it does not stand like that in the listing.
std::string shown(const SaidKey& said, const std::string& location) {
  return said.shown.find(location) == std::string::npos ? "***" : location;
}

void check_locations(const ReadSettings& read, const fs::path& directory, Faults& faults) {
  const auto* said = read.find("", "version_locations");
  std::vector<std::pair<std::string, fs::path>> seen;
  for (const auto& location : read.settings.version_locations) {
    auto path = absolute_path(directory, location);
    for (const auto& [other, other_path] : seen) {
      if (path == other_path) {
        faults.add(said->place, fmt::format("version_locations names \"{}\" twice", shown(*said, location)));
      } else if (read.settings.recursive_version_locations &&
                 (lies_within(path, other_path) || lies_within(other_path, path))) {
        faults.add(said->place,
                   fmt::format("version_locations: \"{}\" and \"{}\" lie within each other", shown(*said, location),
                               shown(*said, other)),
                   "With recursive_version_locations their files would be read twice; keep the outer one.");
      }
    }
    seen.emplace_back(location, std::move(path));
  }
}

/// A file that is written where nothing looks would be lost to the history.
void check_folders_of_new_files(const ReadSettings& read, Faults& faults) {
  const auto& settings = read.settings;
  const auto* said = read.find("", "file_template");
  const bool folders = fs::path(settings.file_template).lexically_normal().has_parent_path();
  if (said == nullptr || !folders || settings.recursive_version_locations) return;
  faults.add(
      said->place,
      fmt::format("file_template \"{}\" puts new files into folders, where they are not looked for", said->shown),
      "Set recursive_version_locations = true, or write the template without a slash.");
}

}  // namespace

fs::path absolute_path(const fs::path& directory, const fs::path& path) {
  auto absolute = (directory / path).lexically_normal();
  return absolute.has_filename() ? absolute : absolute.parent_path();
}

void check_together(const ReadSettings& read, const std::string& table, const fs::path& directory, Faults& faults) {
  check_post_write_hooks(read, table, faults);
  check_apply_hooks(read, table, faults);
  check_passwords(read, table, faults);
  check_min_idle(read, table, faults);
  check_locations(read, directory, faults);
  check_folders_of_new_files(read, faults);
}

}  // namespace migrate::command
