#include <algorithm>
#include <random>
#include <utility>

#include "migrate/engine/error.hpp"
#include "migrate/engine/pool_ledger.hpp"

// Limits, states and figures of a pool.

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

void check_counts(const PoolOptions& options) {
  const std::pair<const char*, int> counts[] = {
      {"min_idle", options.min_idle}, {"max_waiters", options.max_waiters}, {"max_connecting", options.max_connecting}};
  for (const auto& [name, value] : counts) {
    if (value >= 0) continue;
    throw DatabaseArgumentError(std::string(name) + " is " + std::to_string(value) + ", but cannot be negative",
                                name == counts[0].first ? "Use 0 for none." : "Use 0 for no limit.");
  }
  if (options.pool_size > 0 && options.min_idle > options.pool_size) {
    throw DatabaseArgumentError("min_idle is " + std::to_string(options.min_idle) + ", but pool_size is only " +
                                    std::to_string(options.pool_size),
                                "The pool keeps no more idle connections than pool_size.");
  }
}

std::optional<std::size_t> capacity_of(int pool_size, int max_overflow) {
  if (pool_size == 0 || max_overflow == -1) return std::nullopt;
  return static_cast<std::size_t>(pool_size) + static_cast<std::size_t>(max_overflow);
}

}  // namespace

PoolLedger::PoolLedger(const PoolSettings& settings)
    : options_(settings.options),
      patience_(settings.patience),
      draws_(settings.jitter_seed != 0 ? settings.jitter_seed : std::random_device{}()) {
  counts_.pool_size = checked_size(options_.pool_size, options_.max_overflow);
  counts_.capacity = counts_.ceiling = capacity_of(options_.pool_size, options_.max_overflow);
  check_counts(options_);
}

void PoolLedger::resize(int pool_size, int max_overflow, TimePoint now, SlotList& retired) {
  const std::size_t size = checked_size(pool_size, max_overflow);
  const std::lock_guard lock(mutex_);
  counts_.pool_size = size;
  counts_.capacity = counts_.ceiling = capacity_of(pool_size, max_overflow);
  // What retires here still counts until it is closed.
  if (counts_.ceiling) counts_.ceiling = std::max(*counts_.ceiling, counts_.open);
  const auto too_many = [this] {
    const bool beyond_size = counts_.pool_size != 0 && idle_.size() > counts_.pool_size;
    return beyond_size || (counts_.capacity && counts_.open - counts_.closing > *counts_.capacity);
  };
  while (!idle_.empty() && too_many()) {
    PoolSlot* oldest = idle_.last();
    idle_.remove(*oldest);
    end(*oldest, CloseCause::surplus, retired);
  }
  serve(now);
  ring();
  check();
}

void PoolLedger::suspend() {
  const std::lock_guard lock(mutex_);
  counts_.suspended = true;
}

void PoolLedger::resume(TimePoint now) {
  const std::lock_guard lock(mutex_);
  counts_.suspended = false;
  serve(now);
  ring();
  check();
}

void PoolLedger::dispose(SlotList& retired) {
  const std::lock_guard lock(mutex_);
  ++counts_.generation;
  retire_idle(CloseCause::stale, retired);
  check();
}

void PoolLedger::shut(SlotList& retired) {
  const std::lock_guard lock(mutex_);
  counts_.closed = true;
  while (PoolWaiter* waiter = waiting_.pop_front()) {
    waiter->state_ = PoolWaiter::State::refused;
    waiter->wake();
  }
  retire_idle(CloseCause::shut, retired);
  check();
}

void PoolLedger::retire_idle(CloseCause cause, SlotList& retired) {
  while (PoolSlot* slot = idle_.pop_front()) end(*slot, cause, retired);
}

bool PoolLedger::drained(Deadline deadline) {
  std::unique_lock lock(mutex_);
  const auto nothing_open = [this] { return counts_.open == 0; };
  if (!deadline.is_never()) return empty_.wait_until(lock, deadline.point(), nothing_open);
  empty_.wait(lock, nothing_open);
  return true;
}

bool PoolLedger::when_empty(PoolWaiter& waiter) {
  const std::lock_guard lock(mutex_);
  if (counts_.open == 0) return true;
  waiter.state_ = PoolWaiter::State::queued;
  leaving_.push_back(waiter);
  return false;
}

void PoolLedger::leave_empty(PoolWaiter& waiter) {
  const std::lock_guard lock(mutex_);
  if (std::exchange(waiter.state_, PoolWaiter::State::outside) == PoolWaiter::State::queued) leaving_.remove(waiter);
}

void PoolLedger::visit_leased(const std::function<void(PoolSlot&)>& visit) {
  const std::lock_guard lock(mutex_);
  for (PoolSlot* slot = leased_.first(); slot != nullptr; slot = slot->next) visit(*slot);
}

void PoolLedger::count_timeout() {
  const std::lock_guard lock(mutex_);
  ++counts_.timeouts;
}

bool PoolLedger::used() const {
  const std::lock_guard lock(mutex_);
  return counts_.open + counts_.leases + counts_.connects + counts_.connect_failures != 0;
}

PoolStatistics PoolLedger::statistics() const {
  std::unique_lock lock(mutex_);
  PoolStatistics statistics = counts_;
  statistics.idle = idle_.size();
  statistics.leased = leased_.size();
  statistics.waiting = waiting_.size();
  lock.unlock();
  statistics.wait = wait_.snapshot();
  statistics.connect = connect_.snapshot();
  statistics.use = use_.snapshot();
  return statistics;
}

std::vector<LeakReport> PoolLedger::holders(std::thread::id thread, TimePoint now, std::size_t limit) const {
  std::vector<LeakReport> found;
  const std::lock_guard lock(mutex_);
  for (const PoolSlot* slot = leased_.last(); slot != nullptr && found.size() < limit; slot = slot->previous) {
    if (slot->borrowed || (thread != std::thread::id() && slot->holder.thread != thread)) continue;
    found.push_back(LeakReport{slot->holder.site, slot->holder.thread, now - slot->leased_at});
  }
  return found;
}

}  // namespace migrate::engine
