#include "migrate/command/history.hpp"

#include "migrate/script/identifier.hpp"

namespace migrate::command {

std::vector<RevisionView> history(const Context& context, const HistoryRequest& request) {
  const std::string range = request.range.value_or(":");
  const auto graph = load_graph(context);
  std::vector<std::string> rows;
  if (request.indicate_current || script::needs_rows(range)) rows = Database(context).rows();
  std::vector<script::Index> current;
  if (request.indicate_current) current = script::resolve_rows(graph, rows);
  return views(graph, script::resolve_history(graph, range, rows), current);
}

}  // namespace migrate::command
