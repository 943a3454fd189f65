#include "migrate/engine/shutdown.hpp"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <string>

#include "migrate/engine/error.hpp"

namespace migrate::engine {
namespace {

int timeout_of(Deadline deadline) {
  if (deadline.is_never()) return -1;
  // Rounded up, or the last millisecond would be spent in a busy loop.
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline.left()).count();
  return static_cast<int>(std::min<long long>(left, INT_MAX));
}

}  // namespace

ShutdownSignal::ShutdownSignal(std::initializer_list<int> signals) : signals_(signals) {
  sigemptyset(&watched_);
  for (const int number : signals_) sigaddset(&watched_, number);
  pthread_sigmask(SIG_BLOCK, &watched_, &before_);
  fd_ = signalfd(-1, &watched_, SFD_CLOEXEC | SFD_NONBLOCK);
  if (fd_ >= 0) return;
  const std::string reason = std::strerror(errno);
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  throw DatabaseError("cannot watch for signals: " + reason);
}

ShutdownSignal::~ShutdownSignal() {
  // What is pending would end the program the moment it is let through.
  const timespec now{};
  while (sigtimedwait(&watched_, nullptr, &now) > 0) continue;
  ::close(fd_);
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

std::optional<int> ShutdownSignal::wait(Deadline deadline) const {
  while (true) {
    pollfd watched{fd_, POLLIN, 0};
    const int ready = poll(&watched, 1, timeout_of(deadline));
    if (ready == 0 && deadline.passed()) return std::nullopt;
    if (ready <= 0) continue;
    // Looked at, not taken: whoever else waits is to see it too.
    sigset_t pending;
    sigpending(&pending);
    for (const int number : signals_) {
      if (sigismember(&pending, number) == 1) return number;
    }
  }
}

}  // namespace migrate::engine
