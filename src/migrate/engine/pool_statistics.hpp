#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace migrate::engine {

/// A consistent picture of a pool at one moment, and its counters since it was made.
struct PoolStatistics {
  std::size_t pool_size = 0;            ///< idle connections kept; 0 = no limit
  std::optional<std::size_t> capacity;  ///< connections open at most; nothing = no limit
  std::size_t open = 0;                 ///< idle + leased + connecting + closing, always
  std::size_t idle = 0;
  std::size_t leased = 0;
  std::size_t connecting = 0;
  std::size_t closing = 0;
  std::size_t waiting = 0;       ///< callers in the queue
  std::uint64_t generation = 0;  ///< raised by dispose() and by each loss of a connection of the current generation
  bool closed = false;

  std::uint64_t leases = 0;            ///< connections handed out
  std::uint64_t connects = 0;          ///< connections made
  std::uint64_t connect_failures = 0;  ///< including hooks that threw on a new connection
  std::uint64_t discards = 0;          ///< connections closed
  std::uint64_t waits = 0;             ///< callers that had to queue
  std::uint64_t hand_overs = 0;        ///< connections given straight to a waiter
  std::uint64_t timeouts = 0;          ///< callers that got nothing within their deadline
  std::string last_connect_error;      ///< empty: none yet

  [[nodiscard]] std::size_t overflow() const noexcept {
    return pool_size == 0 || open < pool_size ? 0 : open - pool_size;
  }
  /// The invariant that holds whenever a picture is taken.
  [[nodiscard]] bool consistent() const noexcept {
    return idle + leased + connecting + closing == open && (!capacity || open <= *capacity);
  }
};

}  // namespace migrate::engine
