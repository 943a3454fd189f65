#pragma once
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "migrate/engine/failure.hpp"
#include "migrate/engine/pool_settings.hpp"
#include "migrate/engine/pool_statistics.hpp"
#include "migrate/engine/pool_upkeep.hpp"
#include "migrate/engine/pool_waiter.hpp"

namespace migrate::engine {

/// The books of a pool: who holds, who waits, how many may still be opened. No I/O, no clock, one mutex; leasing and
/// returning allocate nothing.
/// A connection that comes back is handed to the first waiter once that one has waited for `patience`; before, the
/// waiter is only woken and a running thread may be quicker. That bounds overtaking, and spares a context switch per
/// lease under load. Every path that frees something wakes a waiter. Thread-safe. `now` must come from one monotonic
/// clock.
class PoolLedger {
 public:
  using TimePoint = Deadline::Clock::time_point;
  enum class Answer { granted, wait, closed, full };

  /// Throws DatabaseArgumentError for options that cannot be.
  explicit PoolLedger(const PoolSettings& settings);

  /// Admission without waiting. `grant` is set when the answer is granted.
  Answer try_enter(const PoolHolder& holder, PoolGrant& grant, TimePoint now);
  /// The same, but queues `waiter` when the answer is wait. The waiter must then poll() until it is not, or leave().
  Answer enter(PoolWaiter& waiter, const PoolHolder& holder, PoolGrant& grant, TimePoint now);
  /// Someone else goes on making the connection of `grant`, and will supply() it. New callers rather wait for it than
  /// make one more.
  void delegate(PoolGrant& grant);
  /// The same, and queues its caller, ahead of all others.
  void delegate(PoolWaiter& waiter, const PoolHolder& holder, PoolGrant& grant, TimePoint now);
  /// To be called after each wake().
  Answer poll(PoolWaiter& waiter, PoolGrant& grant, TimePoint now);
  /// Gives up. Answers wait when the waiter left empty-handed, else what it had been given in the meantime.
  Answer leave(PoolWaiter& waiter, PoolGrant& grant, TimePoint now);

  /// The connection promised by a grant exists and is leased by `holder`; connecting began at `begun`. False: the pool
  /// is closed; then it counts as closing, and the caller closes it and calls closed().
  bool connected(PoolSlot& slot, const PoolHolder& holder, std::uint64_t generation, TimePoint begun, TimePoint now);
  /// It exists, and is for whoever comes first. What must be closed is moved to `retired`.
  void supply(PoolSlot& slot, const PoolGrant& grant, TimePoint begun, TimePoint now, SlotList& retired);
  /// It does not exist: the attempt failed, with this error.
  void connect_failed(const PoolGrant& grant, std::string error, TimePoint now);
  /// It does not exist: nothing was attempted.
  void connect_abandoned(const PoolGrant& grant, TimePoint now);

  /// Ends a lease. What must be closed is moved to `retired` and counts as closing until closed() is called.
  void give_back(PoolSlot& slot, TimePoint now, SlotList& retired);
  /// Ends a lease of a connection that cannot be reused; it counts as closing. `reach`: of a loss. The first of its
  /// generation that speaks for the pool puts all older ones out of use.
  void retire(PoolSlot& slot, CloseCause cause, TimePoint now, FailureScope reach = FailureScope::connection);
  /// The same for one that was never lent: it did not pass the checks of a checkout.
  void reject(PoolSlot& slot, CloseCause cause, FailureScope reach = FailureScope::connection);
  void closed(std::size_t count, TimePoint now);
  /// closed(1), and the freed place goes to the caller, who was admitted before. Without a place any more, the caller
  /// is queued ahead of all others.
  Answer replace(PoolWaiter& waiter, const PoolHolder& holder, PoolGrant& grant, TimePoint now);

  /// Leave to make one more connection while fewer than `wanted` are open.
  bool reserve(std::size_t wanted, PoolGrant& grant);
  /// The next idle connection that `round` has not seen, now held by the pool; nullptr: none is left. Rounds are
  /// numbers from next_round().
  PoolSlot* borrow(std::uint64_t round);
  std::uint64_t next_round();
  /// Puts a borrowed one back where it was.
  void restore(PoolSlot& slot, TimePoint now, SlotList& retired);
  /// An idle connection that keepalive wants pinged, now held by the pool; nullptr: none.
  PoolSlot* borrow_silent(TimePoint now);
  /// It has answered: puts it back. Else it is to be retired.
  void keep(PoolSlot& slot, TimePoint now, SlotList& retired);

