#pragma once
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "migrate/base/clock.hpp"
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
  [[nodiscard]] const Journal& journal() const noexcept { return journal_; }
  [[nodiscard]] const ExecutorOptions& options() const noexcept { return options_; }
  [[nodiscard]] const ExecutorEvents& events() const noexcept { return events_; }
  [[nodiscard]] Kept& kept() noexcept { return kept_; }

  /// Before the first of `steps`. Throws StepError.
  void start(std::span<const PreparedStep> steps);

  /// A step begins.
  void start_step(const PreparedStep& step);

  /// BEGIN unless a transaction is open, and the version table and the journal where they are missing.
  void open(Message& message) const;
  /// What ends a step: the session as it was, when `touched`; the row change, hooks, and COMMIT when `commit`.
  void close(Message& message, const PreparedStep& step, bool touched, bool commit);
  void add_reset(Message& message) const;
  void add_timeouts(Message& message) const;

  /// Throws StepError, with everything rolled back that was not committed.
  void send(const Message& message, const PreparedStep& step, bool blocks_others = true);
  /// A message that ends with COMMIT in the midst of a step: what waited is committed.
  void send_commit(const Message& message, const PreparedStep& step);
  /// A message made by open() and close(). `touched`: as close() was told.
  void send_last(const Message& message, const PreparedStep& step, bool touched);
  /// One statement outside transactions.
  void send_alone(const Message& statement, const PreparedStep& step, bool refuses_transaction);
  /// Brings the settings back, outside transactions. In one message with BEGIN that would come too late: a setting may
  /// have decided already what kind of transaction it is.
  void reset(const PreparedStep& step);
  /// Makes the version table and the journal, outside transactions.
  void create_tables(const PreparedStep& step);
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

  /// Of a dry run. Opens the transaction that everything goes through. Throws StepError.
  void open_trial(const PreparedStep& first);
  /// What fails from here on takes back no more than what came after this.
  void set_savepoint(const PreparedStep& step);
  /// What the COMMIT behind this step would check is checked now.
  void check_constraints(const PreparedStep& step);
  void roll_back_trial() noexcept;
  void tell_untried(const PreparedStep& step, Untried how_much, const std::string& why);
  /// An earlier run began statements of this revision and did not end it.
  [[nodiscard]] bool half_done(const std::string& revision) const { return half_done_.contains(revision); }
  /// A statement with a row of its own in the journal is about to run: `failed` is the row if it fails. It stands in
  /// the journal as begun already after note_statement_begun().
  void enter_statement(const JournalEntry& failed);
  void note_statement_begun() noexcept { statement_begun_ = true; }
  void leave_statement() noexcept { statement_.reset(); }
  void tell_resumed(const PreparedStep& step, std::size_t statement) const;

  /// The step failed because a prepared row change is gone: it can be sent again.
  [[nodiscard]] bool lost_row_change(const StepError& error) { return row_changes_.failed(error.facts().fields); }

  /// While this is on, the journal is told of a failure by note_failure() alone: it may be followed by another try.
  void hold_notes(bool on) noexcept { holds_notes_ = on; }
  /// `message`: what is told in the end, which may know more than the failure itself did.
  void note_failure(const std::string& message);

  [[noreturn]] void fail(const PreparedStep& step, const Message* message, const engine::DatabaseError& error);
  /// The same with the facts known: adds where the database stands.
  [[noreturn]] void fail(const PreparedStep& step, StepFailureFacts facts);

  /// The lock_timeout of the transactions to come; nothing: the session's.
  void set_lock_timeout(std::optional<std::chrono::milliseconds> time) { lock_timeout_ = time; }
  /// The server's setting; its default when it cannot be had.
  [[nodiscard]] std::chrono::milliseconds deadlock_timeout();
  /// False: interrupted.
  [[nodiscard]] bool pause(std::chrono::milliseconds time) const;

 private:
  [[nodiscard]] bool deallocates(bool touched) const;
  void add_hooks(Message& message, const PreparedStep& step) const;
  void set_tables_exist(bool versions, bool journal) noexcept;
  /// False: the connection is lost.
  [[nodiscard]] bool take_back() noexcept;
  [[noreturn]] void fail_trial(StepFailureFacts facts) const;
  void locate_journal(const PreparedStep& step);
  void write_note(const std::string& note) noexcept;
  [[nodiscard]] std::string failure_note(const StepFailureFacts& facts) const;
  [[nodiscard]] std::string statement_note(const StepFailureFacts& facts) const;

  engine::Connection& connection_;
  VersionTable table_;
  Journal journal_;
  bool table_committed_, journal_committed_ = false;  ///< that they exist
  std::vector<std::string> rows_;                     ///< committed
  ExecutorOptions options_;
  ExecutorEvents events_;
  RowChanges row_changes_{0};
  std::vector<const PreparedStep*> waiting_;
  std::size_t steps_committed_ = 0;
  Kept kept_;
  std::set<std::string> half_done_;
  std::optional<JournalEntry> statement_;
  bool statement_begun_ = false;
  std::optional<std::chrono::milliseconds> lock_timeout_;
  bool savepoint_ = false;            ///< of a dry run: stands
  std::vector<std::string> untried_;  ///< revisions of a dry run that were passed over, or parts of them
  bool holds_notes_ = false;
  std::optional<StepFailureFacts> held_failure_;
  base::Stopwatch since_start_;  ///< of the step
};

}  // namespace migrate::runtime
