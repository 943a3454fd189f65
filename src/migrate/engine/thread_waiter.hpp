#pragma once
#include <condition_variable>
#include <mutex>

#include "migrate/engine/pool_waiter.hpp"

namespace migrate::engine {

/// The waiter of blocking callers: a thread asleep on a condition variable of its own.
class ThreadWaiter final : public PoolWaiter {
 public:
  void wake() noexcept override {
    // Notified under the lock: once it is free, the sleeper may have destroyed this object.
    const std::lock_guard lock(mutex_);
    woken_ = true;
    awake_.notify_one();
  }

  /// Sleeps until the next wake(), and no longer than `limit` from `now`. False when that was too short.
  bool sleep(Deadline limit, Deadline::Clock::time_point now) {
    std::unique_lock lock(mutex_);
    const auto woken = [this] { return woken_; };
    if (limit.is_never()) {
      awake_.wait(lock, woken);
    } else if (!awake_.wait_for(lock, limit.left(now), woken)) {
      return false;
    }
    woken_ = false;
    return true;
  }

 private:
  std::mutex mutex_;
  std::condition_variable awake_;
  bool woken_ = false;
};

}  // namespace migrate::engine
