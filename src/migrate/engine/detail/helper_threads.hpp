#pragma once
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

namespace migrate::engine::detail {

/// A few threads for calls that block whatever one does, such as looking up a host name. Started when there is
/// something to do, ended after `idle` without work. Thread-safe.
class HelperThreads {
 public:
  explicit HelperThreads(std::size_t most, std::chrono::milliseconds idle = std::chrono::seconds(1));
  /// Jobs not begun are dropped. One that runs is given a moment, then left to itself: the call it is in may never end.
  ~HelperThreads();
  HelperThreads(const HelperThreads&) = delete;
  HelperThreads& operator=(const HelperThreads&) = delete;

  /// Runs `job`, which must not throw and must own all it uses, now or when a thread is free. Throws std::system_error
  /// when no thread can be started at all.
  void run(std::function<void()> job);

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace migrate::engine::detail
