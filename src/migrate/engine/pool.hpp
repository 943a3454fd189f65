#pragma once
#include <memory>
#include <utility>

#include "migrate/engine/lease.hpp"
#include "migrate/engine/pool_core.hpp"

namespace migrate::engine {

/// Keeps connections open and lends them. `Source` makes and knows them; all its members are called outside the pool's
/// lock and by several threads at once, each connection by one thread only:
///
///   using Connection = …;                         // movable
///   Connection create(Deadline);                  // throws when there is none in time
///   bool alive(Connection&) noexcept;             // false once known to be broken
///   bool probe(Connection&) noexcept;             // without a round trip
///   bool ping(Connection&, Deadline) noexcept;
///   bool reset(Connection&) noexcept;             // ready for the next user? false: it will be closed
///   void close(Connection&) noexcept;
///   Deadline::Clock::time_point now() noexcept;   // monotonic
///
/// Connections are made on demand, the last one returned is lent first, waiters are served in order. Nothing runs in
/// the background. Thread-safe.
template <typename Source>
class Pool {
 public:
  using Connection = typename Source::Connection;

  /// No I/O. Throws DatabaseArgumentError for sizes that cannot be.
  Pool(Source source, PoolSettings settings)
      : core_(std::make_shared<PoolCore<Source>>(std::move(source), std::move(settings))) {}
  /// Closes what is idle; leased connections are closed when they come back.
  ~Pool() {
    if (core_ != nullptr) core_->shut();
  }
  Pool(Pool&&) noexcept = default;
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  Pool& operator=(Pool&&) = delete;

  /// Before the first acquire(); throws DatabaseArgumentError later.
  void set_hooks(PoolHooks<Connection> hooks) { core_->set_hooks(std::move(hooks)); }

  /// Lends a connection. pool_timeout and `deadline`, whichever is earlier, bound waiting, connecting, hooks and checks
  /// together; a pool_timeout of 0 never waits, and leaves connecting to `deadline`. Throws DatabaseTimeoutError with
  /// the pool's numbers, DatabaseArgumentError after close() or in a forked child, and what the source and hooks throw.
  [[nodiscard]] Lease<Connection> acquire(Deadline deadline = Deadline::never()) { return core_->acquire(deadline); }

  /// Nothing more is lent; waiters are refused; idle connections close now, leased ones when they come back. Waits for
  /// them until the deadline. True when nothing was left open.
  bool close(Deadline deadline = Deadline::never()) { return core_->close(deadline); }
  /// Idle connections close now, leased ones when they come back; the pool stays usable.
  void dispose() { core_->dispose(); }
  [[nodiscard]] PoolStatistics statistics() const { return core_->statistics(); }

 private:
  std::shared_ptr<PoolCore<Source>> core_;
};

}  // namespace migrate::engine
