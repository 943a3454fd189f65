#include <fmt/format.h>

#include <algorithm>

#include "unit/engine/pool_model.hpp"

// What happens beside the callers, and what must hold after each step.

namespace migrate::test {

using namespace std::chrono_literals;
using engine::CloseCause;

std::string PoolModel::step() {
  switch (random_() % 16) {
    case 0:
      now_ += std::chrono::microseconds(random_() % 3000);
      break;
    case 1:
    case 2:
      if (!attempts_.empty()) end_attempt(false);
      break;
    case 3:
    case 4:
      if (!dying_.empty()) close_one();
      break;
    case 5:
      housekeeping();
      break;
    case 6:
      administer();
      break;
    default:
      act(callers_[random_() % callers_.size()]);
  }
  return wrong();
}

void PoolModel::end_attempt(bool smooth) {
  const std::size_t which = random_() % attempts_.size();
  const engine::PoolGrant grant = attempts_[which];
  attempts_.erase(attempts_.begin() + static_cast<std::ptrdiff_t>(which));
  if (!smooth && chance(4)) {
    chance(3) ? ledger_.connect_abandoned(grant, now_) : ledger_.connect_failed(grant, "refused", now_);
    return;
  }
  engine::SlotList retired;
  Session& session = sessions_.emplace_back();
  session.place = Place::idle_or_handed;
  ledger_.supply(session, grant, now_, now_, retired);
  collect(retired);
}

void PoolModel::close_one() {
  engine::PoolSlot* slot = dying_.front();
  dying_.pop_front();
  seize(slot, Place::dying, Place::closed);
  ledger_.closed(1, now_);
}

void PoolModel::housekeeping() {
  if (!rung_ && now_ < due_) return;
  rung_ = false;
  engine::PoolUpkeep work;
  due_ = ledger_.upkeep(now_, work);
  if (due_ <= now_) fault_ = "upkeep is due at once, for ever";
  collect(work.retired);
  attempts_.insert(attempts_.end(), work.fills.begin(), work.fills.end());
  while (engine::PoolSlot* slot = ledger_.borrow_silent(now_)) {
    seize(slot, Place::idle_or_handed, Place::borrowed);
    pinged_.push_back(slot);
  }
}

void PoolModel::end_ping(bool smooth) {
  engine::PoolSlot* slot = pinged_.front();
  pinged_.pop_front();
  if (!smooth && chance(5)) {
    seize(slot, Place::borrowed, Place::dying);
    ledger_.retire(*slot, CloseCause::ping_failed, now_, any_scope());
    dying_.push_back(slot);
    return;
  }
  engine::SlotList retired;
  seize(slot, Place::borrowed, Place::idle_or_handed);
  ledger_.keep(*slot, now_, retired);
  collect(retired);
}

void PoolModel::administer() {
  engine::SlotList retired;
  engine::PoolGrant grant;
  switch (random_() % 12) {
    case 0:
      ledger_.dispose(retired);
      break;
    case 1:
      ledger_.suspend();
      suspended_ = true;
      break;
    case 2:
    case 3:
    case 4:
      ledger_.resume(now_);
      suspended_ = false;
      break;
    case 5:
      if (settings_.options.pool_size != 0 && chance(4)) {
        ledger_.resize(static_cast<int>(std::max<std::size_t>(1, random_() % 5)), static_cast<int>(random_() % 3), now_,
                       retired);
      }
      break;
    case 6:
      if (ledger_.reserve(3, grant)) attempts_.push_back(grant);
      break;
    case 7:
      if (engine::PoolSlot* slot = ledger_.borrow(ledger_.next_round())) {
        seize(slot, Place::idle_or_handed, Place::borrowed);
        borrowed_.push_back(slot);
      }
      break;
    case 8:
    case 9:
      if (!pinged_.empty()) end_ping(false);
      break;
    default:
      if (!borrowed_.empty()) end_borrowed();
  }
  collect(retired);
}

void PoolModel::end_borrowed() {
  engine::PoolSlot* slot = borrowed_.front();
  borrowed_.pop_front();
  if (chance(3)) {
    seize(slot, Place::borrowed, Place::dying);
    ledger_.retire(*slot, CloseCause::filtered, now_);
    dying_.push_back(slot);
    return;
  }
  engine::SlotList retired;
  seize(slot, Place::borrowed, Place::idle_or_handed);
  ledger_.restore(*slot, now_, retired);
  collect(retired);
}

/// One round in which everything under way ends well. False when there was nothing left to do.
bool PoolModel::calm() {
  bool busy = false;
  const auto drain = [&busy](auto& items, auto&& action) {
    for (; !items.empty(); busy = true) action();
  };
  drain(borrowed_, [this] { end_borrowed(); });
  drain(pinged_, [this] { end_ping(true); });
  drain(attempts_, [this] { end_attempt(true); });
  drain(dying_, [this] { close_one(); });
  for (Caller& caller : callers_) {
    if (caller.checkout == nullptr) continue;
    const bool asleep = caller.checkout->step() == Step::wait && !caller.waiter.woken;
    if (asleep) continue;
    busy = true;
    caller.holds ? use(caller, true) : go_on(caller, true);
  }
  return busy;
}

std::string PoolModel::settle() {
  if (suspended_) ledger_.resume(now_);
  suspended_ = false;
  while (calm()) {
    if (std::string found = wrong(); !found.empty()) return found;
  }
  for (const Caller& caller : callers_) {
    if (caller.checkout != nullptr) return "a caller sleeps although nothing is under way any more";
  }
  const auto now = ledger_.statistics();
  if (now.idle != now.open || now.waiting != 0) return "not everything has come to rest";
  if (now.capacity && now.open > *now.capacity) return "more is open than resize() left room for";
  return {};
}

std::string PoolModel::finish() {
  if (std::string found = settle(); !found.empty()) return found;
  engine::SlotList retired;
  ledger_.shut(retired);
  collect(retired);
  while (!dying_.empty()) close_one();
  if (ledger_.statistics().open != 0) return "something is open after the end";
  const auto ended = [](const Session& s) { return s.place == Place::closed || s.place == Place::detached; };
  if (!std::all_of(sessions_.begin(), sessions_.end(), ended)) return "a connection was neither closed nor detached";
  return wrong();
}

std::string PoolModel::wrong() const {
  if (!fault_.empty()) return fault_;
  const auto now = ledger_.statistics();
  if (!now.consistent()) return "the ledger contradicts itself";
  std::string found = miscounted(now);
  if (!found.empty() || now.waiting == 0 || suspended_) return found;
  const bool someone_woken = std::any_of(callers_.begin(), callers_.end(), [](const Caller& caller) {
    return caller.checkout != nullptr && caller.checkout->step() == Step::wait && caller.waiter.woken;
  });
  return now.idle > 0 && !someone_woken ? "callers sleep beside an idle connection" : "";
}

/// The ledger's figures against what the model's people have in their hands.
std::string PoolModel::miscounted(const engine::PoolStatistics& now) const {
  std::size_t connecting = attempts_.size();
  std::size_t held = borrowed_.size() + pinged_.size();
  std::size_t closing = dying_.size();
  std::size_t asleep = 0;
  bool more = false;  // a caller who closes may have more to close than shows
  for (const Caller& caller : callers_) {
    if (caller.checkout == nullptr) continue;
    const Step step = caller.checkout->step();
    if (step == Step::connect) ++connecting;
    if (step == Step::wait) ++asleep;
    if (step == Step::close) ++closing, more = true;
    if (step != Step::connect && step != Step::wait && step != Step::close) ++held;
  }
  // Who was handed something has not looked yet.
  const std::size_t handed = asleep - std::min(asleep, now.waiting);
  const std::size_t handed_slots = now.leased - std::min(now.leased, held);
  const std::size_t handed_places = now.connecting - std::min(now.connecting, connecting);
  const bool right = (now.closing == closing || (more && now.closing > closing)) && now.leased >= held &&
                     now.connecting >= connecting && now.waiting <= asleep && handed_slots + handed_places == handed;
  if (right) return {};
  return fmt::format("{} asleep, {} in hand, {} connecting, {} closing; but the ledger says: {}", asleep, held,
                     connecting, closing, engine::to_string(now));
}

}  // namespace migrate::test
