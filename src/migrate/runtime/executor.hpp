#pragma once
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "migrate/engine/connection.hpp"
#include "migrate/runtime/message.hpp"
#include "migrate/runtime/prepared_step.hpp"
#include "migrate/runtime/row_changes.hpp"
#include "migrate/runtime/step_error.hpp"
#include "migrate/runtime/version_apply.hpp"
#include "migrate/runtime/version_table.hpp"

namespace migrate::runtime {

struct ExecutorOptions {
  bool transaction_per_migration = true;  ///< false: steps share one transaction
  std::string lock_timeout = "5s";        ///< PostgreSQL's setting; empty: the server's own
  std::string statement_timeout;          ///< same
  int lock_retries = 10;                  ///< how often a step that could not get a lock is tried again
  int interrupt_fd = -1;                  ///< readable when the user wants out; watched between tries
  VersionApplyHooks on_version_apply;
};

/// What a run tells while it goes on. Any may be empty; none may throw.
struct ExecutorEvents {
  std::function<void(const PreparedStep&)> on_start;
  std::function<void(const PreparedStep&, double milliseconds)> on_done;
  std::function<void(const PreparedStep&, int attempt, const std::string& reason)> on_retry;
  std::function<void(const std::string&)> on_hook_output;  ///< what a command hook printed
  /// Reads where the database stands after the connection broke or was interrupted. May return nothing.
  std::function<std::optional<std::vector<std::string>>()> read_rows_again;
};

/// Runs prepared steps on one connection and moves the version table with them. A transactional section, its row
/// change, the SQL hooks and COMMIT travel in one message; a section outside transactions is sent statement by
/// statement.
class Executor {
 public:
  Executor(engine::Connection& connection, VersionTable table, std::vector<std::string> rows, ExecutorOptions options,
           ExecutorEvents events = {});

  /// Throws StepError for the first step that fails; the ones before it stay (or go, in one shared transaction).
  void run(std::span<const PreparedStep> steps);

 private:
  void run_together(std::span<const PreparedStep> steps);
  void attempt_together(std::span<const PreparedStep> steps);
  void run_outside_transaction(const PreparedStep& step);
  void send_alone(const PreparedStep& step, const sql::Statement& statement);
  Message transactional_message(const PreparedStep& step, bool first, bool last);
  void add_timeouts(Message& message) const;
  void add_reset(Message& message) const;
  [[nodiscard]] bool deallocates(const PreparedStep& step) const;
  void add_hooks(Message& message, const PreparedStep& step) const;
  void run_command_hooks(std::span<const PreparedStep> committed) const;
  void send(const Message& message, const PreparedStep& step);
  [[noreturn]] void fail(const PreparedStep& step, const Message* message, const engine::DatabaseError& error);
  bool wait_before_retry(int attempt) const;

  engine::Connection& connection_;
  VersionTable table_;
  std::vector<std::string> rows_;  ///< committed
  ExecutorOptions options_;
  ExecutorEvents events_;
  RowChanges row_changes_{0};
  std::size_t statements_done_ = 0;  ///< of a section outside transactions
};

}  // namespace migrate::runtime
