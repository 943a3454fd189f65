#include "migrate/runtime/lock_ladder.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "migrate/base/error.hpp"

using namespace std::chrono_literals;
using Milliseconds = std::chrono::milliseconds;
using migrate::runtime::ladder_options;
using migrate::runtime::LadderOptions;
using migrate::runtime::LockLadder;
using Tries = std::vector<LockLadder::Try>;

namespace {

constexpr int k_seeds = 300;

/// All tries of a ladder none of which gets its lock; each works for `work` before it waits.
struct Climb {
  Climb(const LadderOptions& options, std::uint64_t seed, Milliseconds work = 0ms) {
    const auto start = LockLadder::Clock::time_point(1h);
    auto now = start;
    LockLadder ladder(options, seed, start);
    while (const auto next = ladder.next(now)) {
      REQUIRE(tries.size() <= 10'000);
      tries.push_back(*next);
      now += next->pause_before + work + next->lock_timeout.value_or(0ms);
    }
    CHECK_FALSE(ladder.next(now));
    took = std::chrono::floor<Milliseconds>(now - start);
  }

  [[nodiscard]] bool waits_longer_than(Milliseconds time) const {
    return std::ranges::any_of(tries, [&](const auto& each) { return each.lock_timeout > time; });
  }

  Tries tries;
  Milliseconds took{0};
};

/// The mean of each rung over many seeds.
std::vector<double> expectation(const LadderOptions& options) {
  std::vector<double> sums;
  for (int seed = 0; seed < k_seeds; ++seed) {
    const Climb climb(options, static_cast<std::uint64_t>(seed));
    sums.resize(std::max(sums.size(), climb.tries.size()));
    for (std::size_t index = 0; index < climb.tries.size(); ++index) {
      sums[index] += static_cast<double>(climb.tries[index].lock_timeout->count()) / k_seeds;
    }
  }
  return sums;
}

}  // namespace

TEST_CASE("a ladder has one try more than retries and keeps to its bounds", "[runtime][lock_ladder]") {
  const auto cap = GENERATE(50ms, 199ms, 500ms, 1001ms, 5000ms, 60'000ms);
  const int retries = GENERATE(0, 1, 2, 10, 40);
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Climb climb({.lock_timeout = cap, .retries = retries}, seed);
    REQUIRE(climb.tries.size() == static_cast<std::size_t>(retries) + 1);
    CHECK(climb.tries.front().pause_before == 0ms);
    CHECK(climb.tries.back().lock_timeout == cap);
    int number = 0;
    for (const auto& each : climb.tries) {
      CHECK(each.number == ++number);
      CHECK(*each.lock_timeout >= std::min<Milliseconds>(cap, 200ms));
      CHECK(*each.lock_timeout <= cap);
      if (number == 1) continue;
      CHECK(each.pause_before >= 200ms);
      CHECK(each.pause_before <= std::min<Milliseconds>(5s, 200ms * (1 << std::min(number - 1, 10))));
    }
  }
}

TEST_CASE("the first try is the same for every seed while the others and the pauses are not",
          "[runtime][lock_ladder]") {
  const Climb one({}, 1);
  const Climb other({}, 2);
  CHECK(one.tries.front() == other.tries.front());
  CHECK(one.tries.front().lock_timeout == 200ms);
  CHECK(one.tries[1].lock_timeout != other.tries[1].lock_timeout);
  CHECK(one.tries[2].pause_before != other.tries[2].pause_before);
  CHECK(Climb({}, 1).tries == one.tries);
}

TEST_CASE("what a try may wait for rises on the average", "[runtime][lock_ladder]") {
  const auto cap = GENERATE(150ms, 900ms, 1200ms, 5000ms, 30'000ms);
  const int retries = GENERATE(1, 3, 10);
  const auto means = expectation({.lock_timeout = cap, .retries = retries});
  CHECK(std::ranges::is_sorted(means));
  if (cap > 200ms) CHECK(means.front() < means.back());
}

TEST_CASE("a cap above deadlock_timeout is reached by tries that outlast it", "[runtime][lock_ladder]") {
  const auto deadlock_timeout = GENERATE(100ms, 1000ms, 3000ms);
  const auto cap = GENERATE(1001ms, 1300ms, 5000ms, 20'000ms);
  const int retries = GENERATE(0, 1, 4, 10);
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Climb climb({.lock_timeout = cap, .retries = retries, .deadlock_timeout = deadlock_timeout}, seed);
    CHECK(climb.waits_longer_than(deadlock_timeout) == (cap > deadlock_timeout));
  }
}

TEST_CASE("a ladder of ten retries is past the deadlock check at its third try", "[runtime][lock_ladder]") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Climb climb({}, seed);
    CHECK(climb.tries[1].lock_timeout < 600ms);
    CHECK(climb.tries[2].lock_timeout >= 1250ms);
  }
}

