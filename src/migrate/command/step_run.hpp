#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "migrate/command/move.hpp"
#include "migrate/runtime/executor.hpp"
#include "migrate/runtime/run_lock.hpp"
#include "migrate/runtime/step_error.hpp"

namespace migrate::command {

/// As move() tells of it.
StepReport report_of(const runtime::PreparedStep& step, double milliseconds = 0);

/// Takes prepared steps to their end under the run lock, notes down what was done, and goes on by itself after the loss
/// of its connection where what happened can be found out.
class StepRun {
 public:
  /// All live as long as this. `done`: with the rows as they were read without the lock.
  StepRun(const Context& context, const MoveEvents& events, const MoveOptions& options, MoveReport& done);

  /// The steps from other rows than expected: another run moved the database between our look and our lock.
  using Replan = std::function<std::vector<runtime::PreparedStep>(const std::vector<std::string>& rows)>;

  /// `database` is replaced when its connection is lost. Throws as move() does.
  void run(std::unique_ptr<Database>& database, std::vector<runtime::PreparedStep> steps, const Replan& replan);

 private:
  /// Throws ConfigError where a pooler lends the session to others. Notes its process down.
  void require_own_session(Database& database);
  void first_try(Database& database, const Replan& replan);
  void go_on(Database& database, const runtime::StepError& lost);
  void execute(Database& database, std::span<const runtime::PreparedStep> steps);
  [[nodiscard]] runtime::RunLock::Options lock_options() const;
  [[nodiscard]] runtime::ExecutorOptions executor_options() const;
  [[nodiscard]] runtime::ExecutorEvents executor_events(Database& database);
  /// "Running upgrade …", or of a dry run "Trying upgrade …".
  [[nodiscard]] StepReport told(const runtime::PreparedStep& step, double milliseconds = 0) const;
  std::span<const runtime::PreparedStep> take_stock(const std::vector<std::string>& rows,
                                                    const runtime::StepError& lost);

  const Context& context_;
  const MoveEvents& events_;
  const MoveOptions& options_;
  MoveReport& done_;
  std::vector<runtime::PreparedStep> steps_;
  int server_pid_ = 0;   ///< of the process that works for us
  std::string untried_;  ///< why the dry run passes the current step over
};

}  // namespace migrate::command
