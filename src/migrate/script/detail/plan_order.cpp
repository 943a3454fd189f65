#include "migrate/script/detail/plan_order.hpp"

#include <algorithm>
#include <cstdint>

namespace migrate::script::detail {
namespace {

class Descent {
 public:
  Descent(const RevisionGraph& graph, std::vector<bool> todo)
      : graph_(graph), todo_(std::move(todo)), waiting_(graph.size()), is_front_(graph.size()), seen_(graph.size()) {
    for (Index i = 0; i < graph_.size(); ++i) {
      if (!todo_[i]) continue;
      for (const Index target : graph_.edges(i)) ++waiting_[target];
    }
  }

  std::vector<Index> run(std::span<const Index> tops) {
    std::vector<Index> first(tops.begin(), tops.end());
    std::ranges::sort(first);
    for (const Index i : first) add_front(i);
    // What no top leads to still has its place. Only then can a front wait for something above it in vain.
    for (Index i = 0; i < graph_.size(); ++i) {
      if (waiting_[i] == 0) add_front(i);
    }
    std::size_t current = 0;
    while (!fronts_.empty()) {
      if (waiting_[fronts_[current]] > 0) {
        current = front_above(fronts_[current]);
      } else {
        current = emit(current);
      }
    }
    return std::move(order_);
  }

 private:
  void add_front(Index i) {
    if (!todo_[i] || is_front_[i]) return;
    is_front_[i] = true;
    fronts_.push_back(i);
  }

  /// The first front that stands on this revision, directly or not.
  std::size_t front_above(Index revision) {
    ++round_;
    std::vector<Index> path = {revision};
    while (!path.empty()) {
      const Index i = path.back();
      path.pop_back();
      for (const Index above : graph_.edge_children(i)) {
        if (!todo_[above] || seen_[above] == round_) continue;
        seen_[above] = round_;
        path.push_back(above);
      }
    }
    const auto found = std::ranges::find_if(fronts_, [this](Index front) { return seen_[front] == round_; });
    return static_cast<std::size_t>(found - fronts_.begin());
  }

  /// Emits the front and moves it on; returns the front to look at next.
  std::size_t emit(std::size_t current) {
    const Index i = fronts_[current];
    order_.push_back(i);
    todo_[i] = false;
    bool moved = false;
    for (const Index target : graph_.edges(i)) {
      --waiting_[target];
      if (!todo_[target] || is_front_[target]) continue;
      is_front_[target] = true;
      if (moved) {
        fronts_.push_back(target);
      } else {
        fronts_[current] = target;
      }
      moved = true;
    }
    if (moved) return current;
    fronts_.erase(fronts_.begin() + static_cast<std::ptrdiff_t>(current));
    return current == 0 ? 0 : current - 1;
  }

  const RevisionGraph& graph_;
  std::vector<bool> todo_;              ///< not yet emitted
  std::vector<std::uint32_t> waiting_;  ///< revisions not yet emitted that stand directly on this one
  std::vector<bool> is_front_;          ///< is a front or was one
  std::vector<std::uint32_t> seen_;     ///< round of front_above that met it
  std::uint32_t round_ = 0;
  std::vector<Index> fronts_;
  std::vector<Index> order_;
};

}  // namespace

std::vector<Index> order_downwards(const RevisionGraph& graph, std::vector<bool> todo, std::span<const Index> tops) {
  return Descent(graph, std::move(todo)).run(tops);
}

}  // namespace migrate::script::detail
