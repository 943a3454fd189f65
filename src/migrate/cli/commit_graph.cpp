#include "migrate/cli/commit_graph.hpp"

#include <algorithm>

namespace migrate::cli {
namespace {

/// A line on its way from one lane to another on the left, below all lanes between; land() draws the last step.
void slide(GraphRow& row, std::size_t from, std::size_t to, std::uint32_t line) {
  row.left(from, line);
  for (std::size_t port = from - 1; port > to + 1; --port) row.across(port, line);
}

}  // namespace

std::size_t CommitGraph::find(std::size_t target, std::size_t from) const {
  const auto begin = lanes_.begin() + static_cast<std::ptrdiff_t>(std::min(from, lanes_.size()));
  return static_cast<std::size_t>(std::ranges::find(begin, lanes_.end(), target, &Lane::target) - lanes_.begin());
}

/// Lanes far beyond the last one that is drawn need not be looked at: one of them makes the row say that there are
/// more.
std::size_t CommitGraph::drawn(std::size_t lane) const {
  return std::min({lane, lanes_.size(), max_lanes_ + 2});
}

GraphRow CommitGraph::straight(std::size_t from, std::size_t to) const {
  GraphRow row(max_lanes_);
  for (std::size_t lane = from; lane < drawn(to); ++lane) row.down(lane, lanes_[lane].line);
  return row;
}

GraphRow CommitGraph::straight() const {
  return straight(0, lanes_.size());
}

std::size_t CommitGraph::claim(std::size_t commit, Entry& entry) {
  const std::size_t lane = find(commit);
  if (lane == lanes_.size()) {
    if (end_shown_) entry.gap = straight();
    lanes_.push_back({commit, next_line_++});
  }
  return lane;
}

CommitGraph::Edges CommitGraph::edges(std::size_t at, std::span<const std::size_t> parents) const {
  Edges result;
  for (const std::size_t parent : parents) {
    const bool outside = parent == k_outside;
    if (!outside && std::ranges::find(result.down, parent) != result.down.end()) continue;
    const std::size_t lane = outside ? lanes_.size() : find(parent);
    if (result.left && *result.left == lane) continue;
    if (lane < at && !result.left) {
      result.left = lane;
    } else {
      result.down.push_back(parent);
    }
  }
  result.meets_right = result.down.size() == 2 && at + 1 < lanes_.size() && result.down[1] == lanes_[at + 1].target;
  return result;
}

void CommitGraph::draw_commit(std::size_t at, std::size_t opened, Entry& entry) const {
  const std::size_t arms = opened > 0 ? opened - 1 : 0;
  // The arms of a commit with many parents need room, which the lanes on its right make one step at a time.
  for (std::size_t step = 0; step < arms && at + 1 < lanes_.size(); ++step) {
    GraphRow row = straight(0, at + 1);
    for (std::size_t lane = at + 1; lane < drawn(lanes_.size()); ++lane) row.right(lane + step, lanes_[lane].line);
    entry.before.push_back(std::move(row));
  }
  entry.commit = straight(0, at);
  entry.commit.commit(at, arms);
  for (std::size_t lane = at + 1; lane < drawn(lanes_.size()); ++lane) {
    entry.commit.down(lane + arms, lanes_[lane].line);
  }
}

GraphRow CommitGraph::leaving(std::size_t at, const Edges& edges) const {
  const std::uint32_t line = lanes_[at].line;
  const std::size_t opened = edges.opened();
  GraphRow row = straight(0, at);
  if (edges.left) slide(row, at, *edges.left, line);
  if (!edges.down.empty()) row.down(at, line);
  if (edges.meets_right) row.right(at, line);
  for (std::size_t i = 0; i < opened; ++i) row.right(at + i, next_line_ + static_cast<std::uint32_t>(i));
  for (std::size_t lane = at + 1; lane < drawn(lanes_.size()); ++lane) {
    if (edges.down.empty()) {
      row.left(lane, lanes_[lane].line);
    } else if (opened > 0) {
      row.right(lane + opened - 1, lanes_[lane].line);
    } else {
      row.down(lane, lanes_[lane].line);
    }
  }
  return row;
}

void CommitGraph::leave(std::size_t at, const Edges& edges, Entry& entry) {
  const std::uint32_t line = lanes_[at].line;
  const bool last = edges.down.empty() && at + 1 == lanes_.size();
  const bool moves = edges.left || edges.down.size() > 1 || (edges.down.empty() && !last);
  if (moves) entry.after.push_back(leaving(at, edges));
  end_shown_ = last && !edges.left;

  const auto here = lanes_.begin() + static_cast<std::ptrdiff_t>(at);
  if (edges.down.empty()) {
    lanes_.erase(here);
  } else {
    here->target = edges.down.front();
    std::vector<Lane> lanes;
    for (std::size_t i = 0; i < edges.opened(); ++i) lanes.push_back({edges.down[i + 1], next_line_++});
    lanes_.insert(here + 1, lanes.begin(), lanes.end());
  }
  if (edges.left) land(at, *edges.left, line, entry);
}

void CommitGraph::land(std::size_t from, std::size_t to, std::uint32_t line, Entry& entry) const {
  if (from == to + 1) return;
  GraphRow row = straight();
  row.left(to + 1, line);
  entry.after.push_back(std::move(row));
}

void CommitGraph::join(std::size_t target, Entry& entry) {
  const std::size_t to = find(target);
  const std::size_t from = find(target, to + 1);
  if (from >= lanes_.size()) return;
  const std::uint32_t line = lanes_[from].line;
  GraphRow row = straight(0, from);
  slide(row, from, to, line);
  for (std::size_t lane = from + 1; lane < drawn(lanes_.size()); ++lane) row.left(lane, lanes_[lane].line);
  entry.after.push_back(std::move(row));
  lanes_.erase(lanes_.begin() + static_cast<std::ptrdiff_t>(from));
  land(from, to, line, entry);
}

void CommitGraph::cut_off(Entry& entry) {
  if (find(k_outside) == lanes_.size()) return;
  GraphRow row(max_lanes_);
  std::vector<std::size_t> ports;
  for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
    if (lanes_[lane].target == k_outside) {
      row.cut(lane, lanes_[lane].line);
    } else {
      row.down(lane, lanes_[lane].line);
      ports.push_back(lane);
    }
  }
  entry.after.push_back(std::move(row));
  std::erase_if(lanes_, [](const Lane& lane) { return lane.target == k_outside; });
  end_shown_ = ports.empty() || ports.back() + 1 == ports.size();
  close_ranks(std::move(ports), entry);
}

