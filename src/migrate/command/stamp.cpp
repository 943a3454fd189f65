#include "migrate/command/stamp.hpp"

#include "migrate/script/plan.hpp"

namespace migrate::command {
namespace {

MoveReport stamp_offline(const Context& context, const StampRequest& request) {
  if (request.purge) {
    throw UsageError("--purge needs the database: a script cannot know which rows there are",
                     "Leave out --sql, or write DELETE FROM the version table into the script by hand.");
  }
  std::optional<std::string> from;
  std::vector<std::string> targets;
  for (const auto& word : request.targets) {
    auto range = offline_range(word);
    if (range.from && from && *range.from != *from) {
      throw UsageError("stamp --sql takes one starting point, but the ranges name several",
                       "Use the same from in every from:to.");
    }
    if (range.from) from = range.from;
    targets.push_back(std::move(range.to));
  }
  const auto graph = load_graph(context);
  const auto rows = offline_rows(graph, from);
  return move_offline(context, graph, rows, script::plan_stamp(graph, rows, targets, false));
}

}  // namespace

MoveReport stamp(const Context& context, const StampRequest& request, const MoveEvents& events) {
  if (request.sql) return stamp_offline(context, request);
  return move(
      context,
      [&](const auto& graph, const auto& rows) {
        return script::plan_stamp(graph, rows, request.targets, request.purge);
      },
      events);
}

}  // namespace migrate::command
