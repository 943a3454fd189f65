#include "migrate/engine/pool_ledger.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace migrate::engine {

PoolLedger::Answer PoolLedger::try_enter(const PoolHolder& holder, PoolGrant& grant, TimePoint now) {
  const std::lock_guard lock(mutex_);
  return admit(holder, grant, now);
}

PoolLedger::Answer PoolLedger::enter(PoolWaiter& waiter, const PoolHolder& holder, PoolGrant& grant, TimePoint now) {
  const std::lock_guard lock(mutex_);
  const Answer answer = admit(holder, grant, now);
  if (answer != Answer::wait) return answer;
  if (options_.max_waiters > 0 && waiting_.size() >= static_cast<std::size_t>(options_.max_waiters)) {
    ++counts_.refusals;
    return Answer::full;
  }
  enqueue(waiter, holder, now, false);
  return Answer::wait;
}

PoolLedger::Answer PoolLedger::poll(PoolWaiter& waiter, PoolGrant& grant, TimePoint now) {
  const std::lock_guard lock(mutex_);
  if (waiter.state_ != PoolWaiter::State::queued) return collect(waiter, grant);
  waiter.woken_ = false;
  if (waiting_.first() != &waiter || !available(waiting_.size())) return Answer::wait;
  waiting_.remove(waiter);
  waiter.state_ = PoolWaiter::State::outside;
  wait_.record(now - waiter.since_);
  grant = take(waiter.holder_, now);
  serve(now);
  check();
  return Answer::granted;
}

PoolLedger::Answer PoolLedger::leave(PoolWaiter& waiter, PoolGrant& grant, TimePoint now) {
  const std::lock_guard lock(mutex_);
  if (waiter.state_ != PoolWaiter::State::queued) return collect(waiter, grant);
  waiting_.remove(waiter);
  waiter.state_ = PoolWaiter::State::outside;
  wait_.record(now - waiter.since_);
  // It may have been woken for something that is still there: the next one must hear of it.
  serve(now);
  ring();
  return Answer::wait;
}

void PoolLedger::delegate(PoolGrant& grant) {
  const std::lock_guard lock(mutex_);
  grant.purpose = PoolGrant::Purpose::whoever;
  ++promised_;
}

void PoolLedger::delegate(PoolWaiter& waiter, const PoolHolder& holder, PoolGrant& grant, TimePoint now) {
  const std::lock_guard lock(mutex_);
  grant.purpose = PoolGrant::Purpose::whoever;
  ++promised_;
  if (counts_.closed) {
    waiter.state_ = PoolWaiter::State::refused;
    return;
  }
  enqueue(waiter, holder, now, true);
  // A connection may have come back meanwhile.
  serve(now);
  check();
}

void PoolLedger::give_back(PoolSlot& slot, TimePoint now, SlotList& retired) {
  const std::lock_guard lock(mutex_);
  use_.record(now - slot.leased_at);
  leased_.remove(slot);
  shelve(slot, now, retired);
  PoolSlot* const oldest = idle_.last();
  const bool fresh = oldest == &slot && options_.idle_timeout.count() != 0;
  if (oldest != nullptr && !fresh) reap(*oldest, now, retired);
  check();
}

void PoolLedger::retire(PoolSlot& slot, CloseCause cause, TimePoint now, FailureScope reach) {
  const std::lock_guard lock(mutex_);
  if (!slot.borrowed) use_.record(now - slot.leased_at);
  leased_.remove(slot);
  condemn(slot, cause, reach);
  check();
}

void PoolLedger::reject(PoolSlot& slot, CloseCause cause, FailureScope reach) {
  const std::lock_guard lock(mutex_);
  --counts_.leases;
  leased_.remove(slot);
  condemn(slot, cause, reach);
  check();
}

void PoolLedger::closed(std::size_t count, TimePoint now) {
  const std::lock_guard lock(mutex_);
  counts_.closing -= count;
  counts_.discards += count;
  free_places(count, now);
}

PoolLedger::Answer PoolLedger::replace(PoolWaiter& waiter, const PoolHolder& holder, PoolGrant& grant, TimePoint now) {
  const std::lock_guard lock(mutex_);
  --counts_.closing;
  ++counts_.discards;
  --counts_.open;
  Answer answer = Answer::closed;
  if (!counts_.closed) {
    // Whoever waits came later than this caller, or is as far as it is.
    if (available(waiting_.size() + 1)) {
      grant = take(holder, now);
      answer = Answer::granted;
    } else {
      enqueue(waiter, holder, now, true);
      answer = Answer::wait;
    }
  }
  free_places(0, now);
  return answer;
}

bool PoolLedger::room() const {
  if (counts_.capacity && counts_.open >= *counts_.capacity) return false;
  return options_.max_connecting <= 0 || counts_.connecting < static_cast<std::size_t>(options_.max_connecting);
}

bool PoolLedger::available(std::size_t callers) const {
  return !counts_.suspended && (!idle_.empty() || (promised_ < callers && room()));
}

PoolLedger::Answer PoolLedger::admit(const PoolHolder& holder, PoolGrant& grant, TimePoint now) {
  if (counts_.closed) return Answer::closed;
  // A waiter past its patience goes first; a younger one may be overtaken.
  if (!waiting_.empty()) serve(now);
  if (!available(waiting_.size() + 1)) return Answer::wait;
  grant = take(holder, now);
  check();
  return Answer::granted;
}

