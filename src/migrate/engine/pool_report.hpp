#pragma once
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "migrate/engine/pool_settings.hpp"
#include "migrate/engine/pool_statistics.hpp"

/// The words of a pool: its errors and events.
namespace migrate::engine {

/// What a caller was doing when the deadline passed.
enum class PoolPhase { waiting, connecting, checking };

/// Throws DatabaseTimeoutError with the pool's numbers. `held`: leases of the calling thread; `waited`: the whole time
/// the caller spent.
[[noreturn]] void throw_pool_timeout(const PoolSettings& settings, const PoolStatistics& statistics, PoolPhase phase,
                                     std::chrono::nanoseconds waited, std::size_t held);
/// Throws DatabaseArgumentError.
[[noreturn]] void throw_pool_closed(const PoolSettings& settings);
[[noreturn]] void throw_pool_forked(const PoolSettings& settings);
[[noreturn]] void throw_pool_in_use(const PoolSettings& settings);

/// Sends an event to the sink, if there is one.
void log_pool(const PoolSettings& settings, base::LogLevel level, std::string_view event,
              std::string_view text) noexcept;

}  // namespace migrate::engine
