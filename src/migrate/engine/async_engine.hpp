#pragma once
#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <source_location>
#include <type_traits>
#include <utility>

#include "migrate/engine/async_connection.hpp"
#include "migrate/engine/async_pool_hooks.hpp"
#include "migrate/engine/lease.hpp"
#include "migrate/engine/pool_statistics.hpp"

namespace migrate::engine {

/// A borrowed AsyncConnection. Its end never waits: what was left open is cleaned up by the engine, on its executor,
/// before the next user gets the connection.
using AsyncLease = Lease<AsyncConnection>;

/// A pool of connections to one database for coroutines; Engine is its twin for threads, with the same options and the
/// same order of checks. Construction does no I/O. Thread-safe; copies share the pool, which closes its idle
/// connections when the last of them goes. A lease may outlive the engine.
///
/// Connections are driven on `executor`, whose context may end at any time: connections are closed then, coroutines
/// that wait are dropped, and the engine refuses what comes later. With options marked (upkeep) in PoolOptions the
/// engine gives its context something to do until it is closed or gone.
class AsyncEngine {
 public:
  /// Throws DatabaseArgumentError for pool sizes that cannot be.
  AsyncEngine(ConnectionConfig config, asio::any_io_executor executor, ConnectionHooks hooks = {});

  /// Leases a connection within pool_timeout and `deadline`; see Engine::connect(). Cancelled, it leaves the queue and
  /// throws DatabaseInterrupted; a connection that was being made for it serves the next caller.
  [[nodiscard]] asio::awaitable<AsyncLease> connect(
      Deadline deadline = Deadline::never(), const std::source_location& site = std::source_location::current()) const;

  /// Leases a connection for the time of one coroutine: function(AsyncConnection&) -> awaitable<T>; its T. A lambda
  /// that captures more than references should have a name: GCC 12 destroys the captures of a temporary one twice.
  template <typename Function>
  std::invoke_result_t<Function&, AsyncConnection&> with(
      Function function, Deadline deadline = Deadline::never(),
      const std::source_location& site = std::source_location::current()) const {
    return run_with(connect(deadline, site), std::move(function));
  }

  [[nodiscard]] const ConnectionConfig& config() const noexcept;
  [[nodiscard]] const asio::any_io_executor& executor() const noexcept;
  [[nodiscard]] PoolStatistics statistics() const;
  /// Before the first connect(); throws DatabaseArgumentError later.
  void set_pool_hooks(AsyncPoolHooks hooks);

  /// Of the pool; see Pool.
  asio::awaitable<std::size_t> warm_up(std::size_t count, Deadline deadline = Deadline::never());
  std::size_t retain(const std::function<bool(AsyncConnection&)>& wanted);
  void resize(int pool_size, int max_overflow);
  void suspend();
  void resume();

  /// Stops admission, waits for leases until the deadline, closes everything. True when nothing was left out.
  asio::awaitable<bool> close(Deadline deadline = Deadline::never());
  /// Closes idle connections at once and leased ones on return; the engine stays usable.
  void dispose();
  /// Closes the engine without waiting, under its users: their statements fail, and what they had not committed is
  /// lost.
  void abort();

  /// Whether both share one pool.
  bool operator==(const AsyncEngine& other) const noexcept = default;

 private:
  template <typename Function>
  static std::invoke_result_t<Function&, AsyncConnection&> run_with(asio::awaitable<AsyncLease> leasing,
                                                                    Function function) {
    const AsyncLease lease = co_await std::move(leasing);
    co_return co_await function(*lease);
  }

  struct Core;
  std::shared_ptr<Core> core_;
};

}  // namespace migrate::engine
