#include "drawn_graph.hpp"

#include <algorithm>

namespace migrate::test {

DrawnGraph::DrawnGraph(std::vector<std::string> rows) : rows_(std::move(rows)) {
  std::size_t count = 0;
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    const auto stars = std::ranges::count(rows_[row], '*');
    if (stars > 1) fault("several commits", row, 0);
    if (stars == 1 && rows_[row].find_first_of("/\\_") != std::string::npos) fault("a turn beside a commit", row, 0);
    commit_of_row_.push_back(count);
    count += static_cast<std::size_t>(stars);
  }
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    const auto star = rows_[row].find('*');
    if (star != std::string::npos) leave(row, star);
  }
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    for (std::size_t column = 0; column < rows_[row].size(); ++column) {
      if (at(row, column) != ' ' && !used_.contains({row, column})) fault("no line uses this", row, column);
    }
  }
}

void DrawnGraph::fault(const std::string& what, std::size_t row, std::size_t column) {
  faults_.push_back(what + " at row " + std::to_string(row) + ", column " + std::to_string(column));
}

char DrawnGraph::at(std::size_t row, std::size_t column) const {
  return row < rows_.size() && column < rows_[row].size() ? rows_[row][column] : ' ';
}

bool DrawnGraph::use(std::size_t row, std::size_t column, char glyph) {
  if (at(row, column) != glyph) return false;
  used_.insert({row, column});
  return true;
}

/// The strokes that begin at the top of a port.
std::vector<DrawnGraph::Place> DrawnGraph::strokes(std::size_t row, std::size_t port) const {
  std::vector<Place> found;
  if (at(row, 2 * port) == '|') found.push_back({row, port, Way::down});
  if (port > 0 && at(row, 2 * port - 1) == '/') found.push_back({row, port - 1, Way::left});
  if (at(row, 2 * port + 1) == '\\') found.push_back({row, port + 1, Way::right});
  return found;
}

void DrawnGraph::leave(std::size_t row, std::size_t column) {
  use(row, column, '*');
  Ends ends;
  const std::size_t port = column / 2;
  const char below = at(row + 1, column);
  if (below == '*' || below == ':') follow({row, port, Way::down}, ends);
  for (const Place& place : strokes(row + 1, port)) follow(place, ends);
  for (std::size_t arm = column + 1; use(row, arm, '-') || use(row, arm, '.'); ++arm) {
    if (arm % 2 == 1) continue;
    if (at(row + 1, arm + 1) == '\\') {
      follow({row + 1, arm / 2 + 1, Way::right}, ends);
    } else {
      fault("an arm leads nowhere", row, arm);
    }
  }
  std::ranges::sort(ends);
  commits_.push_back(std::move(ends));
}

void DrawnGraph::follow(Place place, Ends& ends) {
  while (true) {
    const std::size_t column = 2 * place.port;
    if (place.way == Way::down) use(place.row, column, '|');
    if (place.way == Way::left) use(place.row, column + 1, '/');
    if (place.way == Way::right) use(place.row, column - 1, '\\');
    if (place.way == Way::left && column > 0 && use(place.row, column - 1, '_')) {
      --place.port;
      continue;
    }
    const std::size_t next = place.row + 1;
    if (at(next, column) == '*') return ends.push_back(commit_of_row_[next]);
    if (use(next, column, ':')) {
      if (at(next + 1, column) == '|' || at(next + 1, column) == '*') fault("an end goes on", next, column);
      return ends.push_back(k_cut);
    }
    const auto found = strokes(next, place.port);
    const auto same = std::ranges::find(found, place.way, &Place::way);
    if (same == found.end() && found.size() != 1) {
      return fault(found.empty() ? "a line ends" : "a line forks", place.row, column);
    }
    place = same == found.end() ? found.front() : *same;
  }
}

}  // namespace migrate::test
