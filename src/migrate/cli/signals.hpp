#pragma once
#include <atomic>
#include <thread>

namespace migrate::cli {

/// Turns SIGINT and SIGTERM into a readable descriptor. While protected work runs, the first signal only makes the
/// descriptor readable, so that the database can be left in order; a second one, or any signal outside protected work,
/// ends the process at once. Make one object, before any other thread.
class SignalWatch {
 public:
  SignalWatch();
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  /// Readable once a signal came; never read from it.
  [[nodiscard]] int descriptor() const noexcept { return interrupt_; }
  /// SIGINT, SIGTERM, or 0 when none came.
  [[nodiscard]] int received() const noexcept { return received_; }
  void protect(bool on) noexcept { protected_ = on; }

 private:
  void watch();
  int signals_ = -1;
  int interrupt_ = -1;
  int stop_ = -1;
  std::atomic<int> received_{0};
  std::atomic<bool> protected_{false};
  std::thread thread_;
};

}  // namespace migrate::cli
