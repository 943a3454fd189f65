#include "migrate/command/downgrade.hpp"

#include "migrate/script/plan.hpp"

namespace migrate::command {

MoveReport downgrade(const Context& context, const DowngradeRequest& request, const MoveEvents& events) {
  if (request.sql) {
    const auto range = offline_range(request.target);
    if (!range.from || range.from->empty()) {
      throw UsageError("downgrade --sql needs to know where the database stands",
                       "Give a range from:to, for example `migrate downgrade head:base --sql`.");
    }
    const auto graph = load_graph(context);
    const auto rows = offline_rows(graph, range.from);
    return move_offline(context, graph, rows, script::plan_downgrade(graph, rows, range.to), events);
  }
  const auto& target = request.leave.plan ? request.leave.plan->target : request.target;
  return move_within(request.leave, script::Direction::downgrade, context,
                     [&](const auto& graph, const auto& rows) { return script::plan_downgrade(graph, rows, target); },
                     events, {.uncertain = request.uncertain});
}

}  // namespace migrate::command
