#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string_view>

namespace migrate::runtime {

/// How a step that waits for locks is to be tried.
struct LadderOptions {
  using Milliseconds = std::chrono::milliseconds;

  /// The most a try may wait for one lock. Zero: without limit. Nothing: the session's own setting is left alone.
  std::optional<Milliseconds> lock_timeout = Milliseconds(5000);
  int retries = 10;                     ///< tries after the first
  Milliseconds total{0};                ///< for all tries and pauses together; zero: no limit
  Milliseconds deadlock_timeout{1000};  ///< the server's setting, see LockLadder::set_deadlock_timeout()
};

/// From the words of the configuration: a duration as PostgreSQL writes it ("5s", "500ms", "250"; empty: nothing).
/// Throws base::Error when it is none.
LadderOptions ladder_options(std::string_view lock_timeout, int retries, std::chrono::milliseconds total);

/// Which lock_timeout each try of a step has, and how long to pause before it. Pure: the clock is the caller's.
///
/// A waiting DDL statement makes everybody who comes later wait behind it, so the first tries are short, and rise to
/// lock_timeout. 200 ms, the first, outlast the transactions of a quiet database: it is got through at once. Tries that
/// wait longer than deadlock_timeout are among them whenever lock_timeout is longer than that, since only then does
/// PostgreSQL cancel an autovacuum that stands in the way. A step that works for longer than lock_timeout before it
/// misses a lock is dearer to repeat than the longest wait, and has that from then on.
class LockLadder {
 public:
  using Clock = std::chrono::steady_clock;

  struct Try {
    int number = 1;
    std::chrono::milliseconds pause_before{0};  ///< outside of transactions; random, 0.2 s to 5 s
    /// As in LadderOptions: zero is without limit, nothing is not to be set.
    std::optional<std::chrono::milliseconds> lock_timeout;
    bool operator==(const Try&) const = default;
  };

  /// `seed`: of the jitter, so that runs which compete do not keep step.
  LockLadder(LadderOptions options, std::uint64_t seed, Clock::time_point start = Clock::now());

  /// To be asked before each try; the first answer is the same for every seed. Nothing: enough tries, or enough time.
  std::optional<Try> next(Clock::time_point now = Clock::now());

  /// The server's setting, once it is known: nobody needs to ask for it before a lock was missed.
  void set_deadlock_timeout(std::chrono::milliseconds time) { options_.deadlock_timeout = time; }

 private:
  using Milliseconds = std::chrono::milliseconds;
  Milliseconds rung(Milliseconds cap, Clock::time_point now);
  /// What waits long enough for PostgreSQL to cancel an autovacuum; zero when `cap` does not.
  [[nodiscard]] Milliseconds past_deadlock_check(Milliseconds cap) const;
  Milliseconds pause();
  bool fit(Try& next, Milliseconds cap, Milliseconds left) const;
  Milliseconds between(Milliseconds least, Milliseconds most);

  LadderOptions options_;
  std::mt19937_64 random_;
  Clock::time_point start_;
  Clock::time_point begun_;  ///< the last try, after its pause
  std::optional<Try> last_;
  bool waited_long_ = false;  ///< a try was past the deadlock check
};

}  // namespace migrate::runtime
