#include "migrate/command/revision_view.hpp"

#include <algorithm>

namespace migrate::command {
namespace {

std::vector<std::string> ids(const script::RevisionGraph& graph, const std::vector<script::Index>& indexes) {
  std::vector<std::string> result;
  result.reserve(indexes.size());
  for (const auto index : indexes) result.push_back(graph[index].id);
  return result;
}

}  // namespace

RevisionView view(const script::RevisionGraph& graph, script::Index index, std::span<const script::Index> current) {
  const script::Revision& revision = graph[index];
  RevisionView result;
  result.id = revision.id;
  result.parents = ids(graph, graph.parents(index));
  result.dependencies = ids(graph, graph.dependencies(index));
  result.children = ids(graph, graph.children(index));
  result.labels = graph.labels(index);
  const bool tip = graph.children(index).empty();
  result.head = tip && graph.dependents(index).empty();
  result.effective_head = tip && !result.head;
  result.current = std::ranges::find(current, index) != current.end();
  result.branch_point = graph.is_branch_point(index);
  result.merge_point = graph.is_merge_point(index);
  result.title = revision.title();
  result.message = revision.message;
  result.created = revision.created;
  result.path = revision.path;
  result.cpp = revision.type == script::RevisionType::cpp;
  return result;
}

std::vector<RevisionView> views(const script::RevisionGraph& graph, std::span<const script::Index> indexes,
                                std::span<const script::Index> current) {
  std::vector<RevisionView> result;
  result.reserve(indexes.size());
  for (const auto index : indexes) result.push_back(view(graph, index, current));
  return result;
}

}  // namespace migrate::command
