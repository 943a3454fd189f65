#pragma once
#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <source_location>
#include <string>
#include <string_view>
#include <utility>

#include "migrate/engine/async_connection.hpp"
#include "migrate/engine/async_pool_hooks.hpp"
#include "migrate/engine/detail/async_waiter.hpp"
#include "migrate/engine/detail/context_guest.hpp"
#include "migrate/engine/fork_mark.hpp"
#include "migrate/engine/lease.hpp"
#include "migrate/engine/pool_checkout.hpp"
#include "migrate/engine/pool_ledger.hpp"
#include "migrate/engine/pool_settings.hpp"

namespace migrate::engine::detail {

/// The inside of AsyncEngine, shared with its leases: does for coroutines the I/O that the ledger and PoolCheckout
/// decide on. Connections are made, and cleaned after use, by coroutines of its own on its executor, so neither a
/// lease's end nor a cancelled caller waits for anything. Thread-safe.
class AsyncPool final : public LeaseHome<AsyncConnection>, public std::enable_shared_from_this<AsyncPool> {
 public:
  using Pooled = PooledConnection<AsyncConnection>;
  using TimePoint = Deadline::Clock::time_point;

  AsyncPool(ConnectionConfig config, const asio::any_io_executor& executor, ConnectionHooks hooks,
            PoolSettings settings);

  static asio::awaitable<Lease<AsyncConnection>> acquire(std::shared_ptr<AsyncPool> self, Deadline limit,
                                                         std::source_location site);
  void take_back(Pooled& connection, bool discard) noexcept override;
  AsyncConnection take_out(Pooled& connection) noexcept override;

  static asio::awaitable<std::size_t> warm_up(std::shared_ptr<AsyncPool> self, std::size_t count, Deadline deadline);
  static asio::awaitable<bool> close(std::shared_ptr<AsyncPool> self, Deadline deadline);
  std::size_t retain(const std::function<bool(AsyncConnection&)>& wanted);
  void resize(int pool_size, int max_overflow);
  void suspend() { ledger_.suspend(); }
  void resume() { ledger_.resume(now()); }
  void shut() noexcept;
  void dispose() noexcept;
  void abort() noexcept;
  void set_hooks(AsyncPoolHooks hooks);

  [[nodiscard]] PoolStatistics statistics() const { return ledger_.statistics(); }
  [[nodiscard]] const ConnectionConfig& config() const noexcept { return config_; }
  [[nodiscard]] const asio::any_io_executor& executor() const noexcept { return executor_; }

 private:
  using Step = PoolCheckout::Step;
  using Hook = std::function<void(AsyncConnection&)>;
  struct Attempt;
  class Caller;
  class Promise;
  class Held;

  static TimePoint now() noexcept { return Deadline::Clock::now(); }

  // Lending, async_pool.cpp.
  static asio::awaitable<Step> wait(Caller& caller);
  static Step probe(Caller& caller);
  static asio::awaitable<Step> ping(Caller& caller);
  Step delegate(Caller& caller);
  Step close(PoolCheckout& checkout);

  // Making, async_pool_connect.cpp.
  void make_apart(std::shared_ptr<Attempt> attempt);
  static asio::awaitable<void> run_apart(std::shared_ptr<AsyncPool> self, std::shared_ptr<Attempt> attempt);
  static asio::awaitable<void> fill(std::shared_ptr<AsyncPool> self, PoolGrant grant, Deadline limit);
  static asio::awaitable<std::unique_ptr<Pooled>> make(std::shared_ptr<AsyncPool> self, Deadline limit);
  void run_first(AsyncConnection& connection);
  std::string tell_failure(const std::exception_ptr& error) noexcept;
  void begin_upkeep();
  static asio::awaitable<void> keep_up(std::weak_ptr<AsyncPool> pool, std::shared_ptr<Parking> bell);
  TimePoint tend(std::shared_ptr<AsyncPool> self);

  // Taking back, async_pool_return.cpp.
  [[nodiscard]] bool is_fit(AsyncConnection& connection) const;
  static asio::awaitable<void> clean(std::shared_ptr<AsyncPool> self, std::shared_ptr<Held> held);
  static asio::awaitable<bool> reset(std::shared_ptr<AsyncPool> self, AsyncConnection& connection);
  static asio::awaitable<bool> keep_alive(std::shared_ptr<AsyncPool> self, TimePoint now);
  [[nodiscard]] bool restore_hooks(AsyncConnection& connection) const noexcept;
  void shelve(Pooled& connection) noexcept;
  void retire(Pooled& connection, CloseCause cause) noexcept;
  void destroy(PoolSlot& slot) noexcept;
  void close_all(SlotList& retired) noexcept;

  bool run(const Hook& hook, std::string_view name, AsyncConnection& connection) noexcept;
  void report(std::string_view during, const std::exception_ptr& error) noexcept;
  void require_usable() const;

  const ConnectionConfig config_;
  const asio::any_io_executor executor_;
  const std::shared_ptr<GuestList> guests_;
  const ConnectionHooks connection_hooks_;
  const PoolSettings settings_;
  AsyncPoolHooks hooks_;
  PoolLedger ledger_;
  ForkMark fork_;
  std::atomic<std::uint64_t> draws_;
  std::mutex first_;
  bool first_done_ = false;
  std::atomic<bool> marked_{false};  ///< the hooks leave something in a new session
  std::atomic<bool> tended_{false};
  std::atomic<bool> shut_{false};
  std::shared_ptr<Parking> bell_;  ///< where upkeep waits; null when no option asks for it
};

/// A connection being made apart from whoever asked for it.
struct AsyncPool::Attempt {
  PoolGrant grant;
  std::mutex mutex;
  AsyncWaiter* caller = nullptr;  ///< as long as it waits
  std::exception_ptr error;

  void leave() {
    const std::lock_guard lock(mutex);
    caller = nullptr;
  }
  [[nodiscard]] std::exception_ptr take_failure() {
    const std::lock_guard lock(mutex);
    return std::exchange(error, nullptr);
  }
};

/// One coroutine's way to a connection. However the coroutine ends, dropped included, it leaves nothing behind.
class AsyncPool::Caller {
 public:
  Caller(AsyncPool& pool, const std::source_location& site);
  ~Caller();
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  [[nodiscard]] AsyncConnection& connection() const { return static_cast<Pooled&>(*checkout.slot()).connection; }

  AsyncPool& pool;
  AsyncWaiter waiter;
  PoolCheckout checkout;
  std::shared_ptr<Attempt> attempt;
};

}  // namespace migrate::engine::detail
