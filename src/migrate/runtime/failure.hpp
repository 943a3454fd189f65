#pragma once
#include <string>
#include <vector>

#include "migrate/runtime/message.hpp"
#include "migrate/runtime/session.hpp"
#include "migrate/runtime/step_error.hpp"

namespace migrate::runtime {

/// Turns a database error met in a step into what its user needs to know: cause, place, statement, next move.
/// `message` is what was sent; null when the failure was found without sending anything.
StepFailureFacts describe_failure(const PreparedStep& step, const Message* message, const engine::DatabaseError& error);

/// The same of a statement that a C++ revision sent by itself.
StepFailureFacts describe_failure(const PreparedStep& step, const std::string& place, const std::string& statement,
                                  const engine::DatabaseError& error);

/// One sentence about what took effect, given where the database stood before the step.
std::string describe_state(const StepFailureFacts& facts, const PreparedStep& step,
                           const std::vector<std::string>& rows_before, const Kept& kept);

}  // namespace migrate::runtime
