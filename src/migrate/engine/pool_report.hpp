#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "migrate/engine/deadline.hpp"
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

/// When a connection made `now` is too old: after `recycle` less up to a tenth, so that connections made together do
/// not all end together. `draw` is any number; equal draws give equal jitter. A negative recycle is never.
Deadline::Clock::time_point pool_expiry(Deadline::Clock::time_point now, std::chrono::nanoseconds recycle,
                                        std::uint64_t draw);

}  // namespace migrate::engine
