#pragma once
#include <chrono>

#include "migrate/engine/pool_ledger.hpp"
#include "migrate/engine/pool_report.hpp"

namespace migrate::engine {

/// One caller's way to a connection, without I/O: says what is to be done next, and is told how that went. Driven by
/// PoolCore for threads and by the asynchronous pool for coroutines, so that both keep the same order of checks.
///
/// The caller's deadline and pool_timeout, whichever is earlier, bound everything together. Used by one thread at a
/// time; must live until it is lent, refused or abandoned. Each answer returns the next step.
class PoolCheckout {
 public:
  using TimePoint = Deadline::Clock::time_point;
  enum class Step {
    wait,       ///< until the waiter is woken or deadline() has passed; then woken() or expired()
    connect,    ///< make a connection, with its hooks, within deadline(); then connected(), connect_failed() or
                ///< delegated()
    probe,      ///< look at slot() without a round trip; then probed()
    ping,       ///< a round trip on slot() within ping_deadline(); then pinged()
    hook,       ///< run the checkout hook on slot(); then hooked()
    close,      ///< close slot() and free it; then closed()
    surrender,  ///< it came too late: end the lease of slot() as a user would; then surrendered()
    lent,       ///< slot() is the caller's
    refused     ///< it gets none: throw_refusal()
  };

  /// The ledger, the settings and the waiter must outlive it. `hooks`: whether there is a checkout hook.
  PoolCheckout(PoolLedger& ledger, const PoolSettings& settings, PoolWaiter& waiter, PoolHolder holder, bool hooks)
      : ledger_(ledger), settings_(settings), waiter_(waiter), holder_(holder), hooks_(hooks) {}

  Step start(Deadline limit, TimePoint now);
  Step woken(TimePoint now);
  Step expired(TimePoint now);
  /// `reach`: how far the loss reaches, when it is one.
  Step probed(bool alive, FailureScope reach, TimePoint now);
  Step pinged(bool answered, FailureScope reach, TimePoint now);
  Step hooked(bool done);
  Step closed(TimePoint now);
  /// The connection exists; connecting began at `begun`.
  Step connected(PoolSlot& slot, TimePoint begun, TimePoint now);
  /// It does not. The caller may be told the error itself, unless late(): then throw_refusal().
  void connect_failed(std::string error, TimePoint now);
  /// Someone else goes on connecting for grant() and will call the ledger's supply() or connect_failed() with it.
  Step delegated(TimePoint now);
  Step surrendered() noexcept { return step_ = Step::refused; }

  /// The caller goes away, in the middle of any step but lent and refused. What is in `retired` then is to be closed,
  /// each followed by the ledger's closed(). In the step connect the attempt ends too, unless it was delegated: after
  /// `hand_on`, someone else goes on with grant() as after delegated().
  void abandon(TimePoint now, SlotList& retired, bool hand_on = false);

  [[nodiscard]] Step step() const noexcept { return step_; }
  [[nodiscard]] PoolSlot* slot() const noexcept { return grant_.slot; }
  [[nodiscard]] const PoolGrant& grant() const noexcept { return grant_; }
  [[nodiscard]] Deadline deadline() const noexcept { return deadline_; }
  [[nodiscard]] Deadline ping_deadline(TimePoint now) const {
    return deadline_.earlier(Deadline::at(now + settings_.options.ping_timeout));
  }
  [[nodiscard]] bool late(TimePoint now) const { return deadline_.passed(now); }
  /// Why slot() is to be closed, in the step close.
  [[nodiscard]] CloseCause cause() const noexcept { return cause_; }
  /// Throws DatabaseTimeoutError with the pool's numbers, or DatabaseArgumentError when the pool is closed.
  [[noreturn]] void throw_refusal(TimePoint now);

 private:
  enum class Refusal { timeout, closed, full };

  Step settle(PoolLedger::Answer answer, TimePoint now);
  Step examine(TimePoint now);
  Step pass_to_hook() noexcept;
  Step reject(CloseCause cause, FailureScope reach = FailureScope::connection);
  Step refuse(PoolPhase phase) noexcept;
  Step clear() noexcept;

  PoolLedger& ledger_;
  const PoolSettings& settings_;
  PoolWaiter& waiter_;
  PoolHolder holder_;
  bool hooks_;
  Step step_ = Step::refused;
  TimePoint begin_{};
  Deadline deadline_ = Deadline::never();
  PoolGrant grant_;
  SlotList retired_;  ///< to be closed before the caller is refused
  CloseCause cause_ = CloseCause::stale;
  Refusal refusal_ = Refusal::timeout;
  PoolPhase phase_ = PoolPhase::waiting;
  bool last_ = false;  ///< nothing is tried after this close
};

}  // namespace migrate::engine
