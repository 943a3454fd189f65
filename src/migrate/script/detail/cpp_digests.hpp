#pragma once
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace migrate::script::detail {

/// Digests of files, each read once. Safe from any thread.
class FileDigests {
 public:
  /// Nothing when the file cannot be read.
  std::optional<std::string> of(const std::filesystem::path& file);
  /// Tells the digest of a file that somebody has read already.
  void note(const std::filesystem::path& file, std::string digest);

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, std::optional<std::string>> known_;
};

}  // namespace migrate::script::detail
