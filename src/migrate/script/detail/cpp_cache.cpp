#include "migrate/script/detail/cpp_cache.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "migrate/script/error.hpp"

namespace migrate::script::detail {
namespace {

namespace fs = std::filesystem;
using FileClock = fs::file_time_type::clock;

constexpr auto k_day = std::chrono::hours(24);
constexpr auto k_unused = 60 * k_day;
constexpr std::string_view k_prune_mark = "pruned";

[[noreturn]] void fail(const fs::path& path, const std::string& reason) {
  throw RevisionError(fmt::format("cannot write the cache of compiled revisions: {}: {}", path.string(), reason),
                      "Nothing was run. Name a folder that may be written as cache_dir under [alembic.cpp] in "
                      "alembic.toml (key cpp.cache_dir), or set XDG_CACHE_HOME.");
}

std::optional<fs::path> absolute_from(const base::Environment& environment, std::string_view name) {
  const auto value = environment(name);
  if (!value || !fs::path(*value).is_absolute()) return std::nullopt;
  return fs::path(*value);
}

fs::path default_path(const base::Environment& environment) {
  if (const auto cache = absolute_from(environment, "XDG_CACHE_HOME")) return *cache / "migrate";
  if (const auto home = absolute_from(environment, "HOME")) return *home / ".cache" / "migrate";
  const auto shared = absolute_from(environment, "TMPDIR").value_or("/tmp");
  return shared / fmt::format("migrate-{}", ::geteuid());
}

/// What others may write must not be loaded: in a shared folder anybody could have made ours first.
void check_private(const fs::path& path) {
  struct stat facts {};
  if (::lstat(path.c_str(), &facts) != 0) return;
  if (!S_ISDIR(facts.st_mode)) fail(path, "it is not a folder");
  if (facts.st_uid != ::geteuid()) fail(path, "it belongs to another user");
  if ((facts.st_mode & (S_IWGRP | S_IWOTH)) != 0) fail(path, "other users may write to it");
}

bool older_than(const fs::path& path, FileClock::duration age) {
  std::error_code error;
  const auto written = fs::last_write_time(path, error);
  return !error && FileClock::now() - written > age;
}

void remove_older(const fs::path& folder, FileClock::duration age, std::string_view prefix) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    if (!entry->path().filename().string().starts_with(prefix)) continue;
    if (older_than(entry->path(), age)) fs::remove_all(entry->path(), ignored);
  }
}

}  // namespace

CppCache::CppCache(const CppOptions& options, const base::Environment& environment)
    : path_(options.cache_dir.empty() ? default_path(environment) : options.cache_dir),
      configured_(!options.cache_dir.empty()) {
  if (!configured_) check_private(path_);
}

std::optional<std::string> CppCache::read(const fs::path& relative) const {
  try {
    return base::read_file(path_ / relative);
  } catch (const base::FileError&) {
    return std::nullopt;
  }
}

void CppCache::make_folder(const fs::path& relative) const {
  std::error_code error;
  if (!fs::is_directory(path_, error)) {
    fs::create_directories(path_.parent_path(), error);
    if (::mkdir(path_.c_str(), configured_ ? 0777 : 0700) != 0 && errno != EEXIST) fail(path_, std::strerror(errno));
  }
  fs::create_directories(path_ / relative, error);
  if (error) fail(path_ / relative, error.message());
}

void CppCache::write(const fs::path& relative, std::string_view text) const {
  make_folder(relative.parent_path());
  try {
    base::replace_file(path_ / relative, text);
  } catch (const base::FileError& error) {
    fail(path_, error.what());
  }
}

void CppCache::publish(const fs::path& made, const fs::path& relative) const {
  make_folder(relative.parent_path());
  const auto target = path_ / relative;
  if (::rename(made.c_str(), target.c_str()) == 0) return;
  // Another run put its folder there in the meantime: it is as good as ours.
  if ((errno == ENOTEMPTY || errno == EEXIST) && fs::is_directory(target)) return;
  fail(target, std::strerror(errno));
}

base::TemporaryDirectory CppCache::scratch() const {
  make_folder("tmp");
  try {
    return base::TemporaryDirectory("build-", path_ / "tmp");
  } catch (const base::FileError& error) {
    fail(path_, error.what());
  }
}

void CppCache::touch(const fs::path& relative) const noexcept {
  const auto file = path_ / relative;
  std::error_code ignored;
  if (older_than(file, k_day)) fs::last_write_time(file, FileClock::now(), ignored);
}

void CppCache::prune() const noexcept {
  try {
    std::error_code ignored;
    const auto mark = path_ / k_prune_mark;
    if (fs::exists(mark, ignored) && !older_than(mark, k_day)) return;
    write(k_prune_mark, "The last look for old entries was when this file was written.\n");
    remove_older(path_ / "tmp", k_day, "");
    for (const char* folder : {"compilers", "manifests", "sets", "objects"}) remove_older(path_ / folder, k_unused, "");
    remove_older(path_, k_unused, "headers-");
    remove_older(path_, k_unused, "pch-");
  } catch (const std::exception&) {
    // Old files cost room and nothing else; the next run tries again.
    return;
  }
}

}  // namespace migrate::script::detail
