#include "unit/engine/pool_model.hpp"

#include <fmt/format.h>

#include "migrate/engine/error.hpp"

namespace migrate::test {

using namespace std::chrono_literals;
using engine::CloseCause;
using engine::Deadline;
using engine::PoolCheckout;
using engine::PoolGrant;

engine::PoolSettings PoolModel::settings_for(std::minstd_rand& random) {
  const auto below = [&random](unsigned limit) { return static_cast<int>(random() % limit); };
  engine::PoolSettings settings;
  engine::PoolOptions& options = settings.options;
  options.pool_size = 1 + below(4);
  options.max_overflow = below(5) - 1;
  if (options.pool_size == 4) options.pool_size = 0;
  options.pool_timeout = below(6) == 0 ? 0ms : 20ms;
  options.pool_pre_ping = below(4) != 0;
  options.pool_recycle = std::chrono::seconds(below(4) - 1);
  options.ping_after_idle = std::chrono::milliseconds(below(8));
  options.lifo = below(3) != 0;
  options.max_waiters = below(3) == 0 ? 3 : 0;
  options.max_connecting = below(2) == 0 ? 1 + below(2) : 0;
  options.overflow_linger = std::chrono::milliseconds(below(3) * 3);
  options.idle_timeout = std::chrono::milliseconds(below(3) * 10 - 1);
  options.min_idle = below(2) == 0            ? 0
                     : options.pool_size == 0 ? 2
                                              : 1 + below(static_cast<unsigned>(options.pool_size));
  options.keepalive = std::chrono::milliseconds(below(3) * 6 - 1);
  options.leak_threshold = std::chrono::milliseconds(below(2) * 15);
  return settings;
}

PoolModel::PoolModel(std::uint64_t seed)
    : random_(static_cast<std::minstd_rand::result_type>(seed * 0x9e3779b97f4a7c15U >> 32U)),
      settings_(engine::within_reason(settings_for(random_))),
      ledger_(settings_) {
  ledger_.set_bell([this] { rung_ = true; });
}

std::string PoolModel::description() const {
  const auto& o = settings_.options;
  const auto now = ledger_.statistics();
  return fmt::format(
      "timeout {} recycle {} ping {}/{} lifo {} waiters {} connecting {} linger {} idle {} min_idle {} keepalive {} "
      "leak {}; "
      "{}; {} leases, {} connects, {} failures, {} hand-overs, {} timeouts, {} refusals, {} pings, {} leaks",
      o.pool_timeout.count(), o.pool_recycle.count(), o.pool_pre_ping, o.ping_after_idle.count(), o.lifo, o.max_waiters,
      o.max_connecting, o.overflow_linger.count(), o.idle_timeout.count(), o.min_idle, o.keepalive.count(),
      o.leak_threshold.count(), engine::to_string(now), now.leases, now.connects, now.connect_failures, now.hand_overs,
      now.timeouts, now.refusals, now.keepalives, now.leaks);
}

template <typename Item>
Item PoolModel::take_any(std::deque<Item>& items) {
  std::swap(items[random_() % items.size()], items.back());
  Item item = items.back();
  items.pop_back();
  return item;
}

PoolModel::Session& PoolModel::made() {
  Session& session = sessions_.emplace_back();
  if (settings_.options.pool_recycle >= 0s) {
    session.expires = engine::pool_expiry(now_, settings_.options.pool_recycle, random_());
  }
  return session;
}

void PoolModel::seize(engine::PoolSlot* slot, Place from, Place to) {
  auto& session = static_cast<Session&>(*slot);
  if (session.place != from && fault_.empty()) {
    fault_ = fmt::format("a connection goes from place {} to {}, but was in {}", static_cast<int>(from),
                         static_cast<int>(to), static_cast<int>(session.place));
  }
  session.place = to;
}

void PoolModel::collect(engine::SlotList& retired) {
  while (engine::PoolSlot* slot = retired.pop_front()) {
    static_cast<Session*>(slot)->place = Place::dying;
    dying_.push_back(slot);
  }
}

void PoolModel::ask(Caller& caller) {
  caller.waiter.woken = false;
  caller.checkout = std::make_unique<PoolCheckout>(ledger_, settings_, caller.waiter,
                                                   engine::PoolHolder{{}, std::source_location::current()}, chance(2));
  const auto limit = chance(3) ? Deadline::never() : Deadline::at(now_ + std::chrono::milliseconds(random_() % 10));
  caller.checkout->start(limit, now_);
  after(caller);
}

void PoolModel::connect(Caller& caller, bool smooth) {
  PoolCheckout& checkout = *caller.checkout;
  const TimePoint begun = now_;
  const unsigned fate = smooth ? 9 : static_cast<unsigned>(random_() % 10);
  if (fate == 0) {
    checkout.connect_failed("refused", now_);
  } else if (fate == 1) {
    attempts_.push_back(checkout.grant());
    attempts_.back().purpose = PoolGrant::Purpose::whoever;
    checkout.delegated(now_);
  } else {
    if (!smooth && chance(4)) now_ += 5ms;
    Session& session = made();
    checkout.connected(session, begun, now_);
    session.place = Place::idle_or_handed;
  }
  after(caller);
}

void PoolModel::go_on(Caller& caller, bool smooth) {
  PoolCheckout& checkout = *caller.checkout;
  const bool good = smooth || !chance(8);
  switch (checkout.step()) {
    case Step::wait:
      if (caller.waiter.woken) {
        caller.waiter.woken = false;
        checkout.woken(now_);
      } else if (checkout.late(now_)) {
        checkout.expired(now_);
      }
      break;
    case Step::connect:
      return connect(caller, smooth);
    case Step::probe:
      checkout.probed(good, any_scope(), now_);
      break;
    case Step::ping:
      if (!good) now_ += 1ms;
      checkout.pinged(good, any_scope(), now_);
      break;
    case Step::hook:
      checkout.hooked(good);
      break;
    case Step::close:
      seize(checkout.slot(), Place::dying, Place::closed);
      checkout.closed(now_);
      break;
    case Step::surrender:
      give_back(*checkout.slot());
      checkout.surrendered();
      break;
    case Step::lent:
    case Step::refused:
      break;
  }
  after(caller);
}

/// Notes in whose hands the connection of the step is, and ends what is at its end.
void PoolModel::after(Caller& caller) {
  PoolCheckout& checkout = *caller.checkout;
  const Step step = checkout.step();
  engine::PoolSlot* slot = checkout.slot();
  if (step == Step::close) {
    static_cast<Session*>(slot)->place = Place::dying;
  } else if (step != Step::wait && step != Step::connect && step != Step::refused) {
    static_cast<Session*>(slot)->place = Place::caller;
  }
  caller.holds = step == Step::lent;
  if (step != Step::refused) return;
  if (chance(50)) {
    try {
      checkout.throw_refusal(now_);
    } catch (const engine::DatabaseError&) {
    }
  }
  caller.checkout.reset();
}

void PoolModel::leave(Caller& caller) {
  PoolCheckout& checkout = *caller.checkout;
  const bool hand_on = checkout.step() == Step::connect && chance(2);
  engine::SlotList retired;
  engine::PoolSlot* slot = checkout.slot();
  const Step step = checkout.step();
  checkout.abandon(now_, retired, hand_on);
  if (hand_on) attempts_.push_back(checkout.grant());
  if (step == Step::probe) static_cast<Session*>(slot)->place = Place::idle_or_handed;
  collect(retired);
  caller.checkout.reset();
}

void PoolModel::give_back(engine::PoolSlot& slot) {
  seize(&slot, Place::caller, Place::idle_or_handed);
  engine::SlotList retired;
  ledger_.give_back(slot, now_, retired);
  collect(retired);
}

void PoolModel::use(Caller& caller, bool smooth) {
  engine::PoolSlot& slot = *caller.checkout->slot();
  const unsigned fate = smooth ? 19 : static_cast<unsigned>(random_() % 20);
  if (fate == 0 || fate == 1) {
    seize(&slot, Place::caller, Place::dying);
    ledger_.retire(slot, fate == 0 ? CloseCause::lost : CloseCause::not_reset, now_, any_scope());
    dying_.push_back(&slot);
  } else if (fate == 2) {
    seize(&slot, Place::caller, Place::detached);
    ledger_.retire(slot, CloseCause::detached, now_);
    ledger_.closed(1, now_);
  } else {
    slot.soft_invalid = fate == 3;
    give_back(slot);
  }
  caller.holds = false;
  caller.checkout.reset();
}

void PoolModel::act(Caller& caller) {
  if (caller.checkout == nullptr) return ask(caller);
  if (caller.holds) return use(caller, false);
  chance(25) ? leave(caller) : go_on(caller, false);
}

}  // namespace migrate::test
