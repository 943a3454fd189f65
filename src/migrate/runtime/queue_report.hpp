#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "migrate/runtime/blockers.hpp"

namespace migrate::runtime {

/// How much of a queue our statements may cause. Both zero: any.
struct QueueLimits {
  int max_blocked_sessions = 0;              ///< so many may wait for us; 0: any number
  std::chrono::milliseconds max_blocked{0};  ///< so long may one of them wait; 0: for ever
  int server_pid = 0;                        ///< of the run, where a pooler hides it; 0: as its connection says

  [[nodiscard]] bool off() const noexcept { return max_blocked_sessions <= 0 && max_blocked.count() <= 0; }
  /// Whether those who wait for us, the longest first, are too many, or the first has waited too long.
  [[nodiscard]] bool passed_by(const std::vector<Blocked>& blocked) const;
};

/// Why the watchdog cancelled a statement.
struct QueueReport {
  std::vector<Blocked> blocked;   ///< who waited for us, the longest first
  std::vector<Blocker> culprits;  ///< for whom our statement waited itself; empty: it held its locks and worked
};

/// "5 sessions waited for it, the longest for 620 ms: pid 7 (…): SELECT …; it waited itself for pid 4242 (…): SELECT
/// …".
std::string describe(const QueueReport& report);

}  // namespace migrate::runtime
