#pragma once
#include <asio/awaitable.hpp>
#include <chrono>
#include <optional>
#include <type_traits>
#include <utility>

#include "migrate/engine/retry.hpp"

namespace migrate::engine {

/// Waits without blocking the thread. Throws DatabaseInterrupted when it is cancelled.
asio::awaitable<void> async_pause(std::chrono::nanoseconds time);

/// retry() for coroutines: attempt(n) -> awaitable<T>. `seams.sleep` is not used.
template <typename Attempt, typename IsTransient>
std::invoke_result_t<Attempt&, int> async_retry(RetryPolicy policy, Deadline deadline, Attempt attempt,
                                                IsTransient is_transient, RetrySeams seams) {
  for (int attempts = 1;; ++attempts) {
    std::optional<std::chrono::nanoseconds> pause;
    try {
      co_return co_await attempt(attempts);
    } catch (DatabaseError& error) {
      if (attempts > 1) error.set_attempts(attempts);
      if (is_transient(error)) pause = next_retry(policy, deadline, attempts, seams.chance());
      if (!pause) throw;
      if (seams.on_retry) seams.on_retry(error, attempts, *pause);
    }
    co_await async_pause(*pause);
  }
}

/// For a block that may be done twice; see retry(). block() -> awaitable<T>.
template <typename Block>
std::invoke_result_t<Block&> async_retry(RetryPolicy policy, Block block, RetryOptions options = {}) {
  const auto attempt = [&block](int) { return block(); };
  const auto is_transient = [](const DatabaseError& error) { return classify(error).retryable; };
  co_return co_await async_retry(policy, options.deadline, attempt, is_transient,
                                 with_log(options.seams, options.log, "block"));
}

}  // namespace migrate::engine
