#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "migrate/base/environment.hpp"
#include "migrate/base/files.hpp"
#include "migrate/script/cpp_options.hpp"

namespace migrate::script::detail {

/// The folder where compiled revisions are kept, shared by programs that run at the same time:
///
///     compilers/<key>               what a compiler says of itself
///     headers-<key>/include/…       migrate's own headers, unpacked
///     manifests/<key>, sets/<key>   what went into a module, see cpp_store.hpp
///     objects/<key>.so              modules and support libraries
///     pch-<key>/op.hpp.gch          precompiled headers
///     tmp/…                         work in progress
///
/// A file appears under its name by a rename, whole. Nothing is made before the first write: a cache that has it all
/// may be read-only. Safe from any thread.
class CppCache {
 public:
  CppCache(const CppOptions& options, const base::Environment& environment);

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  /// The file's bytes; nothing when it cannot be read.
  [[nodiscard]] std::optional<std::string> read(const std::filesystem::path& relative) const;
  /// Puts a file in place. Throws RevisionError when the cache cannot be written.
  void write(const std::filesystem::path& relative, std::string_view text) const;
  /// Moves what was made in scratch() to its place. An existing file is replaced; a folder that exists already stays.
  void publish(const std::filesystem::path& made, const std::filesystem::path& relative) const;
  /// A folder for work in progress, removed at the end of its scope. Throws as write does.
  [[nodiscard]] base::TemporaryDirectory scratch() const;
  /// Notes that something is still in use; at most once a day, and never an error.
  void touch(const std::filesystem::path& relative) const noexcept;
  /// Removes what was not used for 60 days, and work in progress that was left behind. Looks at most once a day.
  void prune() const noexcept;

 private:
  void make_folder(const std::filesystem::path& relative) const;

  std::filesystem::path path_;
  bool configured_ = false;  ///< the user named it: who may look into it is theirs to say
};

}  // namespace migrate::script::detail
