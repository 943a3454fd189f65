#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "migrate/engine/connection.hpp"
#include "migrate/engine/connection_config.hpp"
#include "migrate/runtime/queue_report.hpp"

namespace migrate::runtime {

/// Looks at who waits for the statements of a run, from a connection of its own, and cancels the one that runs when
/// that is more than the limits allow. Connects when a transaction has taken 150 ms (or half of max_blocked if that
/// is less), not before, and holds neither lock nor snapshot between two looks. Used by one thread at a time; the first
/// message starts another.
class QueueWatchdog {
 public:
  /// `config`: the database and user of the run, by a way that no pooler is on. `on_trouble` is told once, on the
  /// watchdog's thread, when it cannot do its work; that never fails the run.
  QueueWatchdog(const engine::ConnectionConfig& config, QueueLimits limits,
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
  /// For whom the transaction was last seen waiting; the same for as long as it lasts, and until the next one begins.
  [[nodiscard]] std::vector<Blocker> waited_for() const;

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
