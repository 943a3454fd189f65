#pragma once
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "migrate/script/error.hpp"
#include "migrate/script/revision.hpp"

namespace migrate::script {

using Index = std::size_t;

/// All revisions of a project and how they hang together. Immutable once made. Revisions are numbered in load order
/// (sorted path inside each location, locations in their order).
class RevisionGraph {
 public:
  /// Checks everything: duplicate ids and labels, missing parents and dependencies, self references, cycles.
  /// Throws RevisionError that names the files.
  explicit RevisionGraph(std::vector<Revision> revisions);

  /// Reads every *.sql and *.cpp file of the directories (missing ones are skipped).
  static RevisionGraph load(std::span<const std::filesystem::path> locations, bool recursive = false);

  [[nodiscard]] std::size_t size() const noexcept { return nodes_.size(); }
  [[nodiscard]] const Revision& operator[](Index index) const { return nodes_[index].revision; }
  /// Exact id; nothing when these files do not have it.
  [[nodiscard]] std::optional<Index> find(std::string_view id) const;
  [[nodiscard]] std::optional<Index> find_label(std::string_view label) const;

  [[nodiscard]] const std::vector<Index>& parents(Index index) const { return nodes_[index].parents; }
  /// What it depends on, resolved, as written (not normalised).
  [[nodiscard]] const std::vector<Index>& dependencies(Index index) const { return nodes_[index].dependencies; }
  /// Dependencies that no ancestor already has.
  [[nodiscard]] const std::vector<Index>& normalized_dependencies(Index index) const {
    return nodes_[index].normalized;
  }
  /// By parent links.
  [[nodiscard]] const std::vector<Index>& children(Index index) const { return nodes_[index].children; }
  /// Revisions that name this one in depends_on.
  [[nodiscard]] const std::vector<Index>& dependents(Index index) const { return nodes_[index].dependents; }
  /// Parents and normalised dependencies, each once: what must be applied before this one.
  [[nodiscard]] const std::vector<Index>& edges(Index index) const { return nodes_[index].edges; }
  /// The same links upwards.
  [[nodiscard]] const std::vector<Index>& edge_children(Index index) const { return nodes_[index].edge_children; }
  /// Labels this revision carries: declared here, below, or above down to the previous branch or merge point.
  [[nodiscard]] const std::vector<std::string>& labels(Index index) const { return nodes_[index].labels; }

  /// Revisions without children, in load order.
  [[nodiscard]] std::vector<Index> heads() const;
  /// Heads that nothing depends on either.
  [[nodiscard]] std::vector<Index> real_heads() const;
  [[nodiscard]] std::vector<Index> bases() const;
  [[nodiscard]] bool is_branch_point(Index index) const { return children(index).size() > 1; }
  [[nodiscard]] bool is_merge_point(Index index) const { return parents(index).size() > 1; }

  /// Ancestors of the given ones by parents and dependencies, themselves included; a flag per revision.
  [[nodiscard]] std::vector<bool> ancestors(std::span<const Index> of) const;
  /// The same by parent links alone.
  [[nodiscard]] std::vector<bool> lineage_ancestors(std::span<const Index> of) const;
  /// Descendants by parents and dependencies, themselves included.
  [[nodiscard]] std::vector<bool> descendants(std::span<const Index> of) const;
  /// The same by parent links alone.
  [[nodiscard]] std::vector<bool> lineage_descendants(std::span<const Index> of) const;

  /// A name a revision answers to: its id or a label declared in its file.
  struct Name {
    std::string_view text;
    Index revision;
  };
  /// Names that begin with `prefix`, ids first, each kind sorted.
  [[nodiscard]] std::vector<Name> names_with_prefix(std::string_view prefix) const;
  /// Every id and label: what a mistyped word is compared with.
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  struct Node {
    Revision revision;
    std::vector<Index> parents, dependencies, normalized, children, dependents, edges, edge_children;
    std::vector<std::string> labels;
  };

  void index_ids();
  void index_labels();
  void link_parents();
  void link_dependencies();
  void normalize_dependencies(std::span<const Index> bottom_up);
  void link_edges();
  void spread_labels();
  [[nodiscard]] Index dependency_named(std::string_view word, Index of) const;
  template <typename Links>
  [[nodiscard]] std::vector<bool> reach(std::span<const Index> from, Links links) const;

  std::vector<Node> nodes_;
  std::vector<Index> by_id_;                           ///< sorted by id, for find() and prefixes
  std::vector<std::pair<std::string, Index>> labels_;  ///< declared ones, sorted
};

}  // namespace migrate::script
