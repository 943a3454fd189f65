#include "migrate/engine/async_retry.hpp"

#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <system_error>

namespace migrate::engine {

asio::awaitable<void> async_pause(std::chrono::nanoseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor,
                           std::chrono::duration_cast<asio::steady_timer::duration>(time));
  try {
    co_await timer.async_wait(asio::use_awaitable);
  } catch (const std::system_error&) {
    throw DatabaseInterrupted("interrupted while waiting to try again");
  }
}

}  // namespace migrate::engine
