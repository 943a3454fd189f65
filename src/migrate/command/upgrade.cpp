#include "migrate/command/upgrade.hpp"

#include "migrate/script/plan.hpp"

namespace migrate::command {

MoveReport upgrade(const Context& context, const UpgradeRequest& request, const MoveEvents& events) {
  if (request.sql) {
    const auto graph = load_graph(context);
    const auto range = offline_range(request.target);
    const auto rows = offline_rows(graph, range.from);
    return move_offline(context, graph, rows, script::plan_upgrade(graph, rows, range.to), events);
  }
  return move(context,
              [&](const auto& graph, const auto& rows) { return script::plan_upgrade(graph, rows, request.target); },
              events, {.compare_applied = true, .uncertain = request.uncertain});
}

}  // namespace migrate::command
