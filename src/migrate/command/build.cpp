#include "migrate/command/build.hpp"

#include <algorithm>

#include "migrate/command/compile_commands.hpp"
#include "migrate/script/identifier.hpp"

namespace migrate::command {
namespace {

/// Oldest first, each once.
std::vector<script::Index> named(const Context& context, const script::RevisionGraph& graph,
                                 const std::vector<std::string>& words) {
  std::vector<std::string> rows;
  if (std::ranges::any_of(words, script::needs_rows)) rows = Database(context).rows();
  std::vector<bool> wanted(graph.size(), words.empty());
  for (const auto& word : words) {
    for (const auto index : script::resolve_history(graph, word, rows)) wanted[index] = true;
  }
  auto all = script::resolve_history(graph, ":");
  std::ranges::reverse(all);
  std::erase_if(all, [&](script::Index index) { return !wanted[index]; });
  return all;
}

}  // namespace

BuildReport build(const Context& context, const BuildRequest& request, const CompileEvents& events) {
  const auto graph = load_graph(context);
  BuildReport report;
  std::vector<script::Revision> revisions;
  for (const auto index : named(context, graph, request.revisions)) {
    if (graph[index].type == script::RevisionType::cpp) {
      revisions.push_back(graph[index]);
    } else {
      ++report.sql;
    }
  }
  if (revisions.empty()) return report;
  refresh_compile_commands(context);
  const auto built = compile(context, revisions, events);
  for (const auto& revision : revisions) {
    const auto module = std::ranges::find(built.modules, revision.id, &script::BuiltModule::revision);
    if (module == built.modules.end()) continue;
    BuiltRevision made{revision.id,      std::string(revision.title()),
                       revision.path,    module->module,
                       module->cached,   module->seconds,
                       module->warnings, {}};
    if (request.commands) made.command = script::compile_command(revision, context.config.cpp, context.environment);
    report.revisions.push_back(std::move(made));
  }
  return report;
}

}  // namespace migrate::command
