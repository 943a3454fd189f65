#include "migrate/command/upgrade.hpp"

#include <fmt/format.h>

#include "migrate/base/text.hpp"
#include "migrate/command/standing.hpp"
#include "migrate/script/plan.hpp"

namespace migrate::command {
namespace {

using Rows = std::vector<std::string>;

std::vector<std::string> ids(const script::RevisionGraph& graph, const std::vector<script::Index>& indexes) {
  std::vector<std::string> result;
  result.reserve(indexes.size());
  for (const auto index : indexes) result.push_back(graph[index].id);
  return result;
}

/// Throws unless the unknown rows are all that stands between the database and the target.
void check_nothing_pending(const script::RevisionGraph& graph, const Standing& found, const std::string& target) {
  const auto steps = script::plan_upgrade(graph, ids(graph, found.known), target);
  const auto left = ids(graph, pending(graph, found, steps));
  if (left.empty()) return;
  throw script::DatabaseAheadError(
      fmt::format("the database is at {}, which these files do not have, and behind them elsewhere: {} {} not applied",
                  base::join(found.unknown, ", "), base::join(left, ", "), left.size() == 1 ? "is" : "are"),
      "Nothing was run: --if-ahead is for a database that lacks nothing of these files. Get the missing files (git "
      "pull,"
      " git switch), then upgrade.");
}

/// The plan; a database that is ahead is told of the switch that may be meant.
std::vector<script::Step> steps_to(const script::RevisionGraph& graph, const Rows& rows, const std::string& target) {
  try {
    return script::plan_upgrade(graph, rows, target);
  } catch (const script::DatabaseAheadError& error) {
    throw script::DatabaseAheadError(
        error.what(), error.hint() +
                          " Where an older release is started again on purpose, `--if-ahead warn` exits 0 as long as"
                          " nothing of its own files is pending.");
  }
}

}  // namespace

MoveReport upgrade(const Context& context, const UpgradeRequest& request, const MoveEvents& events) {
  if (request.sql) {
    const auto graph = load_graph(context);
    const auto range = offline_range(request.target);
    const auto rows = offline_rows(graph, range.from);
    return move_offline(context, graph, rows, script::plan_upgrade(graph, rows, range.to), events);
  }
  const auto& target = request.leave.plan ? request.leave.plan->target : request.target;
  Rows ahead;
  const auto planner = [&](const script::RevisionGraph& graph, const Rows& rows) -> std::vector<script::Step> {
    ahead.clear();
    if (request.if_ahead != AheadPolicy::fail) {
      const auto found = standing(graph, rows);
      if (!found.unknown.empty()) {
        check_nothing_pending(graph, found, target);
        ahead = found.unknown;
        return {};
      }
    }
    return steps_to(graph, rows, target);
  };
  auto report = move_within(request.leave, script::Direction::upgrade, context, planner, events,
                            {.compare_applied = true, .uncertain = request.uncertain});
  report.ahead = std::move(ahead);
  if (request.if_ahead == AheadPolicy::warn && !report.ahead.empty() && events.on_warning) {
    events.on_warning(fmt::format("the database is ahead: it is at {}, which these files do not have",
                                  base::join(report.ahead, ", ")));
  }
  return report;
}

}  // namespace migrate::command
