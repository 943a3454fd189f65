#pragma once
#include "migrate/cli/session.hpp"
#include "migrate/command/destructive.hpp"

namespace migrate::cli {

/// Lists on stderr what would be lost and takes "y" or "yes" from the terminal. Empty unless stdin and stderr are
/// terminals. No answer is a no.
command::AskConsent consent(Session& session);

}  // namespace migrate::cli