TEST_CASE("the deadlock_timeout of the server may be learned on the way", "[runtime][lock_ladder]") {
  const auto start = LockLadder::Clock::time_point(1h);
  LockLadder ladder({}, 7, start);
  auto now = start;
  auto next = ladder.next(now);
  ladder.set_deadlock_timeout(4s);
  int short_of_it = 0;
  for (; next; next = ladder.next(now)) {
    now += next->pause_before + *next->lock_timeout;
    if (*next->lock_timeout >= 3200ms && *next->lock_timeout < 5s) ++short_of_it;
  }
  CHECK(short_of_it == 0);
}

TEST_CASE("tries and pauses end within the total", "[runtime][lock_ladder]") {
  const auto total = GENERATE(100ms, 1000ms, 1500ms, 2000ms, 3000ms, 8000ms, 30'000ms);
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Climb climb({.lock_timeout = 5s, .retries = 1000, .total = total}, seed);
    CHECK_FALSE(climb.tries.empty());
    CHECK(climb.took <= total);
    CHECK(climb.took > total - 200ms);
    if (total >= 1250ms) CHECK(climb.waits_longer_than(1000ms));
  }
}

TEST_CASE("a total that is over gives no try more", "[runtime][lock_ladder]") {
  const auto start = LockLadder::Clock::time_point(1h);
  LockLadder ladder({.total = 10s}, 1, start);
  CHECK(ladder.next(start));
  CHECK(ladder.next(start + 5s));
  CHECK_FALSE(ladder.next(start + 9900ms));
  CHECK_FALSE(ladder.next(start + 1h));
}

TEST_CASE("a step that works longer than it may wait is not given a short wait again", "[runtime][lock_ladder]") {
  const Climb quick({}, 3, 4900ms);
  CHECK(quick.tries[1].lock_timeout < 600ms);
  const Climb slow({}, 3, 5s);
  CHECK(slow.tries[0].lock_timeout == 200ms);
  CHECK(std::ranges::all_of(slow.tries.begin() + 1, slow.tries.end(),
                            [](const auto& each) { return each.lock_timeout == 5s; }));
}

TEST_CASE("without a lock_timeout every try is as the session has it", "[runtime][lock_ladder]") {
  const auto given = GENERATE(std::optional<Milliseconds>(), std::optional<Milliseconds>(0ms));
  const Climb climb({.lock_timeout = given, .retries = 3}, 1);
  CHECK(climb.tries.size() == 4);
  for (const auto& each : climb.tries) CHECK(each.lock_timeout == given);
  const Climb bounded({.lock_timeout = given, .retries = 1000, .total = 2s}, 1, 50ms);
  CHECK(bounded.took <= 2050ms);
  CHECK(bounded.tries.size() > 2);
}

TEST_CASE("a ladder is made from the words of the configuration", "[runtime][lock_ladder]") {
  const auto parsed = [](std::string_view text) { return ladder_options(text, 4, 90s).lock_timeout; };
  CHECK(parsed("5s") == 5s);
  CHECK(parsed(" 250 ") == 250ms);
  CHECK(parsed("1.5 s") == 1500ms);
  CHECK(parsed("2min") == 120s);
  CHECK(parsed("600us") == 1ms);
  CHECK(parsed("10us") == 1ms);
  CHECK(parsed("0") == 0ms);
  CHECK_FALSE(parsed(""));
  CHECK_FALSE(parsed("  "));
  CHECK(ladder_options("1s", 4, 90s).retries == 4);
  CHECK(ladder_options("1s", 4, 90s).total == 90s);
  for (const auto* bad : {"soon", "-1s", "5 weeks", "inf", "nan", "30d", "s"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(parsed(bad), migrate::base::Error);
  }
}
