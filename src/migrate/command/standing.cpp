#include "migrate/command/standing.hpp"

namespace migrate::command {

Standing standing(const script::RevisionGraph& graph, std::span<const std::string> rows) {
  Standing result;
  for (const auto& row : rows) {
    if (const auto index = graph.find(row)) {
      result.known.push_back(*index);
    } else {
      result.unknown.push_back(row);
    }
  }
  return result;
}

std::vector<script::Index> pending(const script::RevisionGraph& graph, const Standing& standing,
                                   std::span<const script::Step> steps) {
  const auto applied = graph.ancestors(standing.known);
  const auto above = graph.descendants(standing.known);
  std::vector<script::Index> result;
  for (const auto& step : steps) {
    const auto index = graph.find(step.revision);
    if (!index || applied[*index]) continue;
    if (standing.unknown.empty() || above[*index]) result.push_back(*index);
  }
  return result;
}

}  // namespace migrate::command
