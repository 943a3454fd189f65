#pragma once
#include <chrono>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "migrate/script/detail/cpp_cache.hpp"
#include "migrate/script/detail/cpp_digests.hpp"
#include "migrate/script/detail/cpp_manifest.hpp"

namespace migrate::script::detail {

/// What is compiled, before it is known what it includes.
struct Recipe {
  std::string key;                                 ///< digest of the source's text, the compiler and the flags
  std::string suffix;                              ///< "objects/<key>.so"; or, with `fixed`, the place itself
  bool fixed = false;                              ///< `suffix` is the whole path in the cache
  std::vector<std::filesystem::path> search_dirs;  ///< absolute: where #include looks first, in order
};

/// Finds compiled files by what they were made of, and keeps new ones. Safe from any thread.
class CppStore {
 public:
  /// A file that changed after the store was made goes into no manifest: what the compiler read is not known then.
  CppStore(const CppCache& cache, std::filesystem::path project);

  /// The compiled file, if one is there that was made of just what is there now, and is whole.
  std::optional<std::filesystem::path> find(const Recipe& recipe);

  /// Moves a compiled file into the cache, with what it was made of: paths that are relative count from the project.
  /// Throws RevisionError when the cache cannot be written.
  std::filesystem::path keep(const Recipe& recipe, const std::filesystem::path& made,
                             const std::vector<std::string>& dependencies);

  /// The files that a kept file was made of, those outside the project; empty when it is not known.
  std::vector<std::string> dependencies(const Recipe& recipe);

  FileDigests& digests() { return digests_; }

 private:
  [[nodiscard]] std::string portable(const std::filesystem::path& file) const;
  [[nodiscard]] std::filesystem::path local(const std::string& path) const;
  [[nodiscard]] std::filesystem::path place(const Recipe& recipe, const std::string& object) const;
  bool holds(const ManifestEntry& entry);
  bool set_holds(const std::string& key);
  bool unchanged(std::span<const Dependency> files);
  /// Fills in files, absent and set. False when what was compiled is not known for certain.
  bool describe(const Recipe& recipe, const std::vector<std::string>& dependencies, ManifestEntry& entry);
  [[nodiscard]] std::vector<std::string> shadows(const Recipe& recipe, const std::filesystem::path& file) const;
  Manifest manifest_of(const Recipe& recipe);

  const CppCache& cache_;
  std::filesystem::path project_;
  std::filesystem::file_time_type made_at_;
  FileDigests digests_;
  std::mutex mutex_;
  std::map<std::string, bool> sets_;  ///< by key: whether its files are what they were
};

}  // namespace migrate::script::detail
