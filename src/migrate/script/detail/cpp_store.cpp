#include "migrate/script/detail/cpp_store.hpp"

#include <algorithm>
#include <future>
#include <set>

#include "migrate/base/digest.hpp"

namespace migrate::script::detail {
namespace {

namespace fs = std::filesystem;

/// As many states of the same files are remembered, such as those of branches that one goes to and fro between.
constexpr std::size_t k_most_entries = 8;

fs::path manifest_file(const Recipe& recipe) {
  return fs::path("manifests") / recipe.key;
}

/// `file` counted from `folder`; nothing when it is not below it.
std::optional<fs::path> below(const fs::path& file, const fs::path& folder) {
  auto relative = file.lexically_relative(folder);
  if (relative.empty() || relative.native() == "." || *relative.begin() == "..") return std::nullopt;
  return relative;
}

}  // namespace

CppStore::CppStore(const CppCache& cache, fs::path project)
    : cache_(cache), project_(std::move(project)), made_at_(fs::file_time_type::clock::now()) {}

std::string CppStore::portable(const fs::path& file) const {
  if (file.is_relative()) return "./" + file.native();
  // With symbolic links, what ".." leads to cannot be told from the text.
  const bool plain = std::ranges::find(file, fs::path("..")) == file.end();
  const auto relative = plain ? below(file, project_) : std::nullopt;
  return relative ? "./" + relative->native() : file.native();
}

fs::path CppStore::local(const std::string& path) const {
  return project_ / (path.starts_with("./") ? path.substr(2) : path);
}

fs::path CppStore::place(const Recipe& recipe, const std::string& object) const {
  return recipe.fixed ? fs::path(recipe.suffix) : fs::path("objects") / (object + recipe.suffix);
}

Manifest CppStore::manifest_of(const Recipe& recipe) {
  const auto text = cache_.read(manifest_file(recipe));
  return text ? read_manifest(*text).value_or(Manifest{}) : Manifest{};
}

bool CppStore::unchanged(std::span<const Dependency> files) {
  return std::ranges::all_of(files, [&](const auto& file) { return digests_.of(file.path) == file.digest; });
}

bool CppStore::set_holds(const std::string& key) {
  if (key.empty()) return true;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = sets_.find(key); found != sets_.end()) return found->second;
  }
  const auto name = fs::path("sets") / key;
  const auto text = cache_.read(name);
  bool same = text && base::sha256_hex(*text) == key;
  if (same) {
    cache_.touch(name);
    const auto files = read_set(*text);
    // Some hundred headers: half as long with two to read them.
    const auto half = files.begin() + static_cast<std::ptrdiff_t>(files.size() / 2);
    auto second = std::async([&] { return unchanged({half, files.end()}); });
    same = unchanged({files.begin(), half});
    same = second.get() && same;
  }
  const std::lock_guard lock(mutex_);
  sets_[key] = same;
  return same;
}

bool CppStore::holds(const ManifestEntry& entry) {
  return std::ranges::all_of(entry.files,
                             [&](const Dependency& file) { return digests_.of(local(file.path)) == file.digest; }) &&
         std::ranges::none_of(entry.absent,
                              [&](const std::string& path) {
                                std::error_code ignored;
                                return fs::exists(local(path), ignored);
                              }) &&
         set_holds(entry.set);
}

std::optional<fs::path> CppStore::find(const Recipe& recipe) {
  for (const auto& entry : manifest_of(recipe)) {
    if (!holds(entry)) continue;
    const auto name = place(recipe, entry.object);
    if (base::sha256_hex_of_file(cache_.path() / name) != entry.object_digest) continue;
    cache_.touch(name);
    cache_.touch(manifest_file(recipe));
    return cache_.path() / name;
  }
  return std::nullopt;
}

std::vector<std::string> CppStore::shadows(const Recipe& recipe, const fs::path& file) const {
  std::vector<std::string> candidates;
  for (std::size_t found = 0; found < recipe.search_dirs.size(); ++found) {
    const auto relative = below(file, recipe.search_dirs[found]);
    if (!relative) continue;
    for (std::size_t earlier = 0; earlier < found; ++earlier) {
      const auto other = (recipe.search_dirs[earlier] / *relative).lexically_normal();
      std::error_code ignored;
      if (!fs::exists(other, ignored)) candidates.push_back(portable(other));
    }
  }
  return candidates;
}

bool CppStore::describe(const Recipe& recipe, const std::vector<std::string>& dependencies, ManifestEntry& entry) {
  std::set<std::string> files;
  for (const auto& dependency : dependencies) files.insert(portable(dependency));
  std::set<std::string> absent;
  std::vector<Dependency> outside;
  for (const auto& path : files) {
    const auto file = local(path);
    // What lies in the cache is ours, and part of every key.
    if (below(file, cache_.path())) continue;
    std::error_code error;
    const auto written = fs::last_write_time(file, error);
    const auto digest = digests_.of(file);
    if (error || !digest || written >= made_at_ || path.find('\n') != std::string::npos) return false;
    for (auto& other : shadows(recipe, file.lexically_normal())) absent.insert(std::move(other));
    (path.starts_with("./") ? entry.files : outside).push_back({*digest, path});
  }
  entry.absent.assign(absent.begin(), absent.end());
  if (!outside.empty()) {
    const auto text = write_set(outside);
    entry.set = base::sha256_hex(text);
    const auto name = fs::path("sets") / entry.set;
    if (cache_.read(name) != text) cache_.write(name, text);
    const std::lock_guard lock(mutex_);
    sets_[entry.set] = true;
  }
  return true;
}

fs::path CppStore::keep(const Recipe& recipe, const fs::path& made, const std::vector<std::string>& dependencies) {
  ManifestEntry entry;
  entry.object_digest = base::sha256_hex(base::read_file(made));
  const bool certain = describe(recipe, dependencies, entry);
  std::string content = recipe.key + "\n" + entry.set + "\n";
  for (const auto& file : entry.files) content += file.digest + " " + file.path + "\n";
  // Where it is not known what it was made of, nothing may ever find it but this run.
  entry.object = base::sha256_hex(certain ? content : content + entry.object_digest + "?");
  const auto name = place(recipe, entry.object);
  cache_.publish(made, name);
  if (certain) {
    auto manifest = manifest_of(recipe);
    std::erase_if(manifest, [&](const ManifestEntry& other) { return other.object == entry.object; });
    manifest.insert(manifest.begin(), std::move(entry));
    if (manifest.size() > k_most_entries) manifest.resize(k_most_entries);
    cache_.write(manifest_file(recipe), write_manifest(manifest));
  }
  return cache_.path() / name;
}

std::vector<std::string> CppStore::dependencies(const Recipe& recipe) {
  std::vector<std::string> paths;
  const auto manifest = manifest_of(recipe);
  if (manifest.empty()) return paths;
  for (const auto& file : manifest.front().files) paths.push_back(local(file.path).native());
  for (const auto& file : read_set(cache_.read(fs::path("sets") / manifest.front().set).value_or(""))) {
    paths.push_back(file.path);
  }
  return paths;
}

}  // namespace migrate::script::detail
