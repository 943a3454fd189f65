#include "migrate/script/revision_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "migrate/script/detail/graph_check.hpp"

namespace migrate::script {

RevisionGraph::RevisionGraph(std::vector<Revision> revisions) {
  nodes_.reserve(revisions.size());
  for (auto& revision : revisions) nodes_.push_back(Node{std::move(revision), {}, {}, {}, {}, {}, {}, {}, {}});
  index_ids();
  index_labels();
  link_parents();
  link_dependencies();
  normalize_dependencies(detail::bottom_up_order(*this));
  link_edges();
  spread_labels();
}

void RevisionGraph::index_ids() {
  by_id_.resize(nodes_.size());
  std::iota(by_id_.begin(), by_id_.end(), Index{0});
  const auto id = [this](Index i) -> const std::string& { return nodes_[i].revision.id; };
  std::ranges::stable_sort(by_id_, {}, id);
  const auto twice = std::ranges::adjacent_find(by_id_, {}, id);
  if (twice == by_id_.end()) return;
  throw RevisionError(
      fmt::format("two files have the revision id '{}': {} and {}", id(*twice),
                  detail::file_of(nodes_[*twice].revision), detail::file_of(nodes_[*std::next(twice)].revision)),
      "Delete one of them, or give it a new id.");
}

void RevisionGraph::index_labels() {
  for (Index i = 0; i < nodes_.size(); ++i) {
    for (const auto& label : nodes_[i].revision.branch_labels) labels_.emplace_back(label, i);
  }
  std::ranges::sort(labels_);
  const auto same = [](const auto& a, const auto& b) { return a.first == b.first; };
  if (const auto twice = std::ranges::adjacent_find(labels_, same); twice != labels_.end()) {
    throw RevisionError(fmt::format("the branch label '{}' is declared twice: {} and {}", twice->first,
                                    detail::file_of(nodes_[twice->second].revision),
                                    detail::file_of(nodes_[std::next(twice)->second].revision)),
                        "A label belongs to one revision. Take it out of one file.");
  }
  for (const auto& [label, i] : labels_) {
    if (!find(label)) continue;
    throw RevisionError(
        fmt::format("{}: the branch label '{}' is also a revision id", detail::file_of(nodes_[i].revision), label),
        "Choose another label.");
  }
}

std::optional<Index> RevisionGraph::find(std::string_view id) const {
  const auto at =
      std::ranges::lower_bound(by_id_, id, {}, [this](Index i) -> std::string_view { return nodes_[i].revision.id; });
  if (at == by_id_.end() || nodes_[*at].revision.id != id) return std::nullopt;
  return *at;
}

std::optional<Index> RevisionGraph::find_label(std::string_view label) const {
  const auto at =
      std::ranges::lower_bound(labels_, label, {}, [](const auto& entry) -> std::string_view { return entry.first; });
  if (at == labels_.end() || at->first != label) return std::nullopt;
  return at->second;
}

std::vector<RevisionGraph::Name> RevisionGraph::names_with_prefix(std::string_view prefix) const {
  std::vector<Name> found;
  const auto id = [this](Index i) -> std::string_view { return nodes_[i].revision.id; };
  for (auto at = std::ranges::lower_bound(by_id_, prefix, {}, id); at != by_id_.end() && id(*at).starts_with(prefix);
       ++at) {
    found.push_back({id(*at), *at});
  }
  for (const auto& [label, i] : labels_) {
    if (label.starts_with(prefix)) found.push_back({label, i});
  }
  return found;
}

std::vector<std::string> RevisionGraph::names() const {
  std::vector<std::string> all;
  all.reserve(nodes_.size() + labels_.size());
  for (const auto& node : nodes_) all.push_back(node.revision.id);
  for (const auto& entry : labels_) all.push_back(entry.first);
  return all;
}

std::vector<Index> RevisionGraph::heads() const {
  std::vector<Index> result;
  for (Index i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].children.empty()) result.push_back(i);
  }
  return result;
}

std::vector<Index> RevisionGraph::real_heads() const {
  auto result = heads();
  std::erase_if(result, [this](Index i) { return !nodes_[i].dependents.empty(); });
  return result;
}

std::vector<Index> RevisionGraph::bases() const {
  std::vector<Index> result;
  for (Index i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].parents.empty()) result.push_back(i);
  }
  return result;
}

template <typename Links>
std::vector<bool> RevisionGraph::reach(std::span<const Index> from, Links links) const {
  std::vector<bool> reached(nodes_.size());
  std::vector<Index> todo;
  const auto visit = [&](Index i) {
    if (!reached[i]) todo.push_back(i);
    reached[i] = true;
  };
  for (const Index i : from) visit(i);
  while (!todo.empty()) {
    const Index i = todo.back();
    todo.pop_back();
    for (const Index next : links(i)) visit(next);
  }
  return reached;
}

std::vector<bool> RevisionGraph::ancestors(std::span<const Index> of) const {
  return reach(of, [this](Index i) -> const std::vector<Index>& { return nodes_[i].edges; });
}

std::vector<bool> RevisionGraph::lineage_ancestors(std::span<const Index> of) const {
  return reach(of, [this](Index i) -> const std::vector<Index>& { return nodes_[i].parents; });
}

std::vector<bool> RevisionGraph::descendants(std::span<const Index> of) const {
  return reach(of, [this](Index i) -> const std::vector<Index>& { return nodes_[i].edge_children; });
}

std::vector<bool> RevisionGraph::lineage_descendants(std::span<const Index> of) const {
  return reach(of, [this](Index i) -> const std::vector<Index>& { return nodes_[i].children; });
}

}  // namespace migrate::script
