#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "migrate/engine/connection_config.hpp"
#include "migrate/engine/deadline.hpp"
#include "migrate/engine/pool_slot.hpp"
#include "migrate/engine/pool_statistics.hpp"

namespace migrate::engine {

/// What admission gives: an idle connection, now leased, or leave to make one.
struct PoolGrant {
  PoolSlot* slot = nullptr;      ///< nullptr: make a connection, then call connected() or connect_failed()
  std::uint64_t generation = 0;  ///< for the connection to be made
};

/// A caller in the queue. Whoever waits derives from it: a thread on a condition variable, a coroutine on its executor.
class PoolWaiter {
 public:
  virtual ~PoolWaiter() = default;
  /// Something happened: call PoolLedger::poll(). Runs under the ledger's lock, so it must only signal.
  virtual void wake() noexcept = 0;

  PoolWaiter* next = nullptr;
  PoolWaiter* previous = nullptr;

 private:
  friend class PoolLedger;
  enum class State { outside, queued, granted, refused };
  State state_ = State::outside;
  bool woken_ = false;
  Deadline::Clock::time_point since_{};
  PoolGrant grant_;
};

/// The books of a pool: who holds, who waits, how many may still be opened. No I/O, no clock, no allocation, one mutex.
///
/// Idle connections form a stack, waiters a queue. A connection that comes back is handed to the first waiter once that
/// one has waited for `patience`; before, the waiter is only woken and a running thread may be quicker. That bounds
/// overtaking, and spares a context switch per lease under load. Every path that frees something wakes a waiter.
/// Thread-safe. `now` is passed in by the caller and must come from one monotonic clock.
class PoolLedger {
 public:
  using TimePoint = Deadline::Clock::time_point;
  enum class Answer { granted, wait, closed };

  PoolLedger(int pool_size, int max_overflow, std::chrono::nanoseconds patience);

  /// Admission without waiting. `grant` is set when the answer is granted.
  Answer try_enter(PoolGrant& grant, TimePoint now);
  /// The same, but queues `waiter` when the answer is wait. The waiter must then poll() until it is not, or leave().
  Answer enter(PoolWaiter& waiter, PoolGrant& grant, TimePoint now);
  /// To be called after each wake().
  Answer poll(PoolWaiter& waiter, PoolGrant& grant, TimePoint now);
  /// Gives up. Answers wait when the waiter left empty-handed, else what it had been given in the meantime.
  Answer leave(PoolWaiter& waiter, PoolGrant& grant, TimePoint now);

  /// The connection promised by a grant exists and is leased by this thread. False: the pool is closed; then it counts
  /// as closing, and the caller closes it and calls closed().
  bool connected(PoolSlot& slot, std::uint64_t generation);
  /// It does not exist: the attempt failed, with this error.
  void connect_failed(std::string error, TimePoint now);
  /// It does not exist: nothing was attempted.
  void connect_abandoned(TimePoint now);

  /// Ends a lease. What must be closed is moved to `retired` and counts as closing until closed() is called.
  void give_back(PoolSlot& slot, TimePoint now, SlotList& retired);
  /// Ends a lease of a connection that cannot be reused; it counts as closing. `lost`: the server is gone from it, and
  /// with the first of its generation all older ones are under suspicion.
  void retire(PoolSlot& slot, bool lost);
  void closed(std::size_t count, TimePoint now);
  /// closed(1), and the freed place goes to the caller, who was admitted before.
  Answer replace(PoolGrant& grant, TimePoint now);

  /// Idle connections move to `retired`, leased ones are retired as they come back.
  void dispose(SlotList& retired);
  /// Ends admission for good: waiters are refused, idle connections move to `retired`. Idempotent.
  void shut(SlotList& retired);
  /// Waits until nothing is open. False when the deadline passes first.
  bool drained(Deadline deadline);

  void count_timeout();
  [[nodiscard]] bool used() const;
  [[nodiscard]] PoolStatistics statistics() const;
  /// Leases given to the calling thread that have not come back.
  [[nodiscard]] std::size_t held_by_this_thread() const;

 private:
  // All of these run under the lock.
  [[nodiscard]] bool available() const;
  Answer admit(PoolGrant& grant, TimePoint now);
  static Answer collect(PoolWaiter& waiter, PoolGrant& grant);
  PoolGrant take();
  void lend(PoolSlot& slot);
  void grant_first();
  void serve(TimePoint now);
  void free_places(std::size_t count, TimePoint now);
  void reap(TimePoint now, SlotList& retired);
  void retire_idle(SlotList& retired);
  void check() const;

  const std::chrono::nanoseconds patience_;
  mutable std::mutex mutex_;
  std::condition_variable empty_;
  SlotList idle_;  ///< newest first
  SlotList leased_;
  LinkedList<PoolWaiter> waiting_;  ///< oldest first
  PoolStatistics counts_;           ///< idle, leased and waiting are the lists' sizes
};

}  // namespace migrate::engine
