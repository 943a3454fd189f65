#include "migrate/engine/detail/async_waiter.hpp"

#include <asio/this_coro.hpp>

namespace migrate::engine::detail {

asio::awaitable<Woken> AsyncWaiter::wait(Deadline deadline) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const Parking parking(executor);
  {
    const std::lock_guard lock(mutex_);
    parked_ = parking.state();
    if (woken_) Parking::signal(*parked_);
    woken_ = false;
  }
  const Woken woken = co_await parking.wait(deadline);
  const std::lock_guard lock(mutex_);
  parked_ = nullptr;
  co_return woken;
}

}  // namespace migrate::engine::detail
