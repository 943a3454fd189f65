#include "migrate/command/move_leave.hpp"

#include "migrate/command/plan_check.hpp"

namespace migrate::command {

MoveReport move_within(const MoveLeave& leave, script::Direction direction, const Context& context, Planner planner,
                       const MoveEvents& events, MoveOptions options) {
  DestructiveGuard guard(context, direction, leave.allow_destructive, leave.ask);
  options.dry_run = leave.dry_run;
  options.check = [&](std::span<const runtime::PreparedStep> steps, const std::vector<std::string>& rows) {
    if (leave.plan) require_content(*leave.plan, plan_of(context, direction, leave.plan->target, rows, steps));
    if (!leave.dry_run) guard.check(steps);
  };
  if (!leave.plan) return move(context, planner, events, options);
  const auto planned = [&](const script::RevisionGraph& graph, const std::vector<std::string>& rows) {
    require_start(*leave.plan, rows);
    auto steps = planner(graph, rows);
    require_steps(*leave.plan, steps);
    return steps;
  };
  return move(context, planned, events, options);
}

}  // namespace migrate::command
