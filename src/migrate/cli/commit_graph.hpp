#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "migrate/cli/graph_row.hpp"

namespace migrate::cli {

/// Draws a history commit by commit, children before parents, in the manner of `git log --graph`. It keeps the lanes
/// between two commits: the lines that are on their way down to a parent. No two of them lead to the same one, since
/// lines with one end are joined at once, and there are no empty lanes between them.
///
/// The cost of a commit is linear in the lanes that are open.
class CommitGraph {
 public:
  /// A parent that the list does not hold below its child: its line is cut off.
  static constexpr std::size_t k_outside = SIZE_MAX;
  static constexpr std::size_t k_max_lanes = 20;

  struct Entry {
    /// An empty place that keeps a new line off the end of another one; not needed below a straight() row.
    std::optional<GraphRow> gap;
    std::vector<GraphRow> before;
    GraphRow commit;  ///< where the (first line of the) text belongs
    std::vector<GraphRow> after;
  };

  explicit CommitGraph(std::size_t max_lanes = k_max_lanes) : max_lanes_(max_lanes) {}

  /// The rows of the next commit. `commit`, `parents`: any numbers that tell commits apart.
  Entry draw(std::size_t commit, std::span<const std::size_t> parents);

  /// A row in which nothing happens, for further lines of text below what draw() gave last.
  [[nodiscard]] GraphRow straight() const;

 private:
  struct Lane {
    std::size_t target;
    std::uint32_t line;
  };
  /// Where the lines to the parents of a commit go.
  struct Edges {
    std::optional<std::size_t> left;  ///< the lane on the left that one of the parents has already
    std::vector<std::size_t> down;    ///< the other parents: the first straight down, the rest to the right of it
    bool meets_right = false;         ///< the second has the neighbouring lane already
    [[nodiscard]] std::size_t opened() const { return down.size() < 2 || meets_right ? 0 : down.size() - 1; }
  };

  std::size_t claim(std::size_t commit, Entry& entry);
  [[nodiscard]] Edges edges(std::size_t at, std::span<const std::size_t> parents) const;
  void draw_commit(std::size_t at, std::size_t opened, Entry& entry) const;
  [[nodiscard]] GraphRow leaving(std::size_t at, const Edges& edges) const;
  void leave(std::size_t at, const Edges& edges, Entry& entry);
  void join(std::size_t target, Entry& entry);
  void cut_off(Entry& entry);
  void close_ranks(std::vector<std::size_t> ports, Entry& entry) const;

  [[nodiscard]] GraphRow straight(std::size_t from, std::size_t to) const;
  [[nodiscard]] std::size_t drawn(std::size_t lane) const;
  [[nodiscard]] std::size_t find(std::size_t target, std::size_t from = 0) const;
  void land(std::size_t from, std::size_t to, std::uint32_t line, Entry& entry) const;

  std::size_t max_lanes_;
  std::vector<Lane> lanes_;
  std::uint32_t next_line_ = 0;
  bool end_shown_ = false;  ///< the last row shows the end of a line where the next new lane begins
};

}  // namespace migrate::cli
