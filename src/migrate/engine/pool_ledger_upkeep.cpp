#include <algorithm>
#include <utility>

#include "migrate/engine/pool_ledger.hpp"

// What is done beside leasing: reaping, filling, finding leaks, looking through the idle.

namespace migrate::engine {
namespace {

using namespace std::chrono_literals;

}  // namespace

PoolLedger::TimePoint PoolLedger::upkeep(TimePoint now, PoolUpkeep& work) {
  const std::lock_guard lock(mutex_);
  rung_ = false;
  for (PoolSlot* slot = idle_.last(); slot != nullptr;) {
    PoolSlot* newer = slot->previous;
    reap(*slot, now, work.retired);
    slot = newer;
  }
  if (now >= next_fill_) plan_fills(work);
  if (options_.leak_threshold > 0ms) find_leaks(now, work);
  check();
  return next_due(now);
}

void PoolLedger::set_bell(std::function<void()> bell) {
  const std::lock_guard lock(mutex_);
  bell_ = std::move(bell);
}

bool PoolLedger::reap(PoolSlot& slot, TimePoint now, SlotList& retired) {
  const auto unused = now - slot.idle_since;
  auto cause = unfit(slot, now);
  if (!cause && options_.idle_timeout >= 0ms && unused >= options_.idle_timeout &&
      idle_.size() > static_cast<std::size_t>(std::max(options_.min_idle, 0))) {
    cause = CloseCause::idle;
  }
  if (!cause && counts_.pool_size != 0 && idle_.size() > counts_.pool_size && unused >= options_.overflow_linger) {
    cause = CloseCause::surplus;
  }
  if (!cause) return false;
  idle_.remove(slot);
  end(slot, *cause, retired);
  ring();
  return true;
}

bool PoolLedger::short_of_idle() const {
  if (options_.min_idle <= 0 || counts_.closed || counts_.suspended || !waiting_.empty() || !room()) return false;
  return idle_.size() + filling_ < static_cast<std::size_t>(options_.min_idle) &&
         (counts_.pool_size == 0 || counts_.open < counts_.pool_size);
}

void PoolLedger::plan_fills(PoolUpkeep& work) {
  while (short_of_idle()) {
    work.fills.push_back(PoolGrant{nullptr, counts_.generation, PoolGrant::Purpose::fill});
    ++counts_.open;
    ++counts_.connecting;
    ++filling_;
  }
}

void PoolLedger::find_leaks(TimePoint now, PoolUpkeep& work) {
  for (PoolSlot* slot = leased_.last(); slot != nullptr; slot = slot->previous) {
    if (now - slot->leased_at < options_.leak_threshold) break;
    if (slot->borrowed || slot->leak_told) continue;
    work.leaks.push_back(LeakReport{slot->holder.site, slot->holder.thread, now - slot->leased_at});
    slot->leak_told = true;
    ++counts_.leaks;
  }
}

PoolLedger::TimePoint PoolLedger::next_due(TimePoint now) const {
  TimePoint due = TimePoint::max();
  const auto within = [&due](TimePoint point) { due = std::min(due, point); };
  // What begins to be idle, leased or open after now, is due no earlier than this; unless the bell rings.
  if (options_.idle_timeout >= 0ms) within(now + options_.idle_timeout);
  if (options_.overflow_linger > 0ms) within(now + options_.overflow_linger);
  if (options_.leak_threshold > 0ms) within(now + options_.leak_threshold);
  if (options_.pool_recycle > 0s) within(now + std::chrono::nanoseconds(options_.pool_recycle) / 10 * 9);
  if (options_.keepalive > 0ms) within(now + std::chrono::nanoseconds(options_.keepalive) / 10 * 9);
  if (short_of_idle()) within(next_fill_);
  const bool closes_unused = idle_.size() > static_cast<std::size_t>(std::max(options_.min_idle, 0));
  for (const PoolSlot* slot = idle_.first(); slot != nullptr; slot = slot->next) {
    within(slot->expires);
    if (!counts_.suspended) within(slot->keep_at);
    if (options_.idle_timeout >= 0ms && closes_unused) within(slot->idle_since + options_.idle_timeout);
    if (options_.overflow_linger > 0ms && idle_.size() > counts_.pool_size) {
      within(slot->idle_since + options_.overflow_linger);
    }
  }
  for (const PoolSlot* slot = leased_.first(); options_.leak_threshold > 0ms && slot != nullptr; slot = slot->next) {
    if (!slot->borrowed && !slot->leak_told) within(slot->leased_at + options_.leak_threshold);
  }
  return std::max(due, now + 1ms);
}

void PoolLedger::ring() {
  if (!bell_ || rung_ || !short_of_idle()) return;
  rung_ = true;
  bell_();
}

std::uint64_t PoolLedger::next_round() {
  const std::lock_guard lock(mutex_);
  return ++rounds_;
}

PoolSlot* PoolLedger::borrow(std::uint64_t round) {
  const std::lock_guard lock(mutex_);
  if (counts_.closed) return nullptr;
  PoolSlot* slot = idle_.last();
  while (slot != nullptr && slot->round >= round) slot = slot->previous;
  if (slot == nullptr) return nullptr;
  slot->round = round;
  hold(*slot);
  return slot;
}

PoolSlot* PoolLedger::borrow_silent(TimePoint now) {
  const std::lock_guard lock(mutex_);
  if (counts_.closed || counts_.suspended || !waiting_.empty()) return nullptr;
  PoolSlot* slot = idle_.last();
  while (slot != nullptr && (now < slot->keep_at || unfit(*slot, now))) slot = slot->previous;
  if (slot == nullptr) return nullptr;
  ++counts_.keepalives;
  hold(*slot);
  return slot;
}

void PoolLedger::restore(PoolSlot& slot, TimePoint now, SlotList& retired) {
  const std::lock_guard lock(mutex_);
  put_back(slot, now, retired);
}

void PoolLedger::keep(PoolSlot& slot, TimePoint now, SlotList& retired) {
  const std::lock_guard lock(mutex_);
  note_answer(slot, now);
  put_back(slot, now, retired);
}

void PoolLedger::note_answer(PoolSlot& slot, TimePoint now) {
  slot.heard = now;
  if (options_.keepalive > 0ms) slot.keep_at = pool_expiry(now, options_.keepalive, draws_++);
}

void PoolLedger::hold(PoolSlot& slot) {
  slot.borrowed = true;
  idle_.remove(slot);
  leased_.push_front(slot);
  check();
}

void PoolLedger::put_back(PoolSlot& slot, TimePoint now, SlotList& retired) {
  leased_.remove(slot);
  slot.borrowed = false;
  if (const auto cause = unfit(slot, now)) {
    end(slot, *cause, retired);
  } else {
    PoolSlot* older = idle_.first();
    while (older != nullptr && older->idle_since > slot.idle_since) older = older->next;
    older != nullptr ? idle_.insert_before(*older, slot) : idle_.push_back(slot);
    const bool lingers = options_.overflow_linger > 0ms || counts_.pool_size == 0;
    if (!lingers && idle_.size() > counts_.pool_size) {
      idle_.remove(slot);
      end(slot, CloseCause::surplus, retired);
    }
    serve(now);
  }
  check();
}

}  // namespace migrate::engine
