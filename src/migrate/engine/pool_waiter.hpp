#pragma once
#include <cstdint>

#include "migrate/engine/deadline.hpp"
#include "migrate/engine/pool_slot.hpp"

namespace migrate::engine {

/// What admission gives: an idle connection, now leased, or leave to make one.
struct PoolGrant {
  enum class Purpose {
    caller,   ///< the admitted caller makes it, and leases it
    whoever,  ///< the caller waits, or went away: whoever comes first
    fill      ///< min_idle or warm_up()
  };
  PoolSlot* slot = nullptr;      ///< nullptr: make a connection, then tell the ledger how that went
  std::uint64_t generation = 0;  ///< for the connection to be made
  Purpose purpose = Purpose::caller;
};

/// A caller in the queue. Whoever waits derives from it: a thread on a condition variable, a coroutine on its executor.
/// Must not be destroyed while it is in the queue.
class PoolWaiter {
 public:
  virtual ~PoolWaiter() = default;
  /// Something happened: ask the ledger again. Runs under the ledger's lock, so it must only signal; it must not call
  /// the ledger.
  virtual void wake() noexcept = 0;

  PoolWaiter* next = nullptr;
  PoolWaiter* previous = nullptr;

 private:
  friend class PoolLedger;
  enum class State { outside, queued, granted, refused };
  State state_ = State::outside;
  bool woken_ = false;
  Deadline::Clock::time_point since_{};
  PoolHolder holder_;
  PoolGrant grant_;
};

}  // namespace migrate::engine
