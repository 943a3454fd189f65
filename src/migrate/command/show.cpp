#include "migrate/command/show.hpp"

#include "migrate/script/identifier.hpp"

namespace migrate::command {

std::vector<RevisionView> show(const Context& context, const std::string& identifier) {
  const auto graph = load_graph(context);
  std::vector<std::string> rows;
  if (script::needs_rows(identifier)) rows = Database(context).rows();
  return views(graph, script::resolve(graph, identifier, rows));
}

}  // namespace migrate::command
