#pragma once
#include "migrate/engine/pool_core.hpp"

// How PoolCore lends: bodies of its templates, included by pool_core.hpp.

namespace migrate::engine {

template <typename Source>
Lease<typename Source::Connection> PoolCore<Source>::acquire(Deadline limit) {
  if (fork_.in_child()) throw_pool_forked(settings_);
  // The caller may outlast the pool: its end wakes waiters, and then the core must still be there.
  auto self = this->shared_from_this();
  TimePoint now = source_.now();
  const bool bounded = settings_.options.pool_timeout.count() > 0;
  const Request request{now, bounded ? limit.earlier(Deadline::at(now + settings_.options.pool_timeout)) : limit};
  PoolGrant grant = admit(request, now);
  while (grant.slot != nullptr) {
    auto& connection = static_cast<Pooled&>(*grant.slot);
    const Fault fault = examine(connection, grant, request, now);
    if (fault == Fault::none) return Lease<Connection>(std::move(self), connection);
    grant = exchange(connection, fault, request);
    now = source_.now();
  }
  return open(grant, request);
}

template <typename Source>
PoolGrant PoolCore<Source>::admit(const Request& request, TimePoint& now) {
  PoolGrant grant;
  PoolLedger::Answer answer = ledger_.try_enter(grant, now);
  if (answer == PoolLedger::Answer::wait) answer = queue(grant, request, now);
  if (answer == PoolLedger::Answer::closed) throw_pool_closed(settings_);
  return grant;
}

template <typename Source>
PoolLedger::Answer PoolCore<Source>::queue(PoolGrant& grant, const Request& request, TimePoint& now) {
  if (settings_.options.pool_timeout.count() <= 0) time_out(PoolPhase::waiting, request);
  ThreadWaiter waiter;
  PoolLedger::Answer answer = ledger_.enter(waiter, grant, now);
  while (answer == PoolLedger::Answer::wait) {
    const bool woken = waiter.sleep(request.deadline, now);
    now = source_.now();
    answer = woken ? ledger_.poll(waiter, grant, now) : ledger_.leave(waiter, grant, now);
    if (!woken && answer == PoolLedger::Answer::wait) time_out(PoolPhase::waiting, request);
  }
  return answer;
}

template <typename Source>
typename PoolCore<Source>::Fault PoolCore<Source>::examine(Pooled& connection, const PoolGrant& grant,
                                                           const Request& request, TimePoint now) noexcept {
  if (connection.generation != grant.generation) return Fault::stale;
  if (now >= connection.expires) return Fault::expired;
  if (settings_.options.pool_pre_ping) {
    if (!source_.probe(connection.connection)) return Fault::closed_by_peer;
    if (now - connection.idle_since > settings_.options.ping_after_idle &&
        !answers(connection, request.deadline, now)) {
      return Fault::ping_failed;
    }
  }
  return run(hooks_.checkout, connection.connection) ? Fault::none : Fault::hook;
}

template <typename Source>
bool PoolCore<Source>::answers(Pooled& connection, Deadline deadline, TimePoint now) noexcept {
  return source_.ping(connection.connection, deadline.earlier(Deadline::at(now + settings_.ping_limit)));
}

template <typename Source>
PoolGrant PoolCore<Source>::exchange(Pooled& connection, Fault fault, const Request& request) {
  // A ping cut short by the caller's own deadline says nothing about the server.
  const bool late = request.deadline.passed(source_.now());
  const bool lost = fault == Fault::closed_by_peer || (fault == Fault::ping_failed && !late);
  ledger_.retire(connection, lost);
  log_pool(settings_, base::LogLevel::info, "pool.discard", text(fault));
  destroy(connection);
  PoolGrant grant;
  if (ledger_.replace(grant, source_.now()) == PoolLedger::Answer::closed) throw_pool_closed(settings_);
  if (!request.deadline.passed(source_.now())) return grant;
  if (grant.slot == nullptr) {
    ledger_.connect_abandoned(source_.now());
  } else {
    SlotList retired;
    ledger_.give_back(*grant.slot, source_.now(), retired);
    close_all(retired);
  }
  time_out(PoolPhase::checking, request);
}

template <typename Source>
Lease<typename Source::Connection> PoolCore<Source>::open(const PoolGrant& grant, const Request& request) {
  if (request.deadline.passed(source_.now())) {
    ledger_.connect_abandoned(source_.now());
    time_out(PoolPhase::connecting, request);
  }
  std::unique_ptr<Pooled> made;
  try {
    made = make(request.deadline);
  } catch (const DatabaseTimeoutError& error) {
    connect_failed(error.what());
    if (request.deadline.passed(source_.now())) time_out(PoolPhase::connecting, request);
    throw;
  } catch (const std::exception& error) {
    connect_failed(error.what());
    throw;
  } catch (...) {
    connect_failed("an exception of unknown type");
    throw;
  }
  const TimePoint now = source_.now();
  made->expires = pool_expiry(now, settings_.options.pool_recycle, draws_.fetch_add(1, std::memory_order_relaxed));
  Pooled& connection = *made.release();
  if (!ledger_.connected(connection, grant.generation)) {
    destroy(connection);
    ledger_.closed(1, source_.now());
    throw_pool_closed(settings_);
  }
  log_pool(settings_, base::LogLevel::debug, "pool.connect", "a connection was made");
  if (request.deadline.passed(now)) {
    // Too late for this caller, but the next one need not connect again.
    take_back(connection, false);
    time_out(PoolPhase::connecting, request);
  }
  return Lease<Connection>(this->shared_from_this(), connection);
}

template <typename Source>
std::unique_ptr<PooledConnection<typename Source::Connection>> PoolCore<Source>::make(Deadline deadline) {
  auto made = std::make_unique<Pooled>(source_.create(deadline));
  try {
    if (hooks_.connect) hooks_.connect(made->connection);
    if (hooks_.checkout) hooks_.checkout(made->connection);
  } catch (...) {
    run(hooks_.close, made->connection);
    source_.close(made->connection);
    throw;
  }
  return made;
}

template <typename Source>
void PoolCore<Source>::connect_failed(const char* error) noexcept {
  std::string text;
  try {
    text = error;
  } catch (...) {
    // Out of memory: the place is freed all the same.
  }
  ledger_.connect_failed(std::move(text), source_.now());
  log_pool(settings_, base::LogLevel::warning, "pool.connect_failed", error);
}

template <typename Source>
void PoolCore<Source>::time_out(PoolPhase phase, const Request& request) {
  ledger_.count_timeout();
  throw_pool_timeout(settings_, ledger_.statistics(), phase, source_.now() - request.start,
                     ledger_.held_by_this_thread());
}

}  // namespace migrate::engine
