#include "migrate/script/detail/version_rows.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace migrate::script::detail {
namespace {

std::vector<std::string> ids(const RevisionGraph& graph, const std::vector<Index>& revisions) {
  std::vector<std::string> result;
  for (const Index i : revisions) result.push_back(graph[i].id);
  return result;
}

}  // namespace

VersionRows::VersionRows(const RevisionGraph& graph, std::span<const Index> rows)
    : graph_(graph), start_(rows.begin(), rows.end()), applied_(graph.ancestors(rows)), standing_(graph.size()) {
  for (const Index i : rows) insert(i);
  for (Index i = 0; i < graph_.size(); ++i) {
    if (!applied_[i]) continue;
    for (const Index target : graph_.edges(i)) ++standing_[target];
  }
}

void VersionRows::refuse_overlap() const {
  for (const Index below : start_) {
    if (standing_[below] == 0) continue;
    const Index from[] = {below};
    const auto stands_on = graph_.descendants(from);
    const auto above = std::ranges::find_if(start_, [&](Index i) { return i != below && stands_on[i]; });
    if (above != start_.end()) fail_overlap(graph_, below, *above, "the version table holds both");
  }
}

Step VersionRows::upgrade(Index revision) {
  Step step;
  step.direction = Direction::upgrade;
  step.revision = graph_[revision].id;
  step.from = ids(graph_, graph_.parents(revision));
  step.to = {step.revision};
  std::vector<std::string> replaced;
  for (const Index target : graph_.edges(revision)) {
    ++standing_[target];
    if (rows_.erase(graph_[target].id) > 0) replaced.push_back(graph_[target].id);
  }
  for (std::size_t i = 0; i + 1 < replaced.size(); ++i) step.rows.push_back({replaced[i], {}});
  step.rows.push_back({replaced.empty() ? std::string() : replaced.back(), step.revision});
  applied_[revision] = true;
  insert(revision);
  return finish(std::move(step));
}

Step VersionRows::downgrade(Index revision) {
  Step step;
  step.direction = Direction::downgrade;
  step.revision = graph_[revision].id;
  step.from = {step.revision};
  step.to = ids(graph_, graph_.parents(revision));
  rows_.erase(step.revision);
  applied_[revision] = false;
  std::vector<std::string> exposed;
  for (const Index target : graph_.edges(revision)) {
    if (--standing_[target] == 0 && !is_row(target)) exposed.push_back(graph_[target].id);
  }
  for (std::size_t i = 0; i + 1 < exposed.size(); ++i) step.rows.push_back({{}, exposed[i]});
  step.rows.push_back({step.revision, exposed.empty() ? std::string() : exposed.back()});
  rows_.insert(exposed.begin(), exposed.end());
  return finish(std::move(step));
}

Step VersionRows::finish(Step step) const {
  step.rows_after.assign(rows_.begin(), rows_.end());
  return step;
}

void fail_overlap(const RevisionGraph& graph, Index below, Index above, std::string_view what) {
  throw ResolutionError(
      ResolutionFault::overlapping_revisions,
      fmt::format("{0} overlaps with {1}: {1} stands on {0}, and {2}", graph[below].id, graph[above].id, what),
      fmt::format("Keep {} alone; 'migrate stamp --purge REVISIONS' sets the version table.", graph[above].id));
}

}  // namespace migrate::script::detail
