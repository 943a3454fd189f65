#include "migrate/engine/retry.hpp"

#include <catch2/catch.hpp>

#include <limits>

using namespace migrate::engine;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

namespace {

DatabaseConnectionError refused() {
  return {"refused", "", "", true};
}

bool is_transient(const DatabaseError& error) {
  const auto* refusal = dynamic_cast<const DatabaseConnectionError*>(&error);
  return refusal != nullptr && refusal->transient();
}

/// A clock that is only counted, and a chance that is always the same.
struct Seams {
  std::vector<nanoseconds> pauses;
  bool stay = true;
  double chance = 1.0;

  RetrySeams make() {
    return {.chance = [this] { return chance; },
            .sleep =
                [this](nanoseconds pause) {
                  pauses.push_back(pause);
                  return stay;
                },
            .on_retry = {}};
  }
};

}  // namespace

TEST_CASE("the pause doubles up to the cap, and chance takes any part of it", "[engine][retry]") {
  const RetryPolicy policy{10, milliseconds(100), milliseconds(450)};
  CHECK(retry_pause(policy, 1, 1.0) == milliseconds(100));
  CHECK(retry_pause(policy, 2, 1.0) == milliseconds(200));
  CHECK(retry_pause(policy, 3, 1.0) == milliseconds(400));
  CHECK(retry_pause(policy, 4, 1.0) == milliseconds(450));
  CHECK(retry_pause(policy, 3, 0.0) == milliseconds(0));
  CHECK(retry_pause(policy, 3, 0.25) == milliseconds(100));
}

TEST_CASE("a pause below a millisecond is not rounded away", "[engine][retry]") {
  CHECK(retry_pause({1, milliseconds(1), milliseconds(1)}, 1, 0.5) == std::chrono::microseconds(500));
}

TEST_CASE("no count and no chance makes a pause overflow", "[engine][retry]") {
  const RetryPolicy policy{std::numeric_limits<int>::max(), milliseconds(100), std::chrono::hours(1)};
  CHECK(retry_pause(policy, std::numeric_limits<int>::max(), 1.0) == std::chrono::hours(1));
  CHECK(retry_pause(policy, 0, 1.0) == milliseconds(100));
  CHECK(retry_pause(policy, 1, 7.0) == milliseconds(100));
  CHECK(retry_pause(policy, 1, -7.0) == milliseconds(0));
  CHECK(retry_pause({1, milliseconds(0), milliseconds(0)}, 5, 1.0) == milliseconds(0));
}

TEST_CASE("chances are spread from 0 to below 1", "[engine][retry]") {
  double least = 1;
  double greatest = 0;
  for (int i = 0; i < 1000; ++i) {
    const double chance = random_chance();
    least = std::min(least, chance);
    greatest = std::max(greatest, chance);
  }
  CHECK(least >= 0);
  CHECK(least < 0.1);
  CHECK(greatest < 1);
  CHECK(greatest > 0.9);
}

TEST_CASE("a passing failure is tried again until it succeeds", "[engine][retry]") {
  Seams seams;
  const int result = retry(
      RetryPolicy{5, milliseconds(10), milliseconds(1000)}, Deadline::never(),
      [](int attempt) {
        if (attempt < 4) throw refused();
        return attempt * 10;
      },
      is_transient, seams.make());
  CHECK(result == 40);
  CHECK(seams.pauses == std::vector<nanoseconds>{milliseconds(10), milliseconds(20), milliseconds(40)});
}

TEST_CASE("the last failure reaches the caller when the retries are used up", "[engine][retry]") {
  Seams seams;
  int attempts = 0;
  const auto fail = [&](int number) -> int {
    attempts = number;
    throw DatabaseConnectionError("failure " + std::to_string(number), "", "", true);
  };
  CHECK_THROWS_WITH(
      retry(RetryPolicy{2, milliseconds(1), milliseconds(1)}, Deadline::never(), fail, is_transient, seams.make()),
      "failure 3");
  CHECK(attempts == 3);
  CHECK_THROWS_WITH(
      retry(RetryPolicy{0, milliseconds(1), milliseconds(1)}, Deadline::never(), fail, is_transient, seams.make()),
      "failure 1");
}

TEST_CASE("a lasting failure is not tried again", "[engine][retry]") {
  Seams seams;
  int attempts = 0;
  const auto fail = [&](int) -> int {
    ++attempts;
    throw DatabaseConnectionError("wrong password", "", "28P01", false);
  };
  CHECK_THROWS_AS(retry(RetryPolicy{}, Deadline::never(), fail, is_transient, seams.make()), DatabaseConnectionError);
  CHECK(attempts == 1);
  CHECK(seams.pauses.empty());
}

TEST_CASE("a pause that the deadline would cut short is not begun", "[engine][retry]") {
  Seams seams;
  const auto fail = [](int) -> int { throw refused(); };
  const RetryPolicy policy{100, std::chrono::hours(1), std::chrono::hours(1)};
  CHECK_THROWS_AS(retry(policy, Deadline::after(std::chrono::minutes(1)), fail, is_transient, seams.make()),
                  DatabaseConnectionError);
  CHECK(seams.pauses.empty());
  seams.chance = 0.0;
  CHECK_THROWS_AS(retry(policy, Deadline::after(milliseconds(-1)), fail, is_transient, seams.make()),
                  DatabaseConnectionError);
  CHECK(seams.pauses.empty());
}

TEST_CASE("an interrupted pause ends the retries", "[engine][retry]") {
  Seams seams;
  seams.stay = false;
  int attempts = 0;
  const auto fail = [&](int) -> int {
    ++attempts;
    throw refused();
  };
  CHECK_THROWS_AS(retry(RetryPolicy{}, Deadline::never(), fail, is_transient, seams.make()), DatabaseConnectionError);
  CHECK(attempts == 1);
  CHECK(seams.pauses.size() == 1);
}

TEST_CASE("each retry is announced with its failure and pause", "[engine][retry]") {
  Seams seams;
  RetrySeams made = seams.make();
  std::vector<std::string> told;
  made.on_retry = [&](const DatabaseError& error, int attempts, nanoseconds pause) {
    told.push_back(std::string(error.what()) + " " + std::to_string(attempts) + " " +
                   std::to_string(pause / milliseconds(1)));
  };
  const auto fail = [](int) -> int { throw refused(); };
  CHECK_THROWS(retry(RetryPolicy{2, milliseconds(5), milliseconds(100)}, Deadline::never(), fail, is_transient, made));
  CHECK(told == std::vector<std::string>{"refused 1 5", "refused 2 10"});
}
