#include "migrate/command/merge.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/base/text.hpp"
#include "migrate/script/identifier.hpp"

namespace migrate::command {

NewFileReport merge(const Context& context, const MergeRequest& request) {
  const auto graph = load_graph(context);
  std::vector<script::Index> parents;
  for (const auto& word : request.revisions) {
    std::vector<std::string> rows;
    if (script::needs_rows(word)) rows = Database(context).rows();
    for (const auto index : script::resolve(graph, word, rows)) {
      if (std::ranges::find(parents, index) == parents.end()) parents.push_back(index);
    }
  }
  if (parents.size() < 2) {
    throw UsageError(fmt::format("a merge needs two revisions or more; {} {}", base::join(request.revisions, " "),
                                 parents.empty() ? "names none" : "names only " + graph[parents.front()].id),
                     "`migrate heads` lists what can be merged; `migrate merge heads` joins them all.");
  }
  for (const auto parent : parents) {
    if (graph.children(parent).empty()) continue;
    throw UsageError(fmt::format("{} is not a head: revision {} builds on it already", graph[parent].id,
                                 graph[graph.children(parent).front()].id),
                     "Merge heads: `migrate heads` lists them.");
  }
  NewFile file;
  file.id = request.id;
  file.message = request.message;
  for (const auto parent : parents) file.parents.push_back(graph[parent].id);
  if (file.message.empty()) file.message = fmt::format("merge {}", base::join(file.parents, " and "));
  file.labels = request.branch_labels;
  file.directory = choose_directory(context, graph, parents, "");
  file.type = context.config.revision_type;
  return write_revision_file(context, graph, file);
}

}  // namespace migrate::command
