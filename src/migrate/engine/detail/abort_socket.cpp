#include "migrate/engine/detail/abort_socket.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace migrate::engine::detail {

AbortSocket::~AbortSocket() {
  close();
}

void AbortSocket::open(int socket) noexcept {
  close();
  if (socket >= 0) descriptor_ = fcntl(socket, F_DUPFD_CLOEXEC, 0);
}

void AbortSocket::shut() const noexcept {
  if (descriptor_ >= 0) shutdown(descriptor_, SHUT_RDWR);
}

void AbortSocket::close() noexcept {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

}  // namespace migrate::engine::detail
