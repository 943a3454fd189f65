#pragma once
#include <span>
#include <string>
#include <vector>

#include "migrate/engine/connection.hpp"
#include "migrate/runtime/message.hpp"
#include "migrate/runtime/row_changes.hpp"
#include "migrate/runtime/run_options.hpp"
#include "migrate/runtime/step_error.hpp"
#include "migrate/runtime/version_table.hpp"

namespace migrate::runtime {

/// What of steps that are not committed as a whole took effect all the same.
struct Kept {
  std::size_t statements = 0;
  std::string backfill;  ///< the end of a sentence; empty: none began

  [[nodiscard]] bool nothing() const noexcept { return statements == 0 && backfill.empty(); }
};

/// The one connection of a run: how transactions are framed on it, what is committed, how failures are told. Runs no
/// revision itself.
class Session {
 public:
  Session(engine::Connection& connection, VersionTable table, std::vector<std::string> rows, ExecutorOptions options,
          ExecutorEvents events);

  [[nodiscard]] engine::Connection& connection() noexcept { return connection_; }
  [[nodiscard]] const VersionTable& table() const noexcept { return table_; }
  [[nodiscard]] const ExecutorOptions& options() const noexcept { return options_; }
  [[nodiscard]] const ExecutorEvents& events() const noexcept { return events_; }
  [[nodiscard]] Kept& kept() noexcept { return kept_; }

  /// Before the first of `steps`. Throws StepError.
  void start(std::span<const PreparedStep> steps);

  /// BEGIN unless a transaction is open, and the version table where it is missing.
  void open(Message& message) const;
  /// What ends a step: the session as it was, when `touched`; the row change, hooks, and COMMIT when `commit`.
  void close(Message& message, const PreparedStep& step, bool touched, bool commit);
  void add_reset(Message& message) const;
  void add_timeouts(Message& message) const;

  /// Throws StepError, with everything rolled back that was not committed.
  void send(const Message& message, const PreparedStep& step);
  /// A message that ends with COMMIT in the midst of a step: what waited is committed.
  void send_commit(const Message& message, const PreparedStep& step);
  /// A message made by open() and close(). `touched`: as close() was told.
  void send_last(const Message& message, const PreparedStep& step, bool touched);
  /// One statement outside transactions.
  void send_alone(const Message& statement, const PreparedStep& step, bool refuses_transaction);
  /// Brings the settings back, outside transactions. In one message with BEGIN that would come too late: a setting may
  /// have decided already what kind of transaction it is.
  void reset(const PreparedStep& step);
  /// Makes the version table, outside transactions.
  void create_table(const PreparedStep& step);
  /// Switches the timeouts off and on again.
  void set_timeouts(bool on, const PreparedStep& step);

  /// `step` went through, but is not committed yet.
  void wait_for_commit(const PreparedStep& step) { waiting_.push_back(&step); }
  /// The steps that waited are committed. Runs their command hooks; throws StepError when one fails.
  void committed();
  /// How many steps were committed since begin_attempt().
  [[nodiscard]] std::size_t steps_committed() const noexcept { return steps_committed_; }
  /// Forgets what was not committed.
  void begin_attempt();
  /// The step failed because a prepared row change is gone: it can be sent again.
  [[nodiscard]] bool lost_row_change(const StepError& error) { return row_changes_.failed(error.facts().fields); }

  [[noreturn]] void fail(const PreparedStep& step, const Message* message, const engine::DatabaseError& error);
  /// The same with the facts known: adds where the database stands.
  [[noreturn]] void fail(const PreparedStep& step, StepFailureFacts facts);

  /// A random pause before try `attempt` + 1; false: interrupted.
  bool wait_before_retry(int attempt) const;

 private:
  [[nodiscard]] bool deallocates(bool touched) const;
  void add_hooks(Message& message, const PreparedStep& step) const;

  engine::Connection& connection_;
  VersionTable table_;
  bool table_committed_;
  std::vector<std::string> rows_;  ///< committed
  ExecutorOptions options_;
  ExecutorEvents events_;
  RowChanges row_changes_{0};
  std::vector<const PreparedStep*> waiting_;
  std::size_t steps_committed_ = 0;
  Kept kept_;
};

}  // namespace migrate::runtime
