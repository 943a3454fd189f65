#pragma once
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "migrate/command/exit_code.hpp"

namespace migrate::command {

/// A failure as its reader needs it. Empty text: does not apply.
struct Failure {
  ExitCode code = ExitCode::revision_failed;
  std::string message{};  ///< what happened
  std::string sqlstate{};
  std::string where{};     ///< file:line:column
  std::string revision{};  ///< "Running upgrade a -> b, title"
  std::string revision_id{};
  std::string statement{};
  std::string detail{};  ///< what the server added
  std::string state{};   ///< what the database looks like now
  std::string hint{};    ///< what to do next
  std::string rule{};    ///< of its finding, where the code alone does not tell; see Finding
  std::optional<std::vector<std::string>> heads{};

  /// The same command may succeed later without a change.
  [[nodiscard]] bool retry_helps() const;
};

/// Sorts out any exception. `signal` is the one that interrupted us, or 0.
Failure describe_failure(const std::exception_ptr& error, int signal);

}  // namespace migrate::command
