#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace migrate::base {

/// The whole file as bytes. Throws FileError, with its own sentence for a directory, a missing and an unreadable file.
std::string read_file(const std::filesystem::path& path);

/// At most `limit` bytes from the start. Same errors as read_file.
std::string read_prefix(const std::filesystem::path& path, std::size_t limit);

/// Creates `path` with `text`. Throws FileError when it exists already: nothing is ever overwritten.
void write_new_file(const std::filesystem::path& path, std::string_view text);

/// Replaces `path` in one step: a reader sees the old text or the new one. Throws FileError.
void replace_file(const std::filesystem::path& path, std::string_view text);

/// A fresh directory, readable by the owner alone (0700), removed with all its content by the destructor.
class TemporaryDirectory {
 public:
  /// Made under `parent`, or under $TMPDIR (else /tmp) when that is empty. Throws FileError.
  explicit TemporaryDirectory(std::string_view prefix = "migrate-", const std::filesystem::path& parent = {});
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  /// Leaves the directory on disk.
  void keep() noexcept { keep_ = true; }

 private:
  std::filesystem::path path_;
  bool keep_ = false;
};

}  // namespace migrate::base
