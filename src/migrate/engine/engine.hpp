#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "migrate/engine/connection.hpp"
#include "migrate/engine/pool.hpp"

namespace migrate::engine {

/// A pool of connections to one database. Construction does no I/O. Thread-safe.
class Engine {
 public:
  explicit Engine(ConnectionConfig config, ConnectionHooks hooks = {});

  /// Leases a connection within pool_timeout. Throws DatabaseTimeoutError with the pool's numbers and the last connect
  /// error, DatabaseConnectionError, or DatabaseArgumentError after close().
  [[nodiscard]] Lease<Connection> connect();
  [[nodiscard]] const ConnectionConfig& config() const noexcept;
  [[nodiscard]] PoolStatistics statistics() const;
  /// Stops admission, waits for leases until the deadline, closes everything. True when nothing was left out.
  bool close(Deadline deadline = Deadline::never());
  /// Closes idle connections at once and leased ones on return; the engine stays usable.
  void dispose();

 private:
  struct Core;
  std::shared_ptr<Core> core_;
};

}  // namespace migrate::engine
