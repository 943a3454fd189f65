// How a RevisionGraph is tied together: words in files become links between revisions.
#include <fmt/format.h>

#include <algorithm>

#include "migrate/base/text.hpp"
#include "migrate/script/detail/graph_check.hpp"
#include "migrate/script/revision_graph.hpp"

namespace migrate::script {
namespace {

/// A partial id in a file must stay the only match as revisions are added, so very short ones are refused.
constexpr std::size_t k_shortest_partial_id = 5;

void add_once(std::vector<Index>& links, Index link) {
  if (std::ranges::find(links, link) == links.end()) links.push_back(link);
}

std::string nearest_hint(const RevisionGraph& graph, std::string_view word, const Revision& of) {
  auto names = graph.names();
  std::erase(names, of.id);
  const auto near = base::nearest(word, names);
  return near ? fmt::format("Did you mean '{}'?", *near)
              : "Its file may be missing here: get it from the branch it was made on.";
}

[[noreturn]] void fail_with_self(const Revision& revision, std::string_view key) {
  throw RevisionError(fmt::format("{}: revision '{}' names itself in {}", detail::file_of(revision), revision.id, key),
                      fmt::format("Correct {}.", key));
}

}  // namespace

void RevisionGraph::link_parents() {
  for (Index i = 0; i < nodes_.size(); ++i) {
    const Revision& revision = nodes_[i].revision;
    for (const auto& id : revision.down_revisions) {
      const auto parent = find(id);
      if (!parent) {
        const auto partial = names_with_prefix(id);
        throw RevisionError(
            fmt::format("{}: down_revision '{}' is not the id of any revision", detail::file_of(revision), id),
            partial.size() == 1
                ? fmt::format("A parent is named by its full id: '{}'.", nodes_[partial[0].revision].revision.id)
                : nearest_hint(*this, id, revision));
      }
      if (*parent == i) fail_with_self(revision, "down_revision");
      add_once(nodes_[i].parents, *parent);
    }
    for (const Index parent : nodes_[i].parents) nodes_[parent].children.push_back(i);
  }
}

Index RevisionGraph::dependency_named(std::string_view word, Index of) const {
  if (const auto exact = find(word)) return *exact;
  if (const auto labelled = find_label(word)) return *labelled;
  const Revision& revision = nodes_[of].revision;
  const auto partial = names_with_prefix(word);
  const auto what = fmt::format("{}: depends_on '{}'", detail::file_of(revision), word);
  if (partial.empty()) {
    throw RevisionError(what + " is not a revision or label", nearest_hint(*this, word, revision));
  }
  if (partial.size() > 1) {
    std::vector<std::string> candidates;
    for (const auto& name : partial) candidates.emplace_back(name.text);
    throw RevisionError(what + " is the beginning of several: " + detail::listed(candidates), "Write more of it.");
  }
  if (word.size() < k_shortest_partial_id) {
    throw RevisionError(what + " is not a revision or label: too short for a partial id",
                        fmt::format("Write at least {} characters of '{}'.", k_shortest_partial_id, partial[0].text));
  }
  return partial[0].revision;
}

void RevisionGraph::link_dependencies() {
  for (Index i = 0; i < nodes_.size(); ++i) {
    for (const auto& word : nodes_[i].revision.depends_on) {
      const Index target = dependency_named(word, i);
      if (target == i) fail_with_self(nodes_[i].revision, "depends_on");
      add_once(nodes_[i].dependencies, target);
    }
    for (const Index target : nodes_[i].dependencies) nodes_[target].dependents.push_back(i);
  }
}

/// Takes a dependency away from a revision when an ancestor by parents has it too. Looked at per target: only targets
/// with several dependents can lose one, and the search never goes below the lowest of these.
void RevisionGraph::normalize_dependencies(std::span<const Index> bottom_up) {
  std::vector<std::size_t> height(nodes_.size());
  for (std::size_t at = 0; at < bottom_up.size(); ++at) height[bottom_up[at]] = at;
  for (auto& node : nodes_) node.normalized = node.dependencies;

  std::vector<std::size_t> holds(nodes_.size());  // holds[x] == round: x has the dependency itself
  std::vector<std::size_t> clean(nodes_.size());  // clean[x] == round: neither x nor an ancestor of it has
  std::size_t round = 0;
  const auto inherits = [&](Index holder, std::size_t lowest) {
    std::vector<Index> todo = nodes_[holder].parents;
    std::vector<Index> seen;
    while (!todo.empty()) {
      const Index i = todo.back();
      todo.pop_back();
      if (holds[i] == round) {
        for (const Index passed : seen) clean[passed] = 0;
        return true;
      }
      if (height[i] < lowest || clean[i] == round) continue;
      clean[i] = round;
      seen.push_back(i);
      todo.insert(todo.end(), nodes_[i].parents.begin(), nodes_[i].parents.end());
    }
    return false;
  };
  for (Index target = 0; target < nodes_.size(); ++target) {
    auto holders = nodes_[target].dependents;
    if (holders.size() < 2) continue;
    ++round;
    std::ranges::sort(holders, {}, [&](Index i) { return height[i]; });
    for (const Index holder : holders) {
      if (inherits(holder, height[holders.front()])) std::erase(nodes_[holder].normalized, target);
      holds[holder] = round;
    }
  }
}

void RevisionGraph::link_edges() {
  for (Index i = 0; i < nodes_.size(); ++i) {
    auto& node = nodes_[i];
    node.edges = node.parents;
    for (const Index target : node.normalized) add_once(node.edges, target);
    for (const Index target : node.edges) nodes_[target].edge_children.push_back(i);
  }
}

void RevisionGraph::spread_labels() {
  for (const auto& [label, declared] : labels_) {
    const Index from[] = {declared};
    const auto below = lineage_descendants(from);
    for (Index i = 0; i < nodes_.size(); ++i) {
      if (below[i]) nodes_[i].labels.push_back(label);
    }
    for (Index i = declared; nodes_[i].parents.size() == 1;) {
      i = nodes_[i].parents.front();
      if (is_merge_point(i) || nodes_[i].edge_children.size() > 1) break;
      nodes_[i].labels.push_back(label);
    }
  }
}

}  // namespace migrate::script
