#include "migrate/runtime/queue_report.hpp"

#include <fmt/format.h>

namespace migrate::runtime {

bool QueueLimits::passed_by(const std::vector<Blocked>& blocked) const {
  if (blocked.empty()) return false;
  const bool too_many = max_blocked_sessions > 0 && blocked.size() > static_cast<std::size_t>(max_blocked_sessions);
  return too_many || (max_blocked.count() > 0 && blocked.front().blocked_for > max_blocked);
}

std::string describe(const QueueReport& report) {
  if (report.blocked.empty()) return "nobody waited for it";
  const auto& longest = report.blocked.front();
  const auto count = report.blocked.size();
  std::string text =
      fmt::format("{} session{} waited for it, {} {} ms: {}", count, count == 1 ? "" : "s",
                  count == 1 ? "for" : "the longest for", longest.blocked_for.count(), describe(longest));
  return text + (report.culprits.empty() ? "; it held the lock while it worked"
                                         : "; it waited itself for " + describe(report.culprits));
}

}  // namespace migrate::runtime
