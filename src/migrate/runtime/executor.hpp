#pragma once
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "migrate/runtime/cpp_run.hpp"
#include "migrate/runtime/lock_ladder.hpp"
#include "migrate/runtime/session.hpp"

namespace migrate::runtime {

/// Runs prepared steps on one connection and moves the version table with them. A transactional section, its row
/// change, the SQL hooks and COMMIT travel in one message; a section outside transactions is sent statement by
/// statement. A C++ revision that asks nothing of the database while it runs is sent as a section is.
class Executor {
 public:
  Executor(engine::Connection& connection, VersionTable table, std::vector<std::string> rows, ExecutorOptions options,
           ExecutorEvents events = {});

  /// Throws StepError for the first step that fails; the ones before it stay (or go, in one shared transaction).
  void run(std::span<const PreparedStep> steps);

 private:
  void run_together(std::span<const PreparedStep> steps);
  void attempt_together(std::span<const PreparedStep> steps);
  /// The same for a dry run, whose steps all go together.
  void try_together(std::span<const PreparedStep> steps);
  void try_step(const PreparedStep& step);
  /// Moves the rows as if the step had been run.
  void pass_over(const PreparedStep& step, const std::string& why);
  /// Why the step may get through if it is tried again; nothing: it would not.
  [[nodiscard]] std::optional<std::string> why_try_again(const StepError& error) const;
  /// Waits until the step may be tried again; throws what there is to tell when it may not.
  LockLadder::Try try_again(const StepError& error, bool possible, LockLadder& ladder, const LockLadder::Try& last,
                            const PreparedStep& step);
  static StepFailureFacts exhausted(StepFailureFacts facts, const std::string& reason, int tries);
  void run_outside_transaction(const PreparedStep& step);
  void run_section(const PreparedStep& step, bool commit);
  void run_section_outside(const PreparedStep& step);

  Session session_;
  std::map<const PreparedStep*, CppRun::Recording> recordings_;  ///< of C++ steps, for another try
};

}  // namespace migrate::runtime
