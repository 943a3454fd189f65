#pragma once
#include <string>

#include "migrate/cli/output.hpp"
#include "migrate/command/plan.hpp"

namespace migrate::cli {

/// A plan for people: steps with their transactions, statements with their places, locks and losses, and a summary.
/// Empty for a plan without steps. Ends with a newline otherwise.
std::string plan_text(const command::Plan& plan, const Output& output);

}  // namespace migrate::cli
