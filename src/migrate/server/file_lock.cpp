#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

#include "migrate/server/detail/file_lock.hpp"
#include "migrate/server/private_server.hpp"

namespace migrate::server::detail {
namespace {

namespace fs = std::filesystem;

int open_lock_file(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) {
    throw ServerError(
        fmt::format("cannot open {}, which orders starts and stops: {}", path.string(), std::strerror(errno)),
        "Check the owner and the permissions of the file and of its directory.");
  }
  follow_owner_above(path);
  return fd;
}

}  // namespace

std::optional<FileLock> FileLock::acquire(const fs::path& path, std::chrono::milliseconds patience, Kind kind) {
  const int operation = (kind == Kind::shared ? LOCK_SH : LOCK_EX) | LOCK_NB;
  const auto end = std::chrono::steady_clock::now() + patience;
  FileLock lock(open_lock_file(path));
  while (::flock(lock.fd_, operation) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      throw ServerError(fmt::format("cannot lock {}: {}", path.string(), std::strerror(errno)),
                        "Put the private server on a file system that supports locks.");
    }
    if (std::chrono::steady_clock::now() >= end) return std::nullopt;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return lock;
}

FileLock::FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FileLock::~FileLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace migrate::server::detail
