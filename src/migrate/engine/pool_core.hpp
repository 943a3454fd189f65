#pragma once
#include <atomic>
#include <exception>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include "migrate/engine/error.hpp"
#include "migrate/engine/fork_mark.hpp"
#include "migrate/engine/lease.hpp"
#include "migrate/engine/pool_ledger.hpp"
#include "migrate/engine/pool_report.hpp"
#include "migrate/engine/pool_settings.hpp"
#include "migrate/engine/thread_waiter.hpp"

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
        ledger_(settings_.options.pool_size, settings_.options.max_overflow, settings_.patience),
        draws_(settings_.jitter_seed != 0 ? settings_.jitter_seed : std::random_device{}()) {}

  Lease<Connection> acquire(Deadline limit);
  void take_back(Pooled& connection, bool discard) noexcept override;
  bool close(Deadline deadline);
  void shut() noexcept;
  void dispose() noexcept;
  void set_hooks(PoolHooks<Connection> hooks) {
    if (ledger_.used()) throw_pool_in_use(settings_);
    hooks_ = std::move(hooks);
  }
  [[nodiscard]] PoolStatistics statistics() const { return ledger_.statistics(); }

 private:
  /// Why an idle connection is not lent.
  enum class Fault { none, stale, expired, closed_by_peer, ping_failed, hook };
  struct Request {
    TimePoint start;
    Deadline deadline;
  };

  PoolGrant admit(const Request& request, TimePoint& now);
  PoolLedger::Answer queue(PoolGrant& grant, const Request& request, TimePoint& now);
  Fault examine(Pooled& connection, const PoolGrant& grant, const Request& request, TimePoint now) noexcept;
  bool answers(Pooled& connection, Deadline deadline, TimePoint now) noexcept;
  PoolGrant exchange(Pooled& connection, Fault fault, const Request& request);
  Lease<Connection> open(const PoolGrant& grant, const Request& request);
  std::unique_ptr<Pooled> make(Deadline deadline);
  void connect_failed(const char* error) noexcept;
  [[noreturn]] void time_out(PoolPhase phase, const Request& request);
  void retire(Pooled& connection, bool lost, std::string_view reason) noexcept;
  void destroy(PoolSlot& slot) noexcept;
  void close_all(SlotList& retired) noexcept;
  static bool run(const std::function<void(Connection&)>& hook, Connection& connection) noexcept;
  static std::string_view text(Fault fault) noexcept;

  Source source_;
  const PoolSettings settings_;
  PoolHooks<Connection> hooks_;
  PoolLedger ledger_;
  ForkMark fork_;
  std::atomic<std::uint64_t> draws_;
};

}  // namespace migrate::engine

#include "migrate/engine/pool_checkin.hpp"   // IWYU pragma: export
#include "migrate/engine/pool_checkout.hpp"  // IWYU pragma: export
