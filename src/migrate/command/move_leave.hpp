#pragma once
#include <memory>

#include "migrate/command/destructive.hpp"
#include "migrate/command/move.hpp"
#include "migrate/command/plan.hpp"

namespace migrate::command {

/// How far an upgrade or a downgrade may go.
struct MoveLeave {
  bool dry_run = false;                ///< try everything and roll it back
  bool allow_destructive = false;      ///< run what loses data without asking
  AskConsent ask{};                    ///< empty: there is nobody to ask
  std::shared_ptr<const Plan> plan{};  ///< apply this and nothing else; its target is the target
};

/// move() within that leave. Throws PlanMismatch and DestructiveError beside what move() throws.
MoveReport move_within(const MoveLeave& leave, script::Direction direction, const Context& context, Planner planner,
                       const MoveEvents& events, MoveOptions options);

}  // namespace migrate::command
