#pragma once
#include <chrono>
#include <filesystem>
#include <optional>

#include "migrate/server/detail/account.hpp"

namespace migrate::server::detail {

/// A lock on a file (flock), released by the destructor or by the end of the last process that holds the
/// descriptor: never stale.
class FileLock {
 public:
  enum class Kind { exclusive, shared };
  /// Nothing when somebody else still holds it after `patience`. Throws ServerError when the file cannot be opened.
  static std::optional<FileLock> acquire(const std::filesystem::path& path, std::chrono::milliseconds patience,
                                         Kind kind = Kind::exclusive);
  ~FileLock();
  FileLock(FileLock&& other) noexcept;
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  FileLock& operator=(FileLock&&) = delete;

  /// Closes on exec; a child that is to share the lock needs a copy that does not.
  [[nodiscard]] int descriptor() const noexcept { return fd_; }

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace migrate::server::detail
