#include "migrate/engine/async_shutdown.hpp"

#include <asio/signal_set.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <csignal>

namespace migrate::engine {

asio::awaitable<int> async_wait_for_signal(std::vector<int> signals) {
  asio::signal_set set(co_await asio::this_coro::executor);
  for (const int number : signals) set.add(number);
  co_return co_await set.async_wait(asio::use_awaitable);
}

asio::awaitable<int> async_wait_for_signal() {
  return async_wait_for_signal(std::vector<int>{SIGTERM, SIGINT});
}

asio::awaitable<bool> async_shut_down(AsyncEngine engine, std::chrono::nanoseconds grace) {
  const bool drained = co_await engine.close(Deadline::after(grace));
  if (!drained) engine.abort();
  co_return drained;
}

}  // namespace migrate::engine
