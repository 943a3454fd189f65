#pragma once
#include <chrono>
#include <cstdint>
#include <string>

#include "migrate/base/log.hpp"
#include "migrate/engine/deadline.hpp"
#include "migrate/engine/pool_hooks.hpp"
#include "migrate/engine/pool_options.hpp"

namespace migrate::engine {

/// What a pool is told when it is made.
struct PoolSettings {
  PoolOptions options{};
  std::string database = "the database";                   ///< for messages; without a password
  base::LogSink log{};                                     ///< pool.connect, pool.discard …; called outside the lock
  std::chrono::nanoseconds patience{1'000'000};            ///< how long the first waiter may be overtaken
  std::chrono::nanoseconds connect_limit{60'000'000'000};  ///< for a connect that no caller waits for
  std::uint64_t jitter_seed = 0;                           ///< spreads pool_recycle and keepalive; 0 = a random one
};

/// The same with durations that can be added to a point in time: none is longer than a century.
PoolSettings within_reason(PoolSettings settings);

/// When a connection made `now` is too old: after `time` less up to a tenth, so that connections made together do not
/// all end together; of pings likewise. `draw` is any number; equal draws give equal jitter. A negative time is never.
Deadline::Clock::time_point pool_expiry(Deadline::Clock::time_point now, std::chrono::nanoseconds time,
                                        std::uint64_t draw);

}  // namespace migrate::engine
