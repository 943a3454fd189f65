#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "migrate/base/clock.hpp"
#include "migrate/command/context.hpp"
#include "migrate/runtime/prepared_step.hpp"
#include "migrate/runtime/step_error.hpp"

namespace migrate::command {

/// What becomes of a run whose connection was lost in the midst of a step: decides whether it may go on, and waits for
/// the database. What was committed is not decided here: the caller takes the run lock again, which the old session
/// must have let go for that, and reads the version table.
class LostConnection {
 public:
  explicit LostConnection(const Context& context) : context_(context) {}

  /// A connection anew, once the server takes one. `steps`: of the run. Throws `error` where nobody may go on by
  /// himself: what a part of the step did cannot be found out without a journal, the same step lost its connection
  /// before, an administrator ended the session, or no server answers within 30 s.
  std::unique_ptr<Database> reconnect(const runtime::StepError& error, std::span<const runtime::PreparedStep> steps);

 private:
  [[nodiscard]] bool can_be_found_out(const std::string& revision, std::span<const runtime::PreparedStep> steps) const;
  [[nodiscard]] bool ended_by_administrator(const runtime::StepError& error, Database& database) const;

  const Context& context_;
  std::string lost_in_;                            ///< the revision, last time
  base::Stopwatch connected_ = base::Stopwatch();  ///< since the connection was made
};

/// The steps that are left where the version rows are `rows`, given those before the first step. Nothing: `rows` is
/// not on the way.
std::optional<std::span<const runtime::PreparedStep>> steps_left(std::span<const runtime::PreparedStep> steps,
                                                                 const std::vector<std::string>& rows_before,
                                                                 const std::vector<std::string>& rows);

}  // namespace migrate::command
