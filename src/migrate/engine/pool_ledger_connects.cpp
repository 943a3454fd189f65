#include <algorithm>
#include <utility>

#include "migrate/engine/pool_ledger.hpp"

// The connections being made.

namespace migrate::engine {
namespace {

using namespace std::chrono_literals;
constexpr std::chrono::nanoseconds k_first_pause = 10ms;
constexpr std::chrono::nanoseconds k_longest_pause = 5s;

}  // namespace

bool PoolLedger::connected(PoolSlot& slot, const PoolHolder& holder, std::uint64_t generation, TimePoint begun,
                           TimePoint now) {
  const std::lock_guard lock(mutex_);
  connect_.record(now - begun);
  --counts_.connecting;
  ++counts_.connects;
  slot.generation = generation;
  if (counts_.closed) {
    condemn(slot, CloseCause::shut, FailureScope::connection);
    return false;
  }
  lend(slot, holder, now);
  serve(now);
  check();
  return true;
}

void PoolLedger::supply(PoolSlot& slot, const PoolGrant& grant, TimePoint begun, TimePoint now, SlotList& retired) {
  const std::lock_guard lock(mutex_);
  connect_.record(now - begun);
  ++counts_.connects;
  not_connecting(grant);
  if (grant.purpose == PoolGrant::Purpose::fill) fill_pause_ = {};
  slot.generation = grant.generation;
  shelve(slot, now, retired);
  serve(now);
  check();
}

void PoolLedger::connect_failed(const PoolGrant& grant, std::string error, TimePoint now) {
  const std::lock_guard lock(mutex_);
  ++counts_.connect_failures;
  if (!error.empty()) counts_.last_connect_error = std::move(error);
  if (grant.purpose == PoolGrant::Purpose::fill) {
    fill_pause_ = std::clamp<std::chrono::nanoseconds>(2 * fill_pause_, k_first_pause, k_longest_pause);
    next_fill_ = now + fill_pause_;
  }
  not_connecting(grant);
  free_places(1, now);
}

void PoolLedger::connect_abandoned(const PoolGrant& grant, TimePoint now) {
  const std::lock_guard lock(mutex_);
  not_connecting(grant);
  free_places(1, now);
}

bool PoolLedger::reserve(std::size_t wanted, PoolGrant& grant) {
  const std::lock_guard lock(mutex_);
  if (counts_.closed || counts_.suspended || counts_.open >= wanted || !room()) return false;
  ++counts_.open;
  ++counts_.connecting;
  ++filling_;
  grant = PoolGrant{nullptr, counts_.generation, PoolGrant::Purpose::fill};
  return true;
}

void PoolLedger::not_connecting(const PoolGrant& grant) {
  --counts_.connecting;
  if (grant.purpose == PoolGrant::Purpose::whoever) --promised_;
  if (grant.purpose == PoolGrant::Purpose::fill) --filling_;
}

}  // namespace migrate::engine
