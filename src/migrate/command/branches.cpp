#include "migrate/command/branches.hpp"

#include "migrate/script/identifier.hpp"

namespace migrate::command {

std::vector<BranchPoint> branches(const Context& context) {
  const auto graph = load_graph(context);
  std::vector<BranchPoint> result;
  for (const auto index : script::resolve_history(graph, ":")) {
    if (graph.is_branch_point(index)) result.push_back({view(graph, index), views(graph, graph.children(index))});
  }
  return result;
}

}  // namespace migrate::command
