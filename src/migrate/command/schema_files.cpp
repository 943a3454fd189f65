#include "migrate/command/schema_files.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/base/files.hpp"
#include "migrate/base/text.hpp"
#include "migrate/sql/position.hpp"

namespace migrate::command {
namespace {

namespace fs = std::filesystem;

bool is_schema_file(const fs::path& path) {
  return path.extension() == ".sql" || path.extension() == ".cpp";
}

std::vector<fs::path> files_below(const fs::path& directory) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file() && is_schema_file(entry.path())) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  if (files.empty()) {
    throw SchemaError(
        fmt::format("{}: no .sql file and no .cpp file is in this directory or below", directory.string()),
        "Put the desired schema there, or correct autogenerate.target.");
  }
  return files;
}

SchemaFile read(const fs::path& path) {
  SchemaFile file{path, base::read_file(path), {}};
  if (const auto fault = base::first_invalid_utf8(file.text)) {
    throw SchemaError(fmt::format("{}: this is not UTF-8", file.place(*fault)), "Save the file as UTF-8.");
  }
  return file;
}

std::vector<SchemaFile> read_target(const fs::path& target) {
  std::vector<SchemaFile> files;
  if (fs::is_directory(target)) {
    for (const auto& path : files_below(target)) files.push_back(read(path));
  } else {
    files.push_back(read(target));
  }
  return files;
}

}  // namespace

std::string SchemaFile::place(std::size_t offset) const {
  if (!places.empty()) {
    const auto next = std::ranges::upper_bound(places, offset, {}, [](const auto& place) { return place.first; });
    return next == places.begin() ? path.string() : std::prev(next)->second;
  }
  const auto position = sql::position_at(text, offset);
  return fmt::format("{}:{}:{}", path.string(), position.line, position.column);
}

std::vector<SchemaFile> read_schema_files(std::span<const fs::path> targets) {
  std::vector<SchemaFile> files;
  for (const auto& target : targets) {
    try {
      for (auto& file : read_target(target)) files.push_back(std::move(file));
    } catch (const base::FileError& error) {
      throw SchemaError(error.what(), "autogenerate.target names the files of the desired schema; see alembic.toml.");
    } catch (const fs::filesystem_error& error) {
      throw SchemaError(fmt::format("cannot look into {}: {}", target.string(), error.code().message()));
    }
  }
  return files;
}

}  // namespace migrate::command
