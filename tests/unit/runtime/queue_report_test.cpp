#include "migrate/runtime/queue_report.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using migrate::runtime::Blocked;
using migrate::runtime::Blocker;
using migrate::runtime::QueueLimits;
using migrate::runtime::QueueReport;

namespace {

Blocked waiter(int pid, std::chrono::milliseconds time) {
  Blocked session;
  session.pid = pid;
  session.application = "shop";
  session.waiting = session.blocked_for = time;
  session.query = "SELECT 1";
  return session;
}

}  // namespace

TEST_CASE("limits that are zero are passed by no queue", "[runtime][watchdog]") {
  const std::vector<Blocked> queue{waiter(1, 1h), waiter(2, 1s)};
  CHECK(QueueLimits{}.off());
  CHECK_FALSE(QueueLimits{}.passed_by(queue));
  CHECK_FALSE(QueueLimits{.max_blocked_sessions = 2}.passed_by(queue));
  CHECK_FALSE(QueueLimits{.max_blocked = 1h}.passed_by(queue));
}

TEST_CASE("a queue passes a limit when it is longer or one waits longer than that", "[runtime][watchdog]") {
  const std::vector<Blocked> queue{waiter(1, 500ms), waiter(2, 20ms)};
  CHECK(QueueLimits{.max_blocked_sessions = 1}.passed_by(queue));
  CHECK(QueueLimits{.max_blocked = 499ms}.passed_by(queue));
  CHECK(QueueLimits{.max_blocked_sessions = 9, .max_blocked = 499ms}.passed_by(queue));
  CHECK(QueueLimits{.max_blocked_sessions = 1, .max_blocked = 9s}.passed_by(queue));
  CHECK_FALSE(QueueLimits{.max_blocked_sessions = 1, .max_blocked = 1ms}.passed_by({}));
}

TEST_CASE("a report says who waited and for whom", "[runtime][watchdog]") {
  QueueReport report{{waiter(7, 620ms)}, {}};
  CHECK(describe(report) ==
        "1 session waited for it, for 620 ms: pid 7 (shop, waiting for 620 ms): SELECT 1; it held the lock while it "
        "worked");
  report.blocked.push_back(waiter(8, 100ms));
  Blocker reader;
  reader.pid = 42;
  reader.visible = false;
  report.culprits.push_back(reader);
  CHECK(
      describe(report) ==
      "2 sessions waited for it, the longest for 620 ms: pid 7 (shop, waiting for 620 ms): SELECT 1; it waited itself "
      "for pid 42: query not visible");
}
