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

/// What a wait ended with.
struct Ready {
  bool readable = false;  ///< the socket, perhaps
  bool rang = false;      ///< the interrupt
  bool late = false;
};

Ready wait(int fd, Want want, Deadline deadline, int interrupt_fd) {
  for (;;) {
    // poll(2) passes over descriptors below zero.
    std::array<pollfd, 2> entries{{{fd, events_of(want), 0}, {interrupt_fd, POLLIN, 0}}};
    const int ready = ::poll(entries.data(), entries.size(), poll_time(deadline));
    if (ready < 0 && errno != EINTR) return {false, false, true};
    const Ready seen{ready > 0 && (entries[0].revents & ~POLLOUT) != 0, ready > 0 && rang(entries[1]),
                     !deadline.is_never() && deadline.passed()};
    if (ready > 0 && entries[0].revents != 0) return seen;
    if (seen.rang || seen.late) return seen;
    if (ready > 0 && (entries[1].revents & POLLNVAL) != 0) interrupt_fd = -1;
  }
}

}  // namespace

DriveEnd drive_sync(Wire& wire, Deadline deadline, int interrupt_fd) {
  Ready ready;
  for (;;) {
    const Want want = wire.step(ready.readable);
    if (want == Want::done) return DriveEnd::done;
    // What the socket brought in the same moment is taken first: done is done.
    if (ready.rang) return DriveEnd::interrupted;
    if (ready.late) return DriveEnd::timed_out;
    ready = wait(wire.socket(), want, deadline, interrupt_fd);
  }
}

void drive_sync(Operation& operation, int interrupt_fd) {
  Ready ready;
  for (;;) {
    Want want = operation.step(ready.readable);
    if (want == Want::done) return;
    if (ready.rang || ready.late) {
      operation.cut(ready.rang ? Cut::interrupt : Cut::timeout);
      want = operation.step(false);
      if (want == Want::done) return;
    }
    ready = wait(operation.fd(), want, operation.deadline(), operation.is_cut() ? -1 : interrupt_fd);
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