void PoolLedger::enqueue(PoolWaiter& waiter, const PoolHolder& holder, TimePoint now, bool ahead) {
  waiter.state_ = PoolWaiter::State::queued;
  waiter.woken_ = false;
  waiter.since_ = now;
  waiter.holder_ = holder;
  ahead ? waiting_.push_front(waiter) : waiting_.push_back(waiter);
  ++counts_.waits;
}

PoolLedger::Answer PoolLedger::collect(PoolWaiter& waiter, PoolGrant& grant) {
  const bool granted = waiter.state_ == PoolWaiter::State::granted;
  waiter.state_ = PoolWaiter::State::outside;
  if (!granted) return Answer::closed;
  grant = waiter.grant_;
  if (grant.slot != nullptr) grant.slot->holder = waiter.holder_;
  return Answer::granted;
}

PoolGrant PoolLedger::take(const PoolHolder& holder, TimePoint now) {
  PoolSlot* slot = options_.lifo ? idle_.first() : idle_.last();
  if (slot != nullptr) {
    idle_.remove(*slot);
    lend(*slot, holder, now);
  } else {
    ++counts_.open;
    ++counts_.connecting;
  }
  ring();
  return PoolGrant{slot, counts_.generation, PoolGrant::Purpose::caller};
}

void PoolLedger::lend(PoolSlot& slot, const PoolHolder& holder, TimePoint now) {
  slot.holder = holder;
  slot.leased_at = now;
  slot.leak_told = false;
  leased_.push_front(slot);
  ++counts_.leases;
}

void PoolLedger::grant_first(TimePoint now) {
  PoolWaiter* waiter = waiting_.pop_front();
  wait_.record(now - waiter->since_);
  // The waiter signs for the lease when it collects it.
  waiter->grant_ = take(PoolHolder{{}, waiter->holder_.site}, now);
  waiter->state_ = PoolWaiter::State::granted;
  ++counts_.hand_overs;
  waiter->wake();
}

void PoolLedger::serve(TimePoint now) {
  while (!waiting_.empty() && available(waiting_.size())) {
    PoolWaiter* first = waiting_.first();
    if (now - first->since_ < patience_) {
      if (!std::exchange(first->woken_, true)) first->wake();
      return;
    }
    grant_first(now);
  }
}

void PoolLedger::shelve(PoolSlot& slot, TimePoint now, SlotList& retired) {
  slot.idle_since = now;
  note_answer(slot, now);
  if (const auto cause = unfit(slot, now)) return end(slot, *cause, retired);
  const bool full = counts_.pool_size != 0 && idle_.size() >= counts_.pool_size &&
                    options_.overflow_linger <= std::chrono::milliseconds(0);
  if (full && (waiting_.empty() || counts_.suspended)) return end(slot, CloseCause::surplus, retired);
  idle_.push_front(slot);
  // A waiter that is merely woken leaves the connection among the idle, where a full pool has no room for it.
  if (full) grant_first(now);
  serve(now);
}

std::optional<CloseCause> PoolLedger::unfit(const PoolSlot& slot, TimePoint now) const {
  if (counts_.closed) return CloseCause::shut;
  if (slot.soft_invalid) return CloseCause::invalidated;
  if (slot.generation != counts_.generation) return CloseCause::stale;
  if (now >= slot.expires) return CloseCause::expired;
  if (counts_.capacity && counts_.open > *counts_.capacity) return CloseCause::surplus;
  return std::nullopt;
}

void PoolLedger::condemn(PoolSlot& slot, CloseCause cause, FailureScope reach) {
  ++counts_.closing;
  ++counts_.causes[static_cast<std::size_t>(cause)];
  if (is_loss(cause) && reach == FailureScope::pool && slot.generation == counts_.generation) ++counts_.generation;
}

void PoolLedger::end(PoolSlot& slot, CloseCause cause, SlotList& retired) {
  condemn(slot, cause, FailureScope::connection);
  retired.push_back(slot);
}

void PoolLedger::free_places(std::size_t count, TimePoint now) {
  counts_.open -= count;
  if (counts_.ceiling) counts_.ceiling = std::max(*counts_.capacity, std::min(*counts_.ceiling, counts_.open));
  serve(now);
  ring();
  check();
  if (counts_.open != 0) return;
  empty_.notify_all();
  while (PoolWaiter* waiter = leaving_.pop_front()) {
    waiter->state_ = PoolWaiter::State::outside;
    waiter->wake();
  }
}

void PoolLedger::check() const {
  assert(idle_.size() + leased_.size() + counts_.connecting + counts_.closing == counts_.open);
  assert(!counts_.ceiling || counts_.open <= *counts_.ceiling);
  assert(counts_.pool_size == 0 || options_.overflow_linger.count() > 0 || idle_.size() <= counts_.pool_size);
  assert(promised_ + filling_ <= counts_.connecting);
  // Nobody sleeps beside something free.
  assert(waiting_.empty() || !available(waiting_.size()) || waiting_.first()->woken_);
}

}  // namespace migrate::engine
