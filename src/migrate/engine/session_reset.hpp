#pragma once
#include <string>

#include "migrate/engine/pool_options.hpp"
#include "migrate/engine/session_marks.hpp"

namespace migrate::engine {

/// The message that makes a session without a transaction fit for its next user, to be sent alone; empty: nothing is to
/// be sent. What functions of the server changed inside is known to `discard` only.
[[nodiscard]] std::string reset_message(ResetPolicy policy, const SessionMarks& marks);

}  // namespace migrate::engine
