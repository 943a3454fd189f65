#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace migrate::cli {

/// One row of a drawn commit graph. Lines enter at its top and leave at its bottom through ports; port p is column 2p,
/// and the columns between hold the strokes that lead from a port to its neighbour:
///
///     |   straight down                       /   down to the port on the left
///     *   a commit                            \   down to the port on the right
///     :   the line goes on outside the list   _   along the bottom to the port on the left, below other lines
///     -.  arms of a commit, to the ports on its right
///
/// A line keeps its direction where it crosses another one; it joins the other where only one stroke goes on.
/// Ports from `max_ports` on are not drawn: a `~` stands for all of them.
class GraphRow {
 public:
  static constexpr std::uint32_t k_no_line = UINT32_MAX;
  struct Cell {
    char glyph = ' ';
    std::uint32_t line = k_no_line;  ///< number of the line it belongs to, for colours
  };

  explicit GraphRow(std::size_t max_ports) : max_ports_(max_ports) {}

  void down(std::size_t port, std::uint32_t line) { put(2 * port, '|', line); }
  void right(std::size_t port, std::uint32_t line) { put(2 * port + 1, '\\', line); }
  /// `port` > 0.
  void left(std::size_t port, std::uint32_t line) { put(2 * port - 1, '/', line); }
  /// From the bottom of `port` to the bottom of `port` - 1.
  void across(std::size_t port, std::uint32_t line) { put(2 * port - 1, '_', line); }
  void cut(std::size_t port, std::uint32_t line) { put(2 * port, ':', line); }
  /// `arms`: how many ports on the right it reaches.
  void commit(std::size_t port, std::size_t arms);

  /// Whether it is more than straight lines as far as it is drawn.
  [[nodiscard]] bool shows_change() const;
  /// From the first column to the last one in use.
  [[nodiscard]] std::vector<Cell> cells() const;
  /// The same without colours.
  [[nodiscard]] std::string text() const;

 private:
  void put(std::size_t column, char glyph, std::uint32_t line);

  std::size_t max_ports_;
  std::vector<Cell> cells_;
  bool clipped_ = false;
  bool commit_clipped_ = false;
};

}  // namespace migrate::cli
