#pragma once
#include "migrate/engine/pool_core.hpp"

// How PoolCore lends: bodies of its templates, included by pool_core.hpp.

namespace migrate::engine {

/// A connection being made on a thread of its own.
template <typename Source>
struct PoolCore<Source>::Attempt {
  PoolGrant grant;
  std::mutex mutex;
  ThreadWaiter* caller = nullptr;  ///< as long as it waits
  std::exception_ptr error;

  /// The caller is told no more.
  void leave() {
    const std::lock_guard lock(mutex);
    caller = nullptr;
  }
};

template <typename Source>
Lease<typename Source::Connection> PoolCore<Source>::acquire(Deadline limit, const std::source_location& site) {
  if (fork_.in_child()) throw_pool_forked(settings_);
  // The caller may outlast the pool: its end wakes waiters, and then the core must still be there.
  auto self = this->shared_from_this();
  ThreadWaiter waiter;
  std::shared_ptr<Attempt> attempt;
  PoolCheckout checkout(ledger_, settings_, waiter, PoolHolder{std::this_thread::get_id(), site},
                        static_cast<bool>(hooks_.checkout));
  TimePoint now = source_.now();
  Step step = checkout.start(limit, now);
  try {
    while (step != Step::lent) step = advance(checkout, waiter, attempt, now);
  } catch (...) {
    if (attempt) attempt->leave();
    SlotList retired;
    checkout.abandon(source_.now(), retired);
    close_all(retired);
    throw;
  }
  if (attempt) attempt->leave();
  return Lease<Connection>(std::move(self), static_cast<Pooled&>(*checkout.slot()));
}

template <typename Source>
typename PoolCore<Source>::Step PoolCore<Source>::advance(PoolCheckout& checkout, ThreadWaiter& waiter,
                                                          std::shared_ptr<Attempt>& attempt, TimePoint& now) {
  const auto connection = [&]() -> Connection& { return static_cast<Pooled&>(*checkout.slot()).connection; };
  const auto reach = [&](bool good) { return good ? FailureScope::statement : loss_scope(connection()); };
  switch (checkout.step()) {
    case Step::wait:
      return wait(checkout, waiter, attempt, now);
    case Step::connect:
      if (settings_.options.background_connect) return connect_apart(checkout, waiter, attempt, now);
      return connect(checkout, now);
    case Step::probe: {
      const bool alive = source_.probe(connection());
      return checkout.probed(alive, reach(alive), now);
    }
    case Step::ping: {
      const bool answered = source_.ping(connection(), checkout.ping_deadline(now));
      now = source_.now();
      return checkout.pinged(answered, reach(answered), now);
    }
    case Step::hook:
      return checkout.hooked(run(hooks_.checkout, "checkout", connection()));
    case Step::close:
      return close(checkout, now);
    case Step::surrender:
      take_back(static_cast<Pooled&>(*checkout.slot()), false);
      return checkout.surrendered();
    case Step::lent:
    case Step::refused:
      break;
  }
  checkout.throw_refusal(source_.now());
}

template <typename Source>
typename PoolCore<Source>::Step PoolCore<Source>::wait(PoolCheckout& checkout, ThreadWaiter& waiter,
                                                       const std::shared_ptr<Attempt>& attempt, TimePoint& now) {
  const bool woken = waiter.sleep(checkout.deadline(), now);
  now = source_.now();
  if (!attempt) return woken ? checkout.woken(now) : checkout.expired(now);
  std::exception_ptr error;
  {
    const std::lock_guard lock(attempt->mutex);
    error = std::move(attempt->error);
    attempt->error = nullptr;
  }
  const Step step = woken ? checkout.woken(now) : checkout.expired(now);
  // What its place is worth now, the next caller may find out.
  if (error && (step == Step::wait || step == Step::connect)) std::rethrow_exception(error);
  return step;
}

template <typename Source>
typename PoolCore<Source>::Step PoolCore<Source>::close(PoolCheckout& checkout, TimePoint& now) {
  log_pool(settings_, base::LogLevel::info, "pool.discard", to_string(checkout.cause()));
  auto& connection = static_cast<Pooled&>(*checkout.slot());
  if (is_loss(checkout.cause())) run(hooks_.invalidate, "invalidate", connection.connection);
  destroy(connection);
  now = source_.now();
  return checkout.closed(now);
}

}  // namespace migrate::engine
