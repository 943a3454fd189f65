#include "migrate/command/detail/config_file.hpp"

#include <fmt/format.h>

#include "migrate/base/files.hpp"
#include "migrate/command/config.hpp"

namespace migrate::command {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t k_largest = std::size_t{1} << 20U;
constexpr std::string_view k_name = "alembic.toml";

/// Something of that name is there, be it readable or not.
bool is_there(const fs::path& path) {
  std::error_code none;
  return fs::exists(fs::symlink_status(path, none));
}

[[noreturn]] void nothing_found(const fs::path& from) {
  std::string hint = "Run `migrate init` to lay out a project here, or name the file with -c FILE or $ALEMBIC_CONFIG.";
  if (is_there(from / "alembic.ini")) {
    hint +=
        " The alembic.ini here is Alembic's own; migrate reads alembic.toml, which `migrate init` writes beside it.";
  }
  throw ConfigError(fmt::format("no {} in {} or in any directory above it", k_name, from.string()), hint);
}

}  // namespace

fs::path working_directory(const GlobalOptions& options) {
  return options.working_directory.empty() ? fs::current_path() : fs::absolute(options.working_directory);
}

fs::path find_config_file(const GlobalOptions& options, const base::Environment& environment) {
  const auto from = working_directory(options);
  const auto named = [&](const fs::path& path, std::string_view origin) {
    if (path.empty()) throw ConfigError(fmt::format("{}: the file name is empty", origin));
    auto file = (from / path).lexically_normal();
    if (!is_there(file)) {
      throw ConfigError(
          fmt::format("{}: there is no file {}", origin, file.string()),
          "Check the path; a relative one counts from the current directory. `migrate init` makes a new file.");
    }
    return file;
  };
  if (options.config_file) return named(*options.config_file, "-c");
  if (const auto path = environment("ALEMBIC_CONFIG"); path && !path->empty()) return named(*path, "$ALEMBIC_CONFIG");
  for (auto folder = from.lexically_normal();; folder = folder.parent_path()) {
    if (auto file = folder / k_name; is_there(file)) return file;
    if (folder == folder.parent_path()) nothing_found(from);
  }
}

std::string display_name(const fs::path& file, const fs::path& from) {
  const auto relative = file.lexically_proximate(from).string();
  const auto absolute = file.string();
  return relative.size() < absolute.size() ? relative : absolute;
}

std::string read_config_file(const fs::path& file, const std::string& shown) {
  std::error_code none;
  if (fs::is_directory(file, none)) {
    const bool inside = is_there(file / k_name);
    throw ConfigError(fmt::format("{}: this is a directory, a configuration file is wanted", shown),
                      inside ? fmt::format("Did you mean {}?", (fs::path(shown) / k_name).string()) : "");
  }
  std::string text;
  try {
    text = base::read_prefix(file, k_largest + 1);
  } catch (const base::FileError& error) {
    throw ConfigError(fmt::format("{}: {}", shown, error.what()), error.hint());
  }
  if (text.size() > k_largest) {
    throw ConfigError(fmt::format("{}: larger than 1 MiB: this is not a configuration file", shown));
  }
  return text;
}

}  // namespace migrate::command
