#include "migrate/engine/pool_ledger.hpp"

#include <cassert>
#include <utility>

#include "migrate/engine/error.hpp"

namespace migrate::engine {
namespace {

std::size_t checked_size(int pool_size, int max_overflow) {
  if (pool_size < 0) {
    throw DatabaseArgumentError("pool_size is " + std::to_string(pool_size) + ", but cannot be negative",
                                "Use 0 for no limit.");
  }
  if (max_overflow < -1) {
    throw DatabaseArgumentError("max_overflow is " + std::to_string(max_overflow) + ", but cannot be below -1",
                                "Use -1 for no limit.");
  }
  return static_cast<std::size_t>(pool_size);
}

std::optional<std::size_t> capacity_of(int pool_size, int max_overflow) {
  if (pool_size == 0 || max_overflow == -1) return std::nullopt;
  return static_cast<std::size_t>(pool_size) + static_cast<std::size_t>(max_overflow);
}

}  // namespace

PoolLedger::PoolLedger(int pool_size, int max_overflow, std::chrono::nanoseconds patience) : patience_(patience) {
  counts_.pool_size = checked_size(pool_size, max_overflow);
  counts_.capacity = capacity_of(pool_size, max_overflow);
}

PoolLedger::Answer PoolLedger::try_enter(PoolGrant& grant, TimePoint now) {
  const std::lock_guard lock(mutex_);
  return admit(grant, now);
}

PoolLedger::Answer PoolLedger::enter(PoolWaiter& waiter, PoolGrant& grant, TimePoint now) {
  const std::lock_guard lock(mutex_);
  const Answer answer = admit(grant, now);
  if (answer != Answer::wait) return answer;
  waiter.state_ = PoolWaiter::State::queued;
  waiter.woken_ = false;
  waiter.since_ = now;
  waiting_.push_back(waiter);
  ++counts_.waits;
  return Answer::wait;
}

PoolLedger::Answer PoolLedger::poll(PoolWaiter& waiter, PoolGrant& grant, TimePoint now) {
  const std::lock_guard lock(mutex_);
  if (waiter.state_ != PoolWaiter::State::queued) return collect(waiter, grant);
  waiter.woken_ = false;
  if (waiting_.first() != &waiter || !available()) return Answer::wait;
  waiting_.remove(waiter);
  waiter.state_ = PoolWaiter::State::outside;
  grant = take();
  serve(now);
  check();
  return Answer::granted;
}

PoolLedger::Answer PoolLedger::leave(PoolWaiter& waiter, PoolGrant& grant, TimePoint now) {
  const std::lock_guard lock(mutex_);
  if (waiter.state_ != PoolWaiter::State::queued) return collect(waiter, grant);
  waiting_.remove(waiter);
  waiter.state_ = PoolWaiter::State::outside;
  // It may have been woken for something that is still there: the next one must hear of it.
  serve(now);
  return Answer::wait;
}

bool PoolLedger::connected(PoolSlot& slot, std::uint64_t generation) {
  const std::lock_guard lock(mutex_);
  --counts_.connecting;
  ++counts_.connects;
  slot.generation = generation;
  if (counts_.closed) {
    ++counts_.closing;
    return false;
  }
  lend(slot);
  check();
  return true;
}

void PoolLedger::connect_failed(std::string error, TimePoint now) {
  const std::lock_guard lock(mutex_);
  ++counts_.connect_failures;
  if (!error.empty()) counts_.last_connect_error = std::move(error);
  --counts_.connecting;
  free_places(1, now);
}

void PoolLedger::connect_abandoned(TimePoint now) {
  const std::lock_guard lock(mutex_);
  --counts_.connecting;
  free_places(1, now);
}

void PoolLedger::give_back(PoolSlot& slot, TimePoint now, SlotList& retired) {
  const std::lock_guard lock(mutex_);
  leased_.remove(slot);
  slot.idle_since = now;
  const bool full = counts_.pool_size != 0 && idle_.size() >= counts_.pool_size;
  if (counts_.closed || slot.generation != counts_.generation || now >= slot.expires || (full && waiting_.empty())) {
    ++counts_.closing;
    retired.push_back(slot);
  } else {
    idle_.push_front(slot);
    // A waiter that is merely woken leaves the connection among the idle, where a full pool has no room for it.
    if (full) grant_first();
    serve(now);
  }
  reap(now, retired);
  check();
}

void PoolLedger::retire(PoolSlot& slot, bool lost) {
  const std::lock_guard lock(mutex_);
  leased_.remove(slot);
  ++counts_.closing;
  if (lost && slot.generation == counts_.generation) ++counts_.generation;
  check();
}

void PoolLedger::closed(std::size_t count, TimePoint now) {
  const std::lock_guard lock(mutex_);
  counts_.closing -= count;
  counts_.discards += count;
  free_places(count, now);
}

PoolLedger::Answer PoolLedger::replace(PoolGrant& grant, TimePoint now) {
  const std::lock_guard lock(mutex_);
  --counts_.closing;
  ++counts_.discards;
  if (!counts_.closed) serve(now);
  if (counts_.closed || !idle_.empty()) {
    if (!counts_.closed) grant = take();
    free_places(1, now);
    return counts_.closed ? Answer::closed : Answer::granted;
  }
  ++counts_.connecting;
  grant = PoolGrant{nullptr, counts_.generation};
  check();
  return Answer::granted;
}

void PoolLedger::dispose(SlotList& retired) {
  const std::lock_guard lock(mutex_);
  ++counts_.generation;
  retire_idle(retired);
  check();
}

void PoolLedger::shut(SlotList& retired) {
  const std::lock_guard lock(mutex_);
  counts_.closed = true;
  while (PoolWaiter* waiter = waiting_.pop_front()) {
    waiter->state_ = PoolWaiter::State::refused;
    waiter->wake();
  }
  retire_idle(retired);
  check();
}

bool PoolLedger::drained(Deadline deadline) {
  std::unique_lock lock(mutex_);
  const auto nothing_open = [this] { return counts_.open == 0; };
  if (!deadline.is_never()) return empty_.wait_until(lock, deadline.point(), nothing_open);
  empty_.wait(lock, nothing_open);
  return true;
}

void PoolLedger::count_timeout() {
  const std::lock_guard lock(mutex_);
  ++counts_.timeouts;
}

bool PoolLedger::used() const {
  const std::lock_guard lock(mutex_);
  return counts_.open + counts_.leases + counts_.connect_failures != 0;
}

PoolStatistics PoolLedger::statistics() const {
  const std::lock_guard lock(mutex_);
  PoolStatistics statistics = counts_;
  statistics.idle = idle_.size();
  statistics.leased = leased_.size();
  statistics.waiting = waiting_.size();
  return statistics;
}

std::size_t PoolLedger::held_by_this_thread() const {
  const std::lock_guard lock(mutex_);
  std::size_t held = 0;
  for (const PoolSlot* slot = leased_.first(); slot != nullptr; slot = slot->next) {
    if (slot->owner == std::this_thread::get_id()) ++held;
  }
  return held;
}

bool PoolLedger::available() const {
  return !idle_.empty() || !counts_.capacity || counts_.open < *counts_.capacity;
}

PoolLedger::Answer PoolLedger::admit(PoolGrant& grant, TimePoint now) {
  if (counts_.closed) return Answer::closed;
  // A waiter past its patience goes first; a younger one may be overtaken.
  if (!waiting_.empty()) serve(now);
  if (!available()) return Answer::wait;
  grant = take();
  check();
  return Answer::granted;
}

PoolLedger::Answer PoolLedger::collect(PoolWaiter& waiter, PoolGrant& grant) {
  const bool granted = waiter.state_ == PoolWaiter::State::granted;
  waiter.state_ = PoolWaiter::State::outside;
  if (!granted) return Answer::closed;
  grant = waiter.grant_;
  if (grant.slot != nullptr) grant.slot->owner = std::this_thread::get_id();
  return Answer::granted;
}

PoolGrant PoolLedger::take() {
  PoolSlot* slot = idle_.pop_front();
  if (slot != nullptr) {
    lend(*slot);
  } else {
    ++counts_.open;
    ++counts_.connecting;
  }
  return PoolGrant{slot, counts_.generation};
}

void PoolLedger::lend(PoolSlot& slot) {
  slot.owner = std::this_thread::get_id();
  leased_.push_front(slot);
  ++counts_.leases;
}

void PoolLedger::grant_first() {
  PoolWaiter* waiter = waiting_.pop_front();
  waiter->grant_ = take();
  // The lease is not this thread's; the waiter signs for it when it collects.
  if (waiter->grant_.slot != nullptr) waiter->grant_.slot->owner = {};
  waiter->state_ = PoolWaiter::State::granted;
  ++counts_.hand_overs;
  waiter->wake();
}

void PoolLedger::serve(TimePoint now) {
  while (!waiting_.empty() && available()) {
    PoolWaiter* first = waiting_.first();
    if (now - first->since_ < patience_) {
      if (!std::exchange(first->woken_, true)) first->wake();
      return;
    }
    grant_first();
  }
}

void PoolLedger::free_places(std::size_t count, TimePoint now) {
  counts_.open -= count;
  serve(now);
  check();
  if (counts_.open == 0) empty_.notify_all();
}

void PoolLedger::reap(TimePoint now, SlotList& retired) {
  PoolSlot* oldest = idle_.last();
  if (oldest == nullptr || (now < oldest->expires && oldest->generation == counts_.generation)) return;
  idle_.remove(*oldest);
  ++counts_.closing;
  retired.push_back(*oldest);
}

void PoolLedger::retire_idle(SlotList& retired) {
  while (PoolSlot* slot = idle_.pop_front()) {
    ++counts_.closing;
    retired.push_back(*slot);
  }
}

void PoolLedger::check() const {
  assert(idle_.size() + leased_.size() + counts_.connecting + counts_.closing == counts_.open);
  assert(!counts_.capacity || counts_.open <= *counts_.capacity);
  assert(counts_.pool_size == 0 || idle_.size() <= counts_.pool_size);
  // Nobody sleeps beside something free.
  assert(waiting_.empty() || !available() || waiting_.first()->woken_);
}

}  // namespace migrate::engine
