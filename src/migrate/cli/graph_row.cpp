#include "migrate/cli/graph_row.hpp"

namespace migrate::cli {

void GraphRow::put(std::size_t column, char glyph, std::uint32_t line) {
  if (column >= 2 * max_ports_) {
    clipped_ = true;
    return;
  }
  if (cells_.size() <= column) cells_.resize(column + 1);
  cells_[column] = {glyph, line};
}

void GraphRow::commit(std::size_t port, std::size_t arms) {
  put(2 * port, '*', k_no_line);
  if (port >= max_ports_) commit_clipped_ = true;
  for (std::size_t column = 2 * port + 1; column < 2 * (port + arms); ++column) put(column, '-', k_no_line);
  if (arms > 0) put(2 * (port + arms), '.', k_no_line);
}

bool GraphRow::shows_change() const {
  // Without the last port in use a line may end in this row, which only an empty place shows.
  if (!clipped_ || cells_.size() != 2 * max_ports_ - 1) return true;
  for (std::size_t column = 0; column < cells_.size(); ++column) {
    if (cells_[column].glyph != (column % 2 == 0 ? '|' : ' ')) return true;
  }
  return false;
}

std::vector<GraphRow::Cell> GraphRow::cells() const {
  std::vector<Cell> result = cells_;
  if (!clipped_) return result;
  result.resize(2 * max_ports_);
  result.push_back({'~', k_no_line});
  if (commit_clipped_) {
    result.push_back({});
    result.push_back({'*', k_no_line});
  }
  return result;
}

std::string GraphRow::text() const {
  std::string result;
  for (const Cell& cell : cells()) result += cell.glyph;
  return result;
}

}  // namespace migrate::cli
