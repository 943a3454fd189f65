#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "migrate/script/detail/resolver.hpp"
#include "migrate/script/detail/version_rows.hpp"
#include "migrate/script/identifier.hpp"
#include "migrate/script/plan.hpp"

namespace migrate::script {
namespace {

[[noreturn]] void refuse(const std::string& message, std::string hint) {
  throw ResolutionError(ResolutionFault::overlapping_revisions, message, std::move(hint));
}

/// A revision that becomes a row, and the rows it stands in for.
struct Mark {
  Index revision;
  std::vector<Index> replaced;
};

/// Moves rows without running scripts. A target takes the place of every row above or below it; a target with a branch
/// also of the rows that share the branch's lineage. Other rows stay.
class StampPlan {
 public:
  StampPlan(const RevisionGraph& graph, std::span<const std::string> rows, bool purge) : graph_(graph), purged_(purge) {
    if (purge) {
      this->purge(rows);
    } else {
      rows_ = resolve_rows(graph, rows);
      table_.insert(rows.begin(), rows.end());
    }
  }

  std::vector<Step> run(std::span<const std::string> targets) {
    for (const auto& target : targets) take(target, targets.size());
    refuse_overlapping_marks();
    refuse_split_rows();
    for (const auto& mark : marks_) {
      if (std::ranges::find(rows_, mark.revision) == rows_.end()) add_step(mark.replaced, &mark.revision);
    }
    return std::move(steps_);
  }

 private:
  void purge(std::span<const std::string> rows) {
    if (rows.empty()) return;
    Step step;
    step.direction = Direction::downgrade;
    step.stamp = true;
    step.from.assign(rows.begin(), rows.end());
    std::ranges::sort(step.from);
    step.revision = step.from.front();
    for (const auto& row : step.from) step.rows.push_back({row, {}});
    steps_.push_back(std::move(step));
  }

  void take(const std::string& target, std::size_t of) {
    const auto identifier = detail::parse_identifier(graph_, target);
    if (purged_ && detail::stands_on_rows(target)) {
      throw ResolutionError(ResolutionFault::ambiguous_current,
                            fmt::format("'{}' counts from the rows that --purge takes away", target),
                            "Name the revision by its id.");
    }
    const detail::Resolver resolver(graph_, rows_);
    if (identifier.symbol.empty() && *identifier.offset < 0 && !rows_.empty()) {
      throw ResolutionError(ResolutionFault::ambiguous_current,
                            fmt::format("'{}' counts from the heads, but the database has rows", target),
                            fmt::format("Say which is meant: 'heads{0}' or 'current{0}'.", target));
    }
    const auto revisions = resolver.revisions(identifier);
    std::vector<Index> lineage_of;
    if (identifier.branch) lineage_of.push_back(resolver.branch(*identifier.branch));
    if (identifier.symbol == "base" && !identifier.offset) {
      if (of > 1) refuse("'base' cannot be stamped together with other revisions", "Stamp them one after the other.");
      for (const Index row : related_rows(lineage_of)) add_step({row}, nullptr);
      return;
    }
    for (const Index revision : revisions) add_mark(revision, lineage_of);
  }

  /// Rows that share lineage, dependencies included, with one of these; all rows for none.
  [[nodiscard]] std::vector<Index> related_rows(std::span<const Index> with) const {
    if (with.empty()) return rows_;
    const auto below = graph_.ancestors(with);
    const auto above = graph_.descendants(with);
    std::vector<Index> related;
    std::ranges::copy_if(rows_, std::back_inserter(related), [&](Index i) { return below[i] || above[i]; });
    return related;
  }

  void add_mark(Index revision, std::span<const Index> lineage_of) {
    for (const auto& mark : marks_) {
      if (mark.revision != revision) continue;
      refuse(fmt::format("{} is named twice", graph_[revision].id), "Name each revision once.");
    }
    marks_.push_back({revision, {}});
    if (std::ranges::find(rows_, revision) != rows_.end()) return;
    const Index from[] = {revision};
    const auto below = graph_.ancestors(from);
    const auto above = graph_.descendants(from);
    const auto lower = std::ranges::find_if(rows_, [&](Index i) { return below[i]; });
    const auto upper = std::ranges::find_if(rows_, [&](Index i) { return above[i]; });
    if (lower != rows_.end() && upper != rows_.end()) {
      detail::fail_overlap(graph_, *lower, *upper, "the version table holds both");
    }
    if (lower == rows_.end() && upper == rows_.end()) return;
    std::vector<Index> with(lineage_of.begin(), lineage_of.end());
    with.push_back(revision);
    marks_.back().replaced = related_rows(with);
  }

  void refuse_overlapping_marks() const {
    if (marks_.size() < 2) return;
    for (const auto& mark : marks_) {
      const Index from[] = {mark.revision};
      const auto above = graph_.descendants(from);
      for (const auto& other : marks_) {
        if (other.revision == mark.revision || !above[other.revision]) continue;
        detail::fail_overlap(graph_, mark.revision, other.revision, "both are to be stamped");
      }
    }
  }

  /// Rows that are targets themselves stay; a row that two targets would take the place of cannot move to both.
  void refuse_split_rows() {
    std::set<Index> taken;
    for (auto& mark : marks_) {
      std::erase_if(mark.replaced, [&](Index row) {
        return std::ranges::any_of(marks_, [&](const Mark& other) { return other.revision == row; });
      });
      for (const Index row : mark.replaced) {
        if (taken.insert(row).second) continue;
        refuse(fmt::format("the row {} cannot become several revisions by a stamp", graph_[row].id),
               "'migrate stamp --purge REVISIONS' empties the version table first.");
      }
    }
  }

  void add_step(const std::vector<Index>& gone, const Index* to) {
    Step step;
    step.stamp = true;
    step.direction = to == nullptr || stands_above(gone, *to) ? Direction::downgrade : Direction::upgrade;
    for (const Index row : gone) {
      step.from.push_back(graph_[row].id);
      table_.erase(graph_[row].id);
    }
    if (to != nullptr) step.to = {graph_[*to].id};
    table_.insert(step.to.begin(), step.to.end());
    step.revision = to != nullptr ? step.to.front() : step.from.front();
    for (std::size_t i = 0; i + 1 < step.from.size(); ++i) step.rows.push_back({step.from[i], {}});
    step.rows.push_back({step.from.empty() ? "" : step.from.back(), to != nullptr ? step.to.front() : ""});
    step.rows_after.assign(table_.begin(), table_.end());
    steps_.push_back(std::move(step));
  }

  [[nodiscard]] bool stands_above(const std::vector<Index>& rows, Index revision) const {
    const Index from[] = {revision};
    const auto above = graph_.descendants(from);
    return std::ranges::any_of(rows, [&](Index row) { return above[row]; });
  }

  const RevisionGraph& graph_;
  bool purged_;
  std::vector<Index> rows_;
  std::set<std::string> table_;
  std::vector<Mark> marks_;
  std::vector<Step> steps_;
};

}  // namespace

std::vector<Step> plan_stamp(const RevisionGraph& graph, std::span<const std::string> rows,
                             std::span<const std::string> targets, bool purge) {
  return StampPlan(graph, rows, purge).run(targets);
}

}  // namespace migrate::script