/// `ports`: where the lanes are now, in their order.
void CommitGraph::close_ranks(std::vector<std::size_t> ports, Entry& entry) const {
  while (!ports.empty() && ports.back() + 1 != ports.size()) {
    GraphRow row(max_lanes_);
    for (std::size_t lane = 0; lane < ports.size(); ++lane) {
      if (ports[lane] == lane) {
        row.down(lane, lanes_[lane].line);
      } else {
        row.left(ports[lane]--, lanes_[lane].line);
      }
    }
    entry.after.push_back(std::move(row));
  }
}

CommitGraph::Entry CommitGraph::draw(std::size_t commit, std::span<const std::size_t> parents) {
  Entry entry{.gap = {}, .before = {}, .commit = GraphRow(max_lanes_), .after = {}};
  const std::size_t at = claim(commit, entry);
  const Edges edges = this->edges(at, parents);
  draw_commit(at, edges.opened(), entry);
  leave(at, edges, entry);
  for (const std::size_t parent : edges.down) {
    if (parent != k_outside) join(parent, entry);
  }
  cut_off(entry);
  const auto empty = [](const GraphRow& row) { return !row.shows_change(); };
  std::erase_if(entry.before, empty);
  std::erase_if(entry.after, empty);
  return entry;
}

}  // namespace migrate::cli
