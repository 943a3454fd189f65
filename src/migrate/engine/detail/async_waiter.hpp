#pragma once
#include <asio/awaitable.hpp>
#include <memory>
#include <mutex>

#include "migrate/engine/deadline.hpp"
#include "migrate/engine/detail/parking.hpp"
#include "migrate/engine/pool_waiter.hpp"

namespace migrate::engine::detail {

/// The waiter of coroutines. A wake is posted to the coroutine's executor; what it costs is paid by those who wait.
class AsyncWaiter final : public PoolWaiter {
 public:
  void wake() noexcept override {
    const std::lock_guard lock(mutex_);
    if (parked_ == nullptr) {
      woken_ = true;
    } else {
      Parking::signal(*parked_);
    }
  }

  /// Waits for the next wake(); one since the last wait counts.
  asio::awaitable<Woken> wait(Deadline deadline);

 private:
  std::mutex mutex_;
  std::shared_ptr<Parking::State> parked_;
  bool woken_ = false;
};

}  // namespace migrate::engine::detail
