#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "migrate/base/log.hpp"
#include "migrate/engine/connection_config.hpp"
#include "migrate/engine/deadline.hpp"

namespace migrate::engine {

/// What a pool is told when it is made.
struct PoolSettings {
  PoolOptions options;
  std::string database = "the database";               ///< for messages; without a password
  base::LogSink log;                                   ///< pool.connect, pool.discard …; called outside the lock
  std::chrono::nanoseconds patience{1'000'000};        ///< how long the first waiter may be overtaken
  std::chrono::nanoseconds ping_limit{2'000'000'000};  ///< a ping that takes longer has failed
  std::uint64_t jitter_seed = 0;                       ///< spreads pool_recycle; 0 = a random one
};

/// The same with durations that can be added to a point in time: none is longer than a century.
PoolSettings within_reason(PoolSettings settings);

/// When a connection made `now` is too old: after `recycle` less up to a tenth, so that connections made together do
/// not all end together. `draw` is any number; equal draws give equal jitter. A negative recycle is never.
Deadline::Clock::time_point pool_expiry(Deadline::Clock::time_point now, std::chrono::nanoseconds recycle,
                                        std::uint64_t draw);

/// Called with a connection that nobody else holds, outside the pool's lock, from any thread. Any may stay empty. A
/// throw costs that connection: it is closed. From `connect`, and from `checkout` on a new connection, it also reaches
/// the caller as a failed connect.
template <typename T>
struct PoolHooks {
  std::function<void(T&)> connect;   ///< a connection was made
  std::function<void(T&)> checkout;  ///< it is about to be lent
  std::function<void(T&)> checkin;   ///< it came back, is reset and may be kept
  std::function<void(T&)> close;     ///< it is about to be closed
};

}  // namespace migrate::engine
