#pragma once
#include "migrate/engine/pool_core.hpp"

// How PoolCore makes connections: bodies of its templates, included by pool_core.hpp.

namespace migrate::engine {

template <typename Source>
typename PoolCore<Source>::Step PoolCore<Source>::connect(PoolCheckout& checkout, TimePoint& now) {
  const TimePoint begun = now;
  std::unique_ptr<Pooled> made;
  try {
    made = make(checkout.deadline(), true);
  } catch (const DatabaseTimeoutError&) {
    now = source_.now();
    checkout.connect_failed(tell_failure(std::current_exception()), now);
    if (checkout.late(now)) checkout.throw_refusal(now);
    throw;
  } catch (...) {
    checkout.connect_failed(tell_failure(std::current_exception()), source_.now());
    throw;
  }
  now = source_.now();
  log_pool(settings_, base::LogLevel::debug, "pool.connect", "a connection was made");
  return checkout.connected(*made.release(), begun, now);
}

template <typename Source>
typename PoolCore<Source>::Step PoolCore<Source>::connect_apart(PoolCheckout& checkout, ThreadWaiter& waiter,
                                                                std::shared_ptr<Attempt>& attempt, TimePoint& now) {
  if (attempt) attempt->leave();
  attempt = std::make_shared<Attempt>();
  attempt->grant = PoolGrant{nullptr, checkout.grant().generation, PoolGrant::Purpose::whoever};
  attempt->caller = &waiter;
  const Step step = checkout.delegated(now);
  try {
    std::thread([self = this->shared_from_this(), mine = attempt] { self->run_apart(*mine); }).detach();
  } catch (...) {
    // No thread can be had.
    ledger_.connect_failed(attempt->grant, text(std::current_exception()), source_.now());
    const std::lock_guard lock(attempt->mutex);
    attempt->error = std::current_exception();
    waiter.wake();
  }
  return step;
}

template <typename Source>
void PoolCore<Source>::run_apart(Attempt& attempt) noexcept {
  const TimePoint begun = source_.now();
  std::exception_ptr error;
  try {
    supply(make(Deadline::at(begun + settings_.connect_limit), false), attempt.grant, begun);
    return;
  } catch (...) {
    error = std::current_exception();
  }
  std::string what = tell_failure(error);
  {
    // Before the ledger wakes anybody: the caller must find it. It is given away, not shared, to be destroyed there.
    const std::lock_guard lock(attempt.mutex);
    attempt.error = std::move(error);
  }
  ledger_.connect_failed(attempt.grant, std::move(what), source_.now());
  const std::lock_guard lock(attempt.mutex);
  if (attempt.caller != nullptr) attempt.caller->wake();
}

template <typename Source>
void PoolCore<Source>::supply(std::unique_ptr<Pooled> made, const PoolGrant& grant, TimePoint begun) noexcept {
  log_pool(settings_, base::LogLevel::debug, "pool.connect", "a connection was made");
  SlotList retired;
  ledger_.supply(*made.release(), grant, begun, source_.now(), retired);
  close_all(retired);
}

template <typename Source>
std::unique_ptr<PooledConnection<typename Source::Connection>> PoolCore<Source>::make(Deadline deadline, bool lent) {
  begin_upkeep();
  if (hooks_.before_connect) hooks_.before_connect();
  auto made = std::make_unique<Pooled>(source_.create(deadline));
  try {
    prepare(made->connection, lent);
  } catch (...) {
    run(hooks_.close, "close", made->connection);
    source_.close(made->connection);
    throw;
  }
  made->expires =
      pool_expiry(source_.now(), settings_.options.pool_recycle, draws_.fetch_add(1, std::memory_order_relaxed));
  return made;
}

template <typename Source>
void PoolCore<Source>::prepare(Connection& connection, bool lent) {
  if (hooks_.connect) hooks_.connect(connection);
  if (hooks_.first_connect && !first_done_.load(std::memory_order_acquire)) {
    // Whoever connects meanwhile waits: nothing is lent before it is done.
    const std::lock_guard lock(first_);
    if (!first_done_.load(std::memory_order_relaxed)) {
      hooks_.first_connect(connection);
      first_done_.store(true, std::memory_order_release);
    }
  }
  if constexpr (requires { source_.prepared(connection); }) source_.prepared(connection);
  if (lent && hooks_.checkout) hooks_.checkout(connection);
}

template <typename Source>
std::string PoolCore<Source>::tell_failure(const std::exception_ptr& error) noexcept {
  std::string what = text(error);
  log_pool(settings_, base::LogLevel::warning, "pool.connect_failed", what);
  report("connect", error);
  return what;
}

template <typename Source>
std::string PoolCore<Source>::text(const std::exception_ptr& error) noexcept {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& known) {
    return known.what();
  } catch (...) {
    return "an exception of unknown type";
  }
}

}  // namespace migrate::engine
