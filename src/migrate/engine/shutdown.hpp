#pragma once
#include <chrono>
#include <csignal>
#include <initializer_list>
#include <optional>
#include <vector>

#include "migrate/base/log.hpp"
#include "migrate/engine/deadline.hpp"

namespace migrate::engine {

/// SIGTERM and SIGINT as something to wait for. To be made at the start of main, before there are other threads: it
/// blocks the signals in this thread and all that this one starts, so nothing is interrupted by them. Its descriptor
/// stays readable once a signal has come, and so also fits ConnectionHooks::interrupt_fd. Thread-safe.
class ShutdownSignal {
 public:
  /// Throws DatabaseError when the system refuses a descriptor.
  explicit ShutdownSignal(std::initializer_list<int> signals = {SIGTERM, SIGINT});
  /// The signals do again what they did before; one that came meanwhile is forgotten.
  ~ShutdownSignal();
  ShutdownSignal(const ShutdownSignal&) = delete;
  ShutdownSignal& operator=(const ShutdownSignal&) = delete;

  /// Waits for one of the signals: its number, or nothing when the deadline passes first. Every waiter gets it.
  std::optional<int> wait(Deadline deadline = Deadline::never()) const;
  [[nodiscard]] int fd() const noexcept { return fd_; }

 private:
  sigset_t before_{};
  sigset_t watched_{};
  std::vector<int> signals_;
  int fd_ = -1;
};

/// Closes gracefully: nothing more is leased, leases have `grace` to end, then their statements are cut off. For
/// anything with close(Deadline) and abort(): an Engine, or a Database's. True when nobody was cut off.
template <typename E>
bool shut_down(E& engine, std::chrono::nanoseconds grace) {
  if (engine.close(Deadline::after(grace))) return true;
  engine.abort();
  return false;
}

}  // namespace migrate::engine
