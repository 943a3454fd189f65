#include "migrate/engine/pool_checkout.hpp"

#include <cstdint>
#include <utility>

namespace migrate::engine {

using Step = PoolCheckout::Step;
using Answer = PoolLedger::Answer;

Step PoolCheckout::start(Deadline limit, TimePoint now) {
  begin_ = now;
  const bool bounded = settings_.options.pool_timeout.count() > 0;
  deadline_ = bounded ? limit.earlier(Deadline::at(now + settings_.options.pool_timeout)) : limit;
  Answer answer = ledger_.try_enter(holder_, grant_, now);
  if (answer == Answer::wait) {
    if (!bounded) return refuse(PoolPhase::waiting);
    answer = ledger_.enter(waiter_, holder_, grant_, now);
  }
  return settle(answer, now);
}

Step PoolCheckout::woken(TimePoint now) {
  return settle(ledger_.poll(waiter_, grant_, now), now);
}

Step PoolCheckout::expired(TimePoint now) {
  const Answer answer = ledger_.leave(waiter_, grant_, now);
  return answer == Answer::wait ? refuse(PoolPhase::waiting) : settle(answer, now);
}

Step PoolCheckout::probed(bool alive, FailureScope reach, TimePoint now) {
  if (!alive) return reject(CloseCause::closed_by_peer, reach);
  if (now - grant_.slot->heard > settings_.options.ping_after_idle) return step_ = Step::ping;
  return pass_to_hook();
}

Step PoolCheckout::pinged(bool answered, FailureScope reach, TimePoint now) {
  if (answered) return pass_to_hook();
  // A ping cut short by the caller's own deadline says nothing about the server.
  return late(now) ? reject(CloseCause::ping_cut) : reject(CloseCause::ping_failed, reach);
}

Step PoolCheckout::hooked(bool done) {
  return done ? step_ = Step::lent : reject(CloseCause::hook);
}

Step PoolCheckout::closed(TimePoint now) {
  if (last_) {
    ledger_.closed(1, now);
    return clear();
  }
  grant_ = {};
  const Answer answer = ledger_.replace(waiter_, holder_, grant_, now);
  if (answer == Answer::closed) return settle(answer, now);
  if (!late(now) && (answer == Answer::granted || settings_.options.pool_timeout.count() > 0)) {
    return settle(answer, now);
  }
  step_ = answer == Answer::wait ? Step::wait : grant_.slot != nullptr ? Step::lent : Step::connect;
  abandon(now, retired_);
  refuse(PoolPhase::checking);
  return clear();
}

Step PoolCheckout::connected(PoolSlot& slot, TimePoint begun, TimePoint now) {
  const bool open = ledger_.connected(slot, holder_, grant_.generation, begun, now);
  grant_.slot = &slot;
  if (!open) {
    refusal_ = Refusal::closed;
    cause_ = CloseCause::shut;
    last_ = true;
    return step_ = Step::close;
  }
  if (!late(now)) return step_ = Step::lent;
  // Too late for this caller, but the next one need not connect again.
  refuse(PoolPhase::connecting);
  return step_ = Step::surrender;
}

void PoolCheckout::connect_failed(std::string error, TimePoint now) {
  ledger_.connect_failed(grant_, std::move(error), now);
  refuse(PoolPhase::connecting);
}

Step PoolCheckout::delegated(TimePoint now) {
  ledger_.delegate(waiter_, holder_, grant_, now);
  phase_ = PoolPhase::connecting;
  PoolGrant grant;
  const Answer answer = ledger_.poll(waiter_, grant, now);
  if (answer == Answer::wait) return step_ = Step::wait;
  grant_ = grant;
  return settle(answer, now);
}

void PoolCheckout::abandon(TimePoint now, SlotList& retired, bool hand_on) {
  const Step left = std::exchange(step_, Step::refused);
  switch (left) {
    case Step::wait: {
      const Answer answer = ledger_.leave(waiter_, grant_, now);
      if (answer != Answer::granted) return;
      if (grant_.slot == nullptr) return ledger_.connect_abandoned(grant_, now);
      return ledger_.give_back(*grant_.slot, now, retired);
    }
    case Step::connect:
      return hand_on ? ledger_.delegate(grant_) : ledger_.connect_abandoned(grant_, now);
    case Step::probe:
    case Step::lent:
      return ledger_.give_back(*grant_.slot, now, retired);
    case Step::ping:
    case Step::hook:
    case Step::surrender:
      ledger_.reject(*grant_.slot, CloseCause::abandoned);
      return retired.push_back(*grant_.slot);
    case Step::close:
      retired.push_back(*grant_.slot);
      while (PoolSlot* slot = retired_.pop_front()) retired.push_back(*slot);
      return;
    case Step::refused:
      return;
  }
}

void PoolCheckout::throw_refusal(TimePoint now) {
  if (refusal_ == Refusal::closed) throw_pool_closed(settings_);
  if (refusal_ == Refusal::full) throw_pool_full(settings_, ledger_.statistics());
  ledger_.count_timeout();
  constexpr std::size_t k_shown = 3;
  PoolTimeout timeout{phase_, now - begin_, {}, ledger_.holders({}, now, k_shown)};
  if (holder_.thread != std::thread::id()) timeout.own = ledger_.holders(holder_.thread, now, SIZE_MAX);
  throw_pool_timeout(settings_, ledger_.statistics(), timeout);
}

Step PoolCheckout::settle(Answer answer, TimePoint now) {
  switch (answer) {
    case Answer::wait:
      return step_ = Step::wait;
    case Answer::closed:
      refusal_ = Refusal::closed;
      return step_ = Step::refused;
    case Answer::full:
      refusal_ = Refusal::full;
      return step_ = Step::refused;
    case Answer::granted:
      break;
  }
  if (grant_.slot != nullptr) return examine(now);
  if (!late(now)) return step_ = Step::connect;
  ledger_.connect_abandoned(grant_, now);
  return refuse(PoolPhase::connecting);
}

Step PoolCheckout::examine(TimePoint now) {
  const PoolSlot& slot = *grant_.slot;
  if (slot.generation != grant_.generation) return reject(CloseCause::stale);
  if (now >= slot.expires) return reject(CloseCause::expired);
  return settings_.options.pool_pre_ping ? step_ = Step::probe : pass_to_hook();
}

Step PoolCheckout::pass_to_hook() noexcept {
  return step_ = hooks_ ? Step::hook : Step::lent;
}

Step PoolCheckout::reject(CloseCause cause, FailureScope reach) {
  ledger_.reject(*grant_.slot, cause, reach);
  cause_ = cause;
  return step_ = Step::close;
}

Step PoolCheckout::refuse(PoolPhase phase) noexcept {
  // A caller whose connection is being made elsewhere has waited for that.
  if (phase != PoolPhase::waiting || phase_ != PoolPhase::connecting) phase_ = phase;
  refusal_ = Refusal::timeout;
  return step_ = Step::refused;
}

Step PoolCheckout::clear() noexcept {
  grant_.slot = retired_.pop_front();
  if (grant_.slot == nullptr) return step_ = Step::refused;
  cause_ = CloseCause::surplus;
  last_ = true;
  return step_ = Step::close;
}

}  // namespace migrate::engine
