#pragma once
#include <functional>
#include <memory>
#include <source_location>
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
/// and may have
///
///   FailureScope loss_scope(Connection&) noexcept;  // how far the loss reaches that alive, probe or ping found;
///                                                  // without it: the pool
///   void prepared(Connection&) noexcept;          // the hooks have made a new connection what it is to be
///   void abort(Connection&) noexcept;             // ends what its user is doing; called beside that user, at once
///
/// Connections are made on demand, the last one returned is lent first, waiters are served in order. Nothing runs in
/// the background unless options ask for it. Thread-safe.
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
  /// `site` is told in reports of leaks and exhaustion.
  [[nodiscard]] Lease<Connection> acquire(Deadline deadline = Deadline::never(),
                                          const std::source_location& site = std::source_location::current()) {
    return core_->acquire(deadline, site);
  }

  /// Makes connections until `count` are open, as far as the limits allow, and keeps them idle; how many it made.
  /// Throws what the first failed connect throws.
  std::size_t warm_up(std::size_t count, Deadline deadline = Deadline::never()) {
    return core_->warm_up(count, deadline);
  }
  /// Closes the idle connections that `wanted` does not want, also when it throws; how many. Each is taken out for the
  /// look alone, the others can be leased meanwhile.
  std::size_t retain(const std::function<bool(Connection&)>& wanted) { return core_->retain(wanted); }
  /// New limits, with the meaning of the options. Surplus idle connections close now, leased ones when they come back.
  /// Throws DatabaseArgumentError for sizes that cannot be.
  void resize(int pool_size, int max_overflow) { core_->resize(pool_size, max_overflow); }
  /// Nothing is lent and nothing connects until resume(): callers wait, as long as their deadline lets them. Leases
  /// that are out are not affected.
  void suspend() { core_->suspend(); }
  void resume() { core_->resume(); }

  /// Nothing more is lent; waiters are refused; idle connections close now, leased ones when they come back. Waits for
  /// them until the deadline. True when nothing was left open.
  bool close(Deadline deadline = Deadline::never()) { return core_->close(deadline); }
  /// Idle connections close now, leased ones when they come back; the pool stays usable.
  void dispose() { core_->dispose(); }
  /// close() that does not wait, and ends what leased connections are doing: their users get connection errors.
  void abort() { core_->abort(); }
  [[nodiscard]] PoolStatistics statistics() const { return core_->statistics(); }

 private:
  std::shared_ptr<PoolCore<Source>> core_;
};

}  // namespace migrate::engine
