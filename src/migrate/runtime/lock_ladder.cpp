#include "migrate/runtime/lock_ladder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "migrate/base/duration.hpp"
#include "migrate/base/error.hpp"
#include "migrate/base/text.hpp"

namespace migrate::runtime {
namespace {

using Milliseconds = std::chrono::milliseconds;

constexpr Milliseconds k_first_wait{200};
constexpr Milliseconds k_shortest_pause{200};
constexpr Milliseconds k_longest_pause{5000};
/// Timeouts spread by a quarter above what is due. A wait that is to outlast the deadlock check does so by as much,
/// since the autovacuum that the check cancels needs a moment to let go.
constexpr double k_spread = 1.25;

/// Nothing when PostgreSQL would not take it.
std::optional<Milliseconds> setting_of(std::string_view text) {
  const auto time = base::milliseconds_of(text);
  if (!time || *time < 0 || *time > 2147483647.0) return std::nullopt;
  // Rounding must not make "none" of a short wait.
  const Milliseconds whole(std::llround(*time));
  return *time > 0 ? std::max(whole, Milliseconds(1)) : whole;
}

Milliseconds scaled(Milliseconds time, double factor) {
  return Milliseconds(std::llround(static_cast<double>(time.count()) * factor));
}

}  // namespace

LadderOptions ladder_options(std::string_view lock_timeout, int retries, std::chrono::milliseconds total) {
  LadderOptions options{.lock_timeout = std::nullopt, .retries = retries, .total = total};
  const auto text = base::trim(lock_timeout);
  if (text.empty()) return options;
  options.lock_timeout = setting_of(text);
  if (!options.lock_timeout) {
    throw base::Error(fmt::format("\"{}\" is no lock_timeout", text),
                      "Write a number with one of the units us, ms, s, min, h and d, such as \"5s\"; \"0\" = none.");
  }
  return options;
}

LockLadder::LockLadder(LadderOptions options, std::uint64_t seed, Clock::time_point start)
    : options_(options), random_(seed), start_(start), begun_(start) {}

std::optional<LockLadder::Try> LockLadder::next(Clock::time_point now) {
  Try next;
  if (last_) next = {last_->number + 1, pause(), std::nullopt};
  if (next.number > options_.retries + 1) return std::nullopt;
  const Milliseconds cap = options_.lock_timeout.value_or(Milliseconds(0));
  next.lock_timeout = cap.count() > 0 ? rung(cap, now) : options_.lock_timeout;
  if (options_.total.count() > 0) {
    const auto left = std::chrono::floor<Milliseconds>(start_ + options_.total - now);
    if (!fit(next, cap, left)) return std::nullopt;
  }
  waited_long_ = waited_long_ || next.lock_timeout > options_.deadlock_timeout;
  begun_ = now + next.pause_before;
  last_ = next;
  return next;
}

Milliseconds LockLadder::rung(Milliseconds cap, Clock::time_point now) {
  const int index = last_ ? last_->number : 0;
  if (index >= options_.retries) return cap;
  if (index == 0) return std::min(cap, k_first_wait);
  const auto worked = std::chrono::floor<Milliseconds>(now - begun_) - last_->lock_timeout.value_or(Milliseconds(0));
  if (worked >= cap) return cap;
  const double whole = static_cast<double>(cap.count()) / static_cast<double>(k_first_wait.count());
  const double growth = std::max(2.0, std::pow(std::max(whole, 1.0), 1.0 / options_.retries));
  const double due = static_cast<double>(k_first_wait.count()) * std::pow(growth, index);
  if (due >= static_cast<double>(cap.count())) return cap;
  const Milliseconds base(std::llround(due));
  const Milliseconds wait = std::min(cap, between(base, scaled(base, k_spread)));
  // Just short of the deadlock check, a wait costs as much as one that is worth it.
  const bool near = base >= scaled(options_.deadlock_timeout, 1 / k_spread);
  return near ? std::max(wait, past_deadlock_check(cap)) : wait;
}

Milliseconds LockLadder::past_deadlock_check(Milliseconds cap) const {
  if (cap <= options_.deadlock_timeout) return Milliseconds(0);
  return std::min(cap, scaled(options_.deadlock_timeout, k_spread));
}

Milliseconds LockLadder::pause() {
  const Milliseconds ceiling = k_shortest_pause * (1 << std::min(last_->number, 10));
  return between(k_shortest_pause, std::min(k_longest_pause, ceiling));
}

/// Makes the most of the time that is left: a shorter pause rather than no try, and if there will be no other that gets
/// past the deadlock check, this one does. False: too little time for a try.
bool LockLadder::fit(Try& next, Milliseconds cap, Milliseconds left) const {
  const bool first = next.number == 1;
  const Milliseconds least = cap.count() > 0 ? std::min(cap, k_first_wait) : k_first_wait;
  const Milliseconds check = cap.count() > 0 && !waited_long_ ? past_deadlock_check(cap) : Milliseconds(0);
  const Milliseconds wanted = std::max(least, check);
  next.pause_before = std::min(next.pause_before, std::max(Milliseconds(0), left - (left >= wanted ? wanted : least)));
  const Milliseconds room = left - next.pause_before;
  if (room < (first ? Milliseconds(1) : least)) return false;
  if (cap.count() <= 0) return true;
  const Milliseconds later = room - *next.lock_timeout - k_shortest_pause;
  if (check.count() > 0 && *next.lock_timeout < check && later < check) next.lock_timeout = cap;
  next.lock_timeout = std::min(*next.lock_timeout, room);
  return true;
}

Milliseconds LockLadder::between(Milliseconds least, Milliseconds most) {
  return Milliseconds(std::uniform_int_distribution<Milliseconds::rep>(least.count(), most.count())(random_));
}

}  // namespace migrate::runtime
