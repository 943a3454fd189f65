#include "migrate/command/heads.hpp"

namespace migrate::command {

std::vector<RevisionView> heads(const Context& context, const HeadsRequest& request) {
  const auto graph = load_graph(context);
  return views(graph, request.resolve_dependencies ? graph.real_heads() : graph.heads());
}

}  // namespace migrate::command
