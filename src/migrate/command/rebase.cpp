#include "migrate/command/rebase.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "migrate/base/files.hpp"
#include "migrate/base/text.hpp"
#include "migrate/script/header_edit.hpp"
#include "migrate/script/identifier.hpp"

namespace migrate::command {
namespace {

using script::Index;
using script::RevisionGraph;

Index resolve_one(const RevisionGraph& graph, const std::string& word) {
  const auto found = script::resolve(graph, word);
  if (found.size() == 1) return found.front();
  throw UsageError(fmt::format("\"{}\" names {} revisions; rebase needs one", word, found.size()));
}

std::vector<bool> lineage(const RevisionGraph& graph, Index index) {
  return graph.lineage_ancestors(std::array<Index, 1>{index});
}

/// The head to move onto when none was named: the only one that is not on the moved branch.
Index other_head(const RevisionGraph& graph, Index moved) {
  std::vector<Index> others;
  for (const auto head : graph.heads()) {
    if (!lineage(graph, head)[moved]) others.push_back(head);
  }
  if (others.size() == 1) return others.front();
  std::vector<std::string> names;
  names.reserve(others.size());
  for (const auto head : others) names.push_back(graph[head].id);
  throw UsageError(others.empty() ? std::string("there is no other head to move onto")
                                  : fmt::format("there are several heads to move onto: {}", base::join(names, ", ")),
                   others.empty() ? "`migrate heads` lists the heads." : "Name one with --onto.");
}

/// Revisions of the branch that `onto` does not have, oldest first.
std::vector<Index> branch_revisions(const RevisionGraph& graph, Index end, Index onto) {
  const auto mine = lineage(graph, end);
  const auto theirs = lineage(graph, onto);
  std::vector<Index> result;
  for (const auto index : script::resolve_history(graph, ":")) {
    if (mine[index] && !theirs[index]) result.push_back(index);
  }
  std::ranges::reverse(result);
  if (result.empty()) {
    throw UsageError(
        fmt::format("{} has nothing that {} lacks: there is nothing to move", graph[end].id, graph[onto].id));
  }
  return result;
}

void refuse_if_applied(const Context& context, const RevisionGraph& graph, const std::vector<Index>& branch) {
  const auto rows = script::resolve_rows(graph, Database(context).rows());
  const auto applied = graph.ancestors(rows);
  for (const auto index : branch) {
    if (!applied[index]) continue;
    throw AlreadyAppliedError(
        fmt::format("revision {} is applied in the configured database", graph[index].id),
        "Nothing was changed. Downgrade it first, merge instead (`migrate merge heads`), or say --force.");
  }
}

/// New parents of a revision of the branch; nothing when they stay. The foot of the branch gets `onto`. Further up, a
/// merge with what `onto` already has loses that parent: the branch itself brings it along.
std::optional<std::vector<std::string>> moved_parents(const RevisionGraph& graph, Index index, Index onto,
                                                      const std::vector<bool>& theirs) {
  const auto& parents = graph.parents(index);
  std::vector<std::string> own;
  for (const auto parent : parents) {
    if (!theirs[parent]) own.push_back(graph[parent].id);
  }
  const bool stands_there = parents.size() == 1 && parents.front() == onto;
  if (stands_there || (!parents.empty() && own.size() == parents.size())) return std::nullopt;
  if (own.empty()) own.push_back(graph[onto].id);
  return own;
}

/// The files as they will be, all made before the first one is written.
std::vector<std::pair<std::filesystem::path, std::string>> new_texts(const std::vector<script::Revision>& changed) {
  std::vector<std::pair<std::filesystem::path, std::string>> texts;
  texts.reserve(changed.size());
  for (const auto& revision : changed) {
    texts.emplace_back(revision.path, script::with_header_value(base::read_file(revision.path), "down_revision",
                                                                base::join(revision.down_revisions, ", ")));
  }
  return texts;
}

}  // namespace

RebaseReport rebase(const Context& context, const RebaseRequest& request) {
  const auto graph = load_graph(context);
  const Index end = resolve_one(graph, request.revision);
  const Index onto = request.onto.empty() ? other_head(graph, end) : resolve_one(graph, request.onto);
  const auto branch = branch_revisions(graph, end, onto);
  RebaseReport report;
  report.onto = graph[onto].id;
  std::vector<script::Revision> all;
  for (Index i = 0; i < graph.size(); ++i) all.push_back(graph[i]);
  const auto theirs = lineage(graph, onto);
  std::vector<script::Revision> changed;
  for (const auto index : branch) {
    auto parents = moved_parents(graph, index, onto, theirs);
    if (!parents) continue;
    all[index].down_revisions = std::move(*parents);
    changed.push_back(all[index]);
  }
  if (changed.empty()) return report;
  if (!request.force) refuse_if_applied(context, graph, branch);
  for (const auto index : branch) report.moved.push_back(graph[index].id);
  const RevisionGraph checked(std::move(all));  // the new history must be sound before any file is touched
  for (const auto& [path, text] : new_texts(changed)) {
    base::replace_file(path, text);
    report.rewritten.push_back(path);
  }
  return report;
}

}  // namespace migrate::command
