#pragma once
#include "migrate/engine/pool_core.hpp"

// What PoolCore does beside lending: bodies of its templates, included by pool_core.hpp.

namespace migrate::engine {

template <typename Source>
void PoolCore<Source>::begin_upkeep() noexcept {
  if (!wants_upkeep(settings_.options)) return;
  try {
    upkeep_.start([weak = this->weak_from_this()]() -> std::optional<std::chrono::nanoseconds> {
      const auto self = weak.lock();
      if (self == nullptr || self->fork_.in_child()) return std::nullopt;
      return self->tend();
    });
  } catch (...) {
    log_pool(settings_, base::LogLevel::error, "pool.upkeep_failed", "no thread could be had for upkeep");
  }
}

template <typename Source>
std::chrono::nanoseconds PoolCore<Source>::tend() noexcept {
  try {
    PoolUpkeep work;
    const TimePoint now = source_.now();
    const TimePoint due = ledger_.upkeep(now, work);
    bool busy = !work.retired.empty() || !work.fills.empty();
    close_all(work.retired);
    for (const LeakReport& leak : work.leaks) tell(leak);
    bool reachable = true;
    for (const PoolGrant& grant : work.fills) {
      if (reachable) {
        reachable = fill(grant);
      } else {
        ledger_.connect_abandoned(grant, source_.now());
      }
    }
    busy = keep_alive(now) || busy;
    return busy ? std::chrono::nanoseconds(0) : due - now;
  } catch (...) {
    // Out of memory; what is due stays due.
    return std::chrono::seconds(1);
  }
}

template <typename Source>
bool PoolCore<Source>::fill(const PoolGrant& grant) noexcept {
  const TimePoint begun = source_.now();
  try {
    supply(make(Deadline::at(begun + settings_.connect_limit), false), grant, begun);
    return true;
  } catch (...) {
    ledger_.connect_failed(grant, tell_failure(std::current_exception()), source_.now());
    return false;
  }
}

/// Whether there was anything to do. One at a time, so that callers find the others idle.
template <typename Source>
bool PoolCore<Source>::keep_alive(TimePoint now) noexcept {
  bool busy = false;
  for (PoolSlot* slot = nullptr; (slot = ledger_.borrow_silent(now)) != nullptr; busy = true) {
    auto& idle = static_cast<Pooled&>(*slot);
    const bool open = source_.probe(idle.connection);
    if (open && source_.ping(idle.connection, Deadline::at(source_.now() + settings_.options.ping_timeout))) {
      SlotList retired;
      ledger_.keep(idle, source_.now(), retired);
      close_all(retired);
    } else {
      retire(idle, open ? CloseCause::ping_failed : CloseCause::closed_by_peer);
    }
  }
  return busy;
}

template <typename Source>
void PoolCore<Source>::tell(const LeakReport& leak) noexcept {
  try {
    log_pool(settings_, base::LogLevel::warning, "pool.leak", "a lease was not returned: taken at " + to_string(leak));
    if (hooks_.leak) hooks_.leak(leak);
  } catch (...) {
    report("leak", std::current_exception());
  }
}

template <typename Source>
std::size_t PoolCore<Source>::warm_up(std::size_t count, Deadline deadline) {
  if (fork_.in_child()) throw_pool_forked(settings_);
  const auto self = this->shared_from_this();
  std::size_t made = 0;
  for (PoolGrant grant; ledger_.reserve(count, grant); ++made) {
    const TimePoint begun = source_.now();
    try {
      supply(make(deadline, false), grant, begun);
    } catch (...) {
      ledger_.connect_failed(grant, tell_failure(std::current_exception()), source_.now());
      throw;
    }
  }
  return made;
}

template <typename Source>
std::size_t PoolCore<Source>::retain(const std::function<bool(Connection&)>& wanted) {
  if (fork_.in_child()) return 0;
  const auto self = this->shared_from_this();
  const std::uint64_t round = ledger_.next_round();
  std::size_t closed = 0;
  while (PoolSlot* slot = ledger_.borrow(round)) {
    auto& connection = static_cast<Pooled&>(*slot);
    bool keep = false;
    run([&](Connection& idle) { keep = wanted(idle); }, "retain", connection.connection);
    if (keep) {
      SlotList retired;
      ledger_.restore(*slot, source_.now(), retired);
      close_all(retired);
      continue;
    }
    ledger_.retire(connection, CloseCause::filtered, source_.now());
    destroy(connection);
    ledger_.closed(1, source_.now());
    ++closed;
  }
  return closed;
}

template <typename Source>
void PoolCore<Source>::resize(int pool_size, int max_overflow) {
  SlotList retired;
  ledger_.resize(pool_size, max_overflow, source_.now(), retired);
  close_all(retired);
}

template <typename Source>
void PoolCore<Source>::abort() noexcept {
  if (fork_.in_child()) return;
  shut();
  if constexpr (requires(Connection & connection) { source_.abort(connection); }) {
    ledger_.visit_leased([this](PoolSlot& slot) { source_.abort(static_cast<Pooled&>(slot).connection); });
  }
}

}  // namespace migrate::engine
