#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "migrate/engine/pool_histogram.hpp"

namespace migrate::engine {

/// Why a pool closed a connection, or took it out.
enum class CloseCause {
  stale,           ///< older than the last loss that spoke for the pool, or than dispose()
  expired,         ///< older than pool_recycle
  idle,            ///< unused for idle_timeout
  surplus,         ///< beyond pool_size, or beyond what resize() left
  closed_by_peer,  ///< found closed by the server while it was idle
  ping_failed,     ///< the server did not answer a ping
  ping_cut,        ///< the caller's deadline cut the ping short: nothing is known
  lost,            ///< broke while it was in use
  invalidated,     ///< by its user
  not_reset,       ///< the reset did not succeed
  hook,            ///< a hook threw
  filtered,        ///< by retain()
  abandoned,       ///< its caller went away in the middle of a check
  detached,        ///< taken out by its user
  shut             ///< the pool was closed
};
inline constexpr std::size_t k_close_causes = static_cast<std::size_t>(CloseCause::shut) + 1;

/// Whether the connection was found gone; how far that reaches is for classify() to say.
[[nodiscard]] constexpr bool is_loss(CloseCause cause) noexcept {
  return cause == CloseCause::lost || cause == CloseCause::closed_by_peer || cause == CloseCause::ping_failed;
}

/// A consistent picture of a pool at one moment, and its counters since it was made.
struct PoolStatistics {
  std::size_t pool_size = 0;            ///< idle connections kept; 0 = no limit
  std::optional<std::size_t> capacity;  ///< connections open at most; nothing = no limit
  /// What `open` may not exceed now: the capacity, or more as long as leases are out that a resize() left no room for.
  std::optional<std::size_t> ceiling;
  std::size_t open = 0;  ///< idle + leased + connecting + closing, always
  std::size_t idle = 0;
  std::size_t leased = 0;  ///< including those that the pool itself is looking at
  std::size_t connecting = 0;
  std::size_t closing = 0;
  std::size_t waiting = 0;       ///< callers in the queue
  std::uint64_t generation = 0;  ///< raised by dispose() and by each loss that speaks for all of this generation
  bool suspended = false;
  bool closed = false;

  std::uint64_t leases = 0;            ///< connections handed out
  std::uint64_t connects = 0;          ///< connections made
  std::uint64_t connect_failures = 0;  ///< including hooks that threw on a new connection
  std::uint64_t discards = 0;          ///< connections closed
  std::uint64_t waits = 0;             ///< callers that had to queue
  std::uint64_t hand_overs = 0;        ///< connections given straight to a waiter
  std::uint64_t timeouts = 0;          ///< callers that got nothing within their deadline
  std::uint64_t refusals = 0;          ///< callers sent away because the queue was full
  std::uint64_t leaks = 0;             ///< leases that outlasted leak_threshold
  std::uint64_t keepalives = 0;        ///< idle connections that upkeep has pinged, or found gone before
  std::string last_connect_error;      ///< empty: none yet

  std::array<std::uint64_t, k_close_causes> causes{};  ///< connections ended, by CloseCause
  LatencyDistribution wait;                            ///< of the callers that had to queue, also in vain
  LatencyDistribution connect;                         ///< of connects that succeeded, with their hooks
  LatencyDistribution use;                             ///< of leases, from checkout to the end of the reset

  [[nodiscard]] std::uint64_t ended(CloseCause cause) const noexcept { return causes[static_cast<std::size_t>(cause)]; }
  [[nodiscard]] std::size_t overflow() const noexcept {
    return pool_size == 0 || open < pool_size ? 0 : open - pool_size;
  }
  /// The invariant that holds whenever a picture is taken.
  [[nodiscard]] bool consistent() const noexcept {
    return idle + leased + connecting + closing == open && (!ceiling || open <= *ceiling);
  }
};

}  // namespace migrate::engine
