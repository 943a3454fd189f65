#pragma once
#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <utility>

#include "migrate/engine/error.hpp"
#include "migrate/engine/fork_mark.hpp"
#include "migrate/engine/lease.hpp"
#include "migrate/engine/pool_checkout.hpp"
#include "migrate/engine/pool_hooks.hpp"
#include "migrate/engine/pool_ledger.hpp"
#include "migrate/engine/pool_report.hpp"
#include "migrate/engine/pool_settings.hpp"
#include "migrate/engine/thread_waiter.hpp"
#include "migrate/engine/upkeep_thread.hpp"

namespace migrate::engine {

/// The inside of Pool<Source>, shared with its leases: does the I/O that the ledger decides on, outside its lock.
template <typename Source>
class PoolCore final : public LeaseHome<typename Source::Connection>,
                       public std::enable_shared_from_this<PoolCore<Source>> {
 public:
  using Connection = typename Source::Connection;
  using Pooled = PooledConnection<Connection>;
  using TimePoint = Deadline::Clock::time_point;

  PoolCore(Source source, PoolSettings settings)
      : source_(std::move(source)),
        settings_(within_reason(std::move(settings))),
        ledger_(settings_),
        draws_(settings_.jitter_seed != 0 ? settings_.jitter_seed : std::random_device{}()) {
    if (settings_.options.min_idle > 0) ledger_.set_bell(upkeep_.bell());
  }

  Lease<Connection> acquire(Deadline limit, const std::source_location& site);
  void take_back(Pooled& connection, bool discard) noexcept override;
  Connection take_out(Pooled& connection) noexcept override;

  std::size_t warm_up(std::size_t count, Deadline deadline);
  std::size_t retain(const std::function<bool(Connection&)>& wanted);
  void resize(int pool_size, int max_overflow);
  void suspend() { ledger_.suspend(); }
  void resume() { ledger_.resume(source_.now()); }
  bool close(Deadline deadline);
  void shut() noexcept;
  void dispose() noexcept;
  void abort() noexcept;
  void set_hooks(PoolHooks<Connection> hooks) {
    if (ledger_.used()) throw_pool_in_use(settings_);
    hooks_ = std::move(hooks);
  }
  [[nodiscard]] PoolStatistics statistics() const { return ledger_.statistics(); }

 private:
  using Step = PoolCheckout::Step;
  using Hook = std::function<void(Connection&)>;
  struct Attempt;

  Step advance(PoolCheckout& checkout, ThreadWaiter& waiter, std::shared_ptr<Attempt>& attempt, TimePoint& now);
  Step wait(PoolCheckout& checkout, ThreadWaiter& waiter, const std::shared_ptr<Attempt>& attempt, TimePoint& now);
  Step connect(PoolCheckout& checkout, TimePoint& now);
  Step connect_apart(PoolCheckout& checkout, ThreadWaiter& waiter, std::shared_ptr<Attempt>& attempt, TimePoint& now);
  void run_apart(Attempt& attempt) noexcept;
  Step close(PoolCheckout& checkout, TimePoint& now);
  std::unique_ptr<Pooled> make(Deadline deadline, bool lent);
  void prepare(Connection& connection, bool lent);
  std::string tell_failure(const std::exception_ptr& error) noexcept;

  [[nodiscard]] FailureScope loss_scope(Connection& connection) noexcept;
  bool reset(Connection& connection) noexcept;
  void retire(Pooled& connection, CloseCause cause) noexcept;
  void destroy(PoolSlot& slot) noexcept;
  void close_all(SlotList& retired) noexcept;
  void supply(std::unique_ptr<Pooled> made, const PoolGrant& grant, TimePoint begun) noexcept;

  void begin_upkeep() noexcept;
  std::chrono::nanoseconds tend() noexcept;
  bool fill(const PoolGrant& grant) noexcept;
  bool keep_alive(TimePoint now) noexcept;
  void tell(const LeakReport& leak) noexcept;

  bool run(const Hook& hook, std::string_view name, Connection& connection) noexcept;
  void report(std::string_view during, const std::exception_ptr& error) noexcept;
  static std::string text(const std::exception_ptr& error) noexcept;

  Source source_;
  const PoolSettings settings_;
  PoolHooks<Connection> hooks_;
  PoolLedger ledger_;
  ForkMark fork_;
  std::atomic<std::uint64_t> draws_;
  std::mutex first_;
  std::atomic<bool> first_done_{false};
  UpkeepThread upkeep_;
};

}  // namespace migrate::engine

#include "migrate/engine/pool_checkin.hpp"  // IWYU pragma: export
#include "migrate/engine/pool_connect.hpp"  // IWYU pragma: export
#include "migrate/engine/pool_lending.hpp"  // IWYU pragma: export
#include "migrate/engine/pool_tending.hpp"  // IWYU pragma: export
