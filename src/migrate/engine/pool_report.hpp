#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/engine/pool_hooks.hpp"
#include "migrate/engine/pool_settings.hpp"
#include "migrate/engine/pool_statistics.hpp"

/// The words of a pool: its errors and events.
namespace migrate::engine {

/// What a caller was doing when the deadline passed.
enum class PoolPhase { waiting, connecting, checking };

/// A caller that got nothing in time.
struct PoolTimeout {
  PoolPhase phase = PoolPhase::waiting;
  std::chrono::nanoseconds waited{};  ///< the whole time the caller spent
  std::vector<LeakReport> own;        ///< what its own thread holds
  std::vector<LeakReport> oldest;     ///< the oldest leases of all, some of them
};

/// Throws DatabaseTimeoutError with the pool's numbers.
[[noreturn]] void throw_pool_timeout(const PoolSettings& settings, const PoolStatistics& statistics,
                                     const PoolTimeout& timeout);
/// Throws DatabaseTimeoutError: max_waiters callers are in the queue.
[[noreturn]] void throw_pool_full(const PoolSettings& settings, const PoolStatistics& statistics);
/// Throws DatabaseArgumentError.
[[noreturn]] void throw_pool_closed(const PoolSettings& settings);
[[noreturn]] void throw_pool_forked(const PoolSettings& settings);
[[noreturn]] void throw_pool_in_use(const PoolSettings& settings);

/// "pool_size 5, max_overflow 10; 3 open (1 leased, 2 idle, 0 connecting, 0 closing; 0 overflow), 0 callers waiting"
[[nodiscard]] std::string to_string(const PoolStatistics& statistics);
/// A clause for messages: "it is older than pool_recycle".
[[nodiscard]] std::string_view to_string(CloseCause cause) noexcept;

/// Sends an event to the sink, if there is one.
void log_pool(const PoolSettings& settings, base::LogLevel level, std::string_view event,
              std::string_view text) noexcept;

}  // namespace migrate::engine
