#include "migrate/engine/detail/drive_sync.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace migrate::engine::detail {
namespace {

/// Milliseconds for poll(2), rounded up so that a deadline is over when it returns; -1 for ever.
int poll_time(Deadline deadline) {
  if (deadline.is_never()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline.left()).count();
  return static_cast<int>(std::clamp<long long>(left, 0, 3'600'000));
}

short events_of(Want want) {
  switch (want) {
    case Want::read:
      return POLLIN;
    case Want::write:
      return POLLOUT;
    default:
      return POLLIN | POLLOUT;
  }
}

/// A closed descriptor (POLLNVAL) is no interrupt.
bool rang(const pollfd& entry) {
  return (entry.revents & (POLLIN | POLLHUP | POLLERR)) != 0;
}

}  // namespace

DriveEnd drive_sync(Wire& wire, Deadline deadline, int interrupt_fd) {
  bool readable = false;
  for (;;) {
    const Want want = wire.step(readable);
    if (want == Want::done) return DriveEnd::done;
    readable = false;
    // poll(2) passes over descriptors below zero.
    std::array<pollfd, 2> entries{{{wire.socket(), events_of(want), 0}, {interrupt_fd, POLLIN, 0}}};
    const int ready = ::poll(entries.data(), entries.size(), poll_time(deadline));
    if (ready < 0 && errno != EINTR) return DriveEnd::timed_out;
    const bool socket_ready = ready > 0 && entries[0].revents != 0;
    if (socket_ready) readable = (entries[0].revents & ~POLLOUT) != 0;
    if (ready > 0 && !socket_ready && rang(entries[1])) return DriveEnd::interrupted;
    if (ready > 0 && (entries[1].revents & POLLNVAL) != 0) interrupt_fd = -1;
    if (socket_ready) {
      const bool out = deadline.passed() || rang(entries[1]);
      if (!out) continue;
      if (wire.step(readable) == Want::done) return DriveEnd::done;
      return rang(entries[1]) ? DriveEnd::interrupted : DriveEnd::timed_out;
    }
    if (deadline.passed()) return DriveEnd::timed_out;
  }
}

bool is_readable(int fd) noexcept {
  if (fd < 0) return false;
  pollfd entry{fd, POLLIN, 0};
  return ::poll(&entry, 1, 0) > 0 && rang(entry);
}

bool sleep_unless(int interrupt_fd, std::chrono::nanoseconds time) noexcept {
  const Deadline deadline = Deadline::after(time);
  while (!deadline.passed()) {
    pollfd entry{interrupt_fd, POLLIN, 0};
    const int ready = ::poll(&entry, 1, poll_time(deadline));
    if (ready > 0 && rang(entry)) return false;
    if (ready > 0) interrupt_fd = -1;
  }
  return true;
}

}  // namespace migrate::engine::detail
