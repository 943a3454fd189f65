#pragma once
#include <optional>
#include <string>

#include "migrate/server/detail/installation.hpp"
#include "migrate/server/detail/layout.hpp"

namespace migrate::server::detail {

/// Makes the data directory with initdb: UTF-8, locale C.UTF-8 where the machine has it, superuser "postgres", entered
/// without a password. It is made under another name and moved into place, so an interrupted one leaves nothing that
/// looks like a cluster. Throws ServerError with what initdb said. The caller holds the lock.
void make_cluster(const Layout& layout, const Installation& installation, bool durable);

/// Major version of the data directory ("15"), or nothing when there is none.
std::optional<std::string> cluster_version(const Layout& layout);

/// A name for a directory that holds for a process that may not enter the directories above it: it goes through a
/// descriptor the process inherits. For the process itself and all its children, as long as they keep the descriptor.
class DirectoryHandle {
 public:
  /// Throws ServerError when the directory cannot be opened.
  explicit DirectoryHandle(const std::filesystem::path& directory);
  ~DirectoryHandle();
  DirectoryHandle(const DirectoryHandle&) = delete;
  DirectoryHandle& operator=(const DirectoryHandle&) = delete;

  [[nodiscard]] int descriptor() const noexcept { return fd_; }
  /// The name, in a process where the descriptor has number `fd`.
  static std::string name(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

 private:
  int fd_;
};

}  // namespace migrate::server::detail
