#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <string_view>

#include "migrate/base/log.hpp"
#include "migrate/engine/connection_config.hpp"
#include "migrate/engine/deadline.hpp"
#include "migrate/engine/error.hpp"

namespace migrate::engine {

/// The pause before retry `retry` (from 1): `chance` in [0, 1] of a ceiling that starts at policy.base, doubles each
/// time and never exceeds policy.cap. With a uniform `chance` this is full jitter: clients that failed together do not
/// come back together.
std::chrono::nanoseconds retry_pause(const RetryPolicy& policy, int retry, double chance);

/// A number in [0, 1), different in every thread and process. Thread-safe.
double random_chance();

/// Blocks this thread. Always true.
bool sleep_thread(std::chrono::nanoseconds time);

/// How a retry waits and what it tells, so that tests need neither time nor luck.
struct RetrySeams {
  std::function<double()> chance = random_chance;
  /// Waits; false: the caller wants out, give up at once.
  std::function<bool(std::chrono::nanoseconds)> sleep = sleep_thread;
  /// Before each pause: the failure, the attempts made so far and the pause.
  std::function<void(const DatabaseError&, int attempts, std::chrono::nanoseconds pause)> on_retry;
};

/// Whether to try again after `attempts` attempts, and after which pause. Nothing: the policy or the deadline is
/// exhausted. A pause is never begun that the deadline would cut short: the last failure is worth more than waiting.
std::optional<std::chrono::nanoseconds> next_retry(const RetryPolicy& policy, Deadline deadline, int attempts,
                                                   double chance);

/// Calls `attempt(n)`, n = 1, 2 …, until it returns. Of the DatabaseErrors it throws, those for which `is_transient` is
/// true are tried again; the last one reaches the caller. `seams.sleep` saying no ends it with the last one too.
template <typename Attempt, typename IsTransient>
auto retry(const RetryPolicy& policy, Deadline deadline, Attempt&& attempt, IsTransient&& is_transient,
           const RetrySeams& seams) {
  for (int attempts = 1;; ++attempts) {
    try {
      return attempt(attempts);
    } catch (DatabaseError& error) {
      if (attempts > 1) error.set_attempts(attempts);
      if (!is_transient(error)) throw;
      const auto pause = next_retry(policy, deadline, attempts, seams.chance());
      if (!pause) throw;
      if (seams.on_retry) seams.on_retry(error, attempts, *pause);
      if (!seams.sleep(*pause)) throw;
    }
  }
}

/// How a block is run again.
struct RetryOptions {
  Deadline deadline = Deadline::never();  ///< no pause goes beyond it
  base::LogSink log;                      ///< gets "block.retry"
  RetrySeams seams;
};

/// Announces each retry of `what` as "<what>.retry".
RetrySeams with_log(RetrySeams seams, const base::LogSink& log, std::string_view what);

/// For a block that may be done twice: runs it until it returns, again after failures that may pass (classify), with
/// the policy's pauses. It should lease its connection inside. The last failure reaches the caller, with its count of
/// attempts. Whole transactions that the server rolled back are SessionFactory::with's business.
template <typename Block>
auto retry(const RetryPolicy& policy, Block&& block, const RetryOptions& options = {}) {
  return retry(
      policy, options.deadline, [&](int) { return block(); },
      [](const DatabaseError& error) { return classify(error).retryable; },
      with_log(options.seams, options.log, "block"));
}

}  // namespace migrate::engine
