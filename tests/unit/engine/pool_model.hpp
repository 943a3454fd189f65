#pragma once
#include <array>
#include <chrono>
#include <deque>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "migrate/engine/pool_checkout.hpp"

namespace migrate::test {

/// The books of a pool and callers who do anything they may, in any order, on one thread and a clock that only the
/// model moves. After each step all that is open must be in exactly one hand, and the ledger must say the same.
class PoolModel {
 public:
  explicit PoolModel(std::uint64_t seed);

  /// One random move of somebody. What is wrong afterwards; empty: nothing.
  std::string step();
  /// Everybody finishes, nobody comes: no caller may be left waiting. What is wrong; empty: nothing.
  std::string settle();
  /// settle(), then the pool is shut and everything closed.
  std::string finish();
  /// What the pool was made with, and how often what happened.
  [[nodiscard]] std::string description() const;
  [[nodiscard]] std::uint64_t leases() const { return ledger_.statistics().leases; }

 private:
  using Step = engine::PoolCheckout::Step;
  using TimePoint = engine::Deadline::Clock::time_point;
  enum class Place { nowhere, idle_or_handed, caller, borrowed, dying, closed, detached };

  struct Session : engine::PoolSlot {
    Place place = Place::nowhere;
  };
  struct Waiter final : engine::PoolWaiter {
    void wake() noexcept override { woken = true; }
    bool woken = false;
  };
  struct Caller {
    Waiter waiter;
    std::unique_ptr<engine::PoolCheckout> checkout;  ///< empty: not asking
    bool holds = false;
  };

  static engine::PoolSettings settings_for(std::minstd_rand& random);
  bool chance(unsigned one_in) { return random_() % one_in == 0; }
  engine::FailureScope any_scope() { return chance(2) ? engine::FailureScope::pool : engine::FailureScope::connection; }
  template <typename Item>
  Item take_any(std::deque<Item>& items);
  Session& made();
  void seize(engine::PoolSlot* slot, Place from, Place to);
  void collect(engine::SlotList& retired);

  void act(Caller& caller);
  void ask(Caller& caller);
  void go_on(Caller& caller, bool smooth);
  void connect(Caller& caller, bool smooth);
  void use(Caller& caller, bool smooth);
  void after(Caller& caller);
  void leave(Caller& caller);
  void give_back(engine::PoolSlot& slot);
  void end_attempt(bool smooth);
  void end_borrowed();
  void end_ping(bool smooth);
  void close_one();
  void housekeeping();
  void administer();
  bool calm();
  std::string wrong() const;
  std::string miscounted(const engine::PoolStatistics& now) const;

  std::minstd_rand random_;
  engine::PoolSettings settings_;
  engine::PoolLedger ledger_;
  TimePoint now_{std::chrono::seconds(1)};
  TimePoint due_{};
  bool rung_ = true;
  bool suspended_ = false;
  std::array<Caller, 9> callers_;
  std::deque<Session> sessions_;
  std::deque<engine::PoolGrant> attempts_;  ///< connecting without a caller
  std::deque<engine::PoolSlot*> borrowed_;
  std::deque<engine::PoolSlot*> pinged_;  ///< borrowed by keepalive
  std::deque<engine::PoolSlot*> dying_;   ///< to be closed
  std::string fault_;
};

}  // namespace migrate::test
