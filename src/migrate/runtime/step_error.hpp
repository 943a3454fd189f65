#pragma once
#include <optional>
#include <string>
#include <vector>

#include "migrate/base/error.hpp"
#include "migrate/engine/error.hpp"
#include "migrate/script/plan.hpp"

namespace migrate::runtime {

/// Why a step did not get through; decides the exit code. `revision`: the code of a C++ revision threw, crashed, or
/// asked for what cannot be. `uncertain`: whether a statement of an earlier run took effect has to be said by the user.
enum class StepFailure { sql, timeout, connection, interrupted, version_row, hook, revision, uncertain };

/// What is known about a step that failed.
struct StepFailureFacts {
  StepFailure cause = StepFailure::sql;
  script::Step step;
  std::string title;
  std::string place;                          ///< file:line:column, or the file alone
  std::string statement;                      ///< the statement that failed; empty when none did
  std::string message;                        ///< what went wrong, in one sentence
  std::string hint;                           ///< what to do next
  std::optional<engine::ErrorFields> fields;  ///< what the server said
  std::string sqlstate;                       ///< also of what ended the session; empty: no server said anything
  std::vector<std::string> rows;              ///< version rows the database stands at now
  bool rows_certain = true;                   ///< false: the connection was lost and could not be made again
  std::string state;                          ///< one sentence about what took effect and what did not
  bool dry_run = false;                       ///< nothing was to take effect
};

/// A step failed. `what()` is the one-sentence summary; the facts hold the rest.
class StepError : public base::Error {
 public:
  explicit StepError(StepFailureFacts facts);
  [[nodiscard]] const StepFailureFacts& facts() const noexcept { return facts_; }

 private:
  StepFailureFacts facts_;
};

}  // namespace migrate::runtime
