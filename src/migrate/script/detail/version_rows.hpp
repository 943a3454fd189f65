#pragma once
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "migrate/script/plan.hpp"
#include "migrate/script/revision_graph.hpp"

namespace migrate::script::detail {

/// The version table as steps are planned: its rows are the applied revisions that nothing applied stands on.
class VersionRows {
 public:
  VersionRows(const RevisionGraph& graph, std::span<const Index> rows);

  /// Applies a revision whose edges are all applied.
  Step upgrade(Index revision);
  /// Takes back a revision that nothing applied stands on.
  Step downgrade(Index revision);

  /// A row that another row stands on, with that row: not a state migrate leaves behind. Throws ResolutionError.
  void refuse_overlap() const;

 private:
  void insert(Index revision) { rows_.insert(graph_[revision].id); }
  [[nodiscard]] bool is_row(Index revision) const { return rows_.contains(graph_[revision].id); }
  [[nodiscard]] Step finish(Step step) const;

  const RevisionGraph& graph_;
  std::vector<Index> start_;
  std::vector<bool> applied_;
  std::vector<std::uint32_t> standing_;  ///< applied revisions that stand directly on this one
  std::set<std::string> rows_;
};

/// "There are rows A and B, and B stands on A": the error of refuse_overlap for any two revisions.
[[noreturn]] void fail_overlap(const RevisionGraph& graph, Index below, Index above, std::string_view what);

}  // namespace migrate::script::detail
