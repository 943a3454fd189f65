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

/// What is known of the file before there is anything to put into it.
NewFile new_file(const Context& context, const script::RevisionGraph& graph, const RevisionRequest& request) {
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
  return file;
}

/// The file at `index` of a chain of `count`; `before` is the one it builds on. What the user said of the parent goes
/// for the first, the id for the last.
NewFile link_of_chain(const NewFile& first, std::size_t index, std::size_t count, const std::string& before) {
  NewFile file = first;
  if (count > 1) file.message = fmt::format("{} ({} of {})", first.message, index + 1, count);
  if (index + 1 < count) file.id.clear();
  if (index > 0) {
    file.parents = {before};
    file.depends_on.clear();
    file.labels.clear();
  }
  return file;
}

void collect_hazards(const GeneratedRevision& revision, std::vector<std::string>& hazards) {
  for (const auto& statement : revision.upgrade.statements) {
    for (const auto& hazard : statement.hazards) hazards.push_back(schema::describe(hazard));
  }
}

}  // namespace

NewFileReport revision(const Context& context, const RevisionRequest& request) {
  const auto graph = load_graph(context);
  return write_revision_file(context, graph, new_file(context, graph, request));
}

GeneratedReport generate_revisions(const Context& context, const RevisionRequest& request,
                                   const AutogenerateRequest& options, bool allow_empty) {
  const NewFile first = new_file(context, load_graph(context), request);
  Generated generated = autogenerate(context, options);
  GeneratedReport report;
  if (generated.revisions.empty() && allow_empty) generated.revisions.emplace_back();
  for (std::size_t i = 0; i < generated.revisions.size(); ++i) {
    const auto& revision = generated.revisions[i];
    NewFile file = link_of_chain(first, i, generated.revisions.size(), i == 0 ? "" : report.files.back().id);
    fill_body(file, revision, i == 0 ? generated.suggestions : std::vector<schema::Suggestion>{});
    report.files.push_back(write_revision_file(context, load_graph(context), file));
    collect_hazards(revision, report.hazards);
  }
  report.suggestions = std::move(generated.suggestions);
  report.warnings = std::move(generated.warnings);
  return report;
}

}  // namespace migrate::command