  /// What is due at `now`; when to come again, unless the bell rings.
  TimePoint upkeep(TimePoint now, PoolUpkeep& work);
  /// Called under the lock when upkeep() is due earlier than it said: it must only signal. Before the first use.
  void set_bell(std::function<void()> bell);

  /// New limits. Leases beyond them end when they come back; what must be closed now is moved to `retired`.
  void resize(int pool_size, int max_overflow, TimePoint now, SlotList& retired);
  /// Nothing is lent or made; callers wait.
  void suspend();
  void resume(TimePoint now);
  /// Idle connections move to `retired`, leased ones follow as they come back.
  void dispose(SlotList& retired);
  /// Ends admission for good: waiters are refused, idle connections move to `retired`. Idempotent.
  void shut(SlotList& retired);
  /// Waits until nothing is open. False when the deadline passes first.
  bool drained(Deadline deadline);
  /// The same for who cannot block: true when nothing is open, else `waiter` is woken, once, when that comes. It must
  /// call leave_empty() if it is destroyed before.
  bool when_empty(PoolWaiter& waiter);
  void leave_empty(PoolWaiter& waiter);
  /// Under the lock, for each leased connection.
  void visit_leased(const std::function<void(PoolSlot&)>& visit);
  void count_timeout();
  [[nodiscard]] bool used() const;
  [[nodiscard]] PoolStatistics statistics() const;
  /// The leases of `thread`, or of all when it is empty: oldest first, at most `limit`.
  [[nodiscard]] std::vector<LeakReport> holders(std::thread::id thread, TimePoint now, std::size_t limit) const;

 private:
  // Under the lock.
  [[nodiscard]] bool room() const;
  [[nodiscard]] bool available(std::size_t callers) const;
  [[nodiscard]] bool short_of_idle() const;
  [[nodiscard]] std::optional<CloseCause> unfit(const PoolSlot& slot, TimePoint now) const;
  Answer admit(const PoolHolder& holder, PoolGrant& grant, TimePoint now);
  void enqueue(PoolWaiter& waiter, const PoolHolder& holder, TimePoint now, bool ahead);
  Answer collect(PoolWaiter& waiter, PoolGrant& grant);
  PoolGrant take(const PoolHolder& holder, TimePoint now);
  void lend(PoolSlot& slot, const PoolHolder& holder, TimePoint now);
  void grant_first(TimePoint now);
  void serve(TimePoint now);
  void shelve(PoolSlot& slot, TimePoint now, SlotList& retired);
  void free_places(std::size_t count, TimePoint now);
  void condemn(PoolSlot& slot, CloseCause cause, FailureScope reach);
  void end(PoolSlot& slot, CloseCause cause, SlotList& retired);
  bool reap(PoolSlot& slot, TimePoint now, SlotList& retired);
  void not_connecting(const PoolGrant& grant);
  void retire_idle(CloseCause cause, SlotList& retired);
  void hold(PoolSlot& slot);
  void put_back(PoolSlot& slot, TimePoint now, SlotList& retired);
  void note_answer(PoolSlot& slot, TimePoint now);
  void plan_fills(PoolUpkeep& work);
  void find_leaks(TimePoint now, PoolUpkeep& work);
  [[nodiscard]] TimePoint next_due(TimePoint now) const;
  void ring();
  void check() const;

  PoolOptions options_;
  const std::chrono::nanoseconds patience_;
  mutable std::mutex mutex_;
  std::condition_variable empty_;
  SlotList idle_;                   ///< newest first
  SlotList leased_;                 ///< newest first
  LinkedList<PoolWaiter> waiting_;  ///< oldest first
  LinkedList<PoolWaiter> leaving_;  ///< for the last connection to be closed
  PoolStatistics counts_;           ///< idle, leased and waiting are the lists' sizes
  std::uint64_t rounds_ = 0;
  std::uint64_t draws_;                     ///< spread keepalive
  std::size_t promised_ = 0;                ///< connections being made for whoever comes first
  std::size_t filling_ = 0;                 ///< connections being made for min_idle
  std::chrono::nanoseconds fill_pause_{0};  ///< after a fill that failed
  TimePoint next_fill_{};
  std::function<void()> bell_;
  bool rung_ = false;
  LatencyHistogram wait_, connect_, use_;
};

}  // namespace migrate::engine
