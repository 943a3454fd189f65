#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <source_location>

#include "migrate/engine/connection.hpp"
#include "migrate/engine/lease.hpp"
#include "migrate/engine/pool_settings.hpp"
#include "migrate/engine/pool_statistics.hpp"

namespace migrate::engine {

/// A pool of connections to one database. Construction does no I/O. Thread-safe; copies share the pool, which closes
/// its idle connections when the last of them goes. A lease may outlive the engine.
class Engine {
 public:
  /// `hooks` are set on every connection, and set again when a lease ends. Throws DatabaseArgumentError for pool sizes
  /// that cannot be.
  explicit Engine(ConnectionConfig config, ConnectionHooks hooks = {});

  /// Leases a connection within pool_timeout and `deadline`. Throws DatabaseTimeoutError with the pool's numbers and
  /// the last connect error, DatabaseConnectionError, or DatabaseArgumentError after close() or in a forked child. The
  /// connection comes without an open transaction; what a transaction left open is rolled back on return.
  /// `site` is told in reports of leaks and exhaustion.
  [[nodiscard]] Lease<Connection> connect(Deadline deadline = Deadline::never(),
                                          const std::source_location& site = std::source_location::current());
  [[nodiscard]] const ConnectionConfig& config() const noexcept;
  [[nodiscard]] PoolStatistics statistics() const;
  /// Callbacks of the pool, such as one that prepares each new connection. Before the first connect(); throws
  /// DatabaseArgumentError later.
  void set_pool_hooks(PoolHooks<Connection> hooks);

  /// Of the pool; see Pool.
  std::size_t warm_up(std::size_t count, Deadline deadline = Deadline::never());
  std::size_t retain(const std::function<bool(Connection&)>& wanted);
  void resize(int pool_size, int max_overflow);
  void suspend();
  void resume();

  /// Stops admission, waits for leases until the deadline, closes everything. True when nothing was left out.
  /// A thread that holds a lease itself should pass a deadline.
  bool close(Deadline deadline = Deadline::never());
  /// Closes idle connections at once and leased ones on return; the engine stays usable.
  void dispose();
  /// Closes the engine without waiting, under its users: the statements of leased connections fail, and what they had
  /// not committed is lost.
  void abort();

  /// Whether both share one pool.
  bool operator==(const Engine& other) const noexcept = default;

 private:
  struct Core;
  std::shared_ptr<Core> core_;
};

}  // namespace migrate::engine
