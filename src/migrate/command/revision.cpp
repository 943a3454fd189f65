#include "migrate/command/revision.hpp"

#include <fmt/format.h>

#include "migrate/base/text.hpp"
#include "migrate/script/identifier.hpp"

namespace migrate::command {
namespace {

/// A label stays as it was given, so that it follows the label; anything else becomes the full id.
std::vector<std::string> resolve_dependencies(const script::RevisionGraph& graph,
                                              const std::vector<std::string>& words) {
  std::vector<std::string> result;
  for (const auto& word : words) {
    if (graph.find_label(word)) {
      result.push_back(word);
      continue;
    }
    for (const auto index : script::resolve(graph, word)) result.push_back(graph[index].id);
  }
  return result;
}

void check_parents(const script::RevisionGraph& graph, const std::vector<script::Index>& parents, bool splice) {
  for (const auto parent : parents) {
    if (splice || graph.children(parent).empty()) continue;
    std::vector<std::string> heads;
    for (const auto head : graph.heads()) heads.push_back(graph[head].id);
    throw UsageError(
        fmt::format("{} is not a head: revision {} builds on it already", graph[parent].id,
                    graph[graph.children(parent).front()].id),
        fmt::format("Build on a head ({}), or say --splice to start a new branch here.", base::join(heads, ", ")));
  }
}

}  // namespace

NewFileReport revision(const Context& context, const RevisionRequest& request) {
  const auto graph = load_graph(context);
  std::vector<std::string> rows;
  if (script::needs_rows(request.head)) rows = Database(context).rows();
  const auto parents = script::resolve(graph, request.head, rows);
  check_parents(graph, parents, request.splice);

  NewFile file;
  file.id = request.id;
  file.message = request.message;
  for (const auto parent : parents) file.parents.push_back(graph[parent].id);
  file.depends_on = resolve_dependencies(graph, request.depends_on);
  file.labels = request.branch_labels;
  file.directory = choose_directory(context, graph, parents, request.version_path);
  file.type = request.type.value_or(context.config.revision_type);
  return write_revision_file(context, graph, file);
}

}  // namespace migrate::command
