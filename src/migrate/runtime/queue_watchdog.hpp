#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "migrate/engine/connection.hpp"
#include "migrate/engine/connection_config.hpp"
#include "migrate/runtime/blockers.hpp"

namespace migrate::runtime {

/// How much of a queue our statements may cause. Both zero: any.
struct QueueLimits {
  int max_blocked_sessions = 0;              ///< so many may wait for us; 0: any number
  std::chrono::milliseconds max_blocked{0};  ///< so long may one of them wait; 0: for ever

  [[nodiscard]] bool off() const noexcept { return max_blocked_sessions <= 0 && max_blocked.count() <= 0; }
};

/// Why the watchdog cancelled a statement.
struct QueueReport {
  std::vector<Blocked> blocked;   ///< who waited for us, the longest first
  std::vector<Blocker> culprits;  ///< for whom our statement waited itself; empty: it held its locks and worked
};

/// "5 sessions waited behind it, the longest for 620 ms (pid 7 …); it waited itself for pid 4242 (…): SELECT …".
std::string describe(const QueueReport& report);

/// Looks at who waits for the statements of a run, from a connection of its own, and cancels the one that runs when
/// that is more than the limits allow. Connects when a transaction takes longer than half of max_blocked, not before,
/// and never holds a lock or a snapshot between two looks. Thread-safe.
class QueueWatchdog {
 public:
  /// `config`: the database and user of the run, by a way that no pooler is on. `on_trouble` is told once, on the
  /// watchdog's thread, when it cannot do its work; that never fails the run.
  QueueWatchdog(engine::ConnectionConfig config, QueueLimits limits,
                std::function<void(const std::string&)> on_trouble = {});
  /// Ends the thread at once, whatever it is doing.
  ~QueueWatchdog();
  QueueWatchdog(const QueueWatchdog&) = delete;
  QueueWatchdog& operator=(const QueueWatchdog&) = delete;

  /// A message is about to be sent by backend `pid`. See QueueWatch.
  void begin(int pid);
  /// Its answer has come. Afterwards no cancel request is on its way. `transaction_open`: the backend holds its locks
  /// on, and the next message belongs to the same transaction.
  void end(bool transaction_open) noexcept;

  /// After a statement failed with 57014: why, when that was the watchdog's doing, once. Nothing: somebody else's, or
  /// statement_timeout.
  std::optional<QueueReport> take();

 private:
  class Patrol;
  std::unique_ptr<Patrol> patrol_;  ///< null: no limits
};

/// A message under watch, from just before it is sent until it is answered.
///
///   const QueueWatch watch(options.watchdog, connection);
///   message.send(connection);
class QueueWatch {
 public:
  /// `watchdog` may be null. `blocks_others`: false for what waits without making others wait, such as CREATE INDEX
  /// CONCURRENTLY.
  QueueWatch(QueueWatchdog* watchdog, const engine::Connection& connection, bool blocks_others = true);
  ~QueueWatch();
  QueueWatch(const QueueWatch&) = delete;
  QueueWatch& operator=(const QueueWatch&) = delete;

 private:
  QueueWatchdog* watchdog_;
  const engine::Connection& connection_;
};

}  // namespace migrate::runtime
