#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>

#include "migrate/base/text.hpp"
#include "migrate/cli/graph_formats.hpp"

namespace migrate::cli {
namespace {

using Cells = std::vector<GraphRow::Cell>;
using Style = Output::Style;

Style style_of(const GraphRow::Cell& cell) {
  constexpr std::array k_styles{Style::red, Style::green, Style::yellow, Style::blue, Style::magenta, Style::cyan};
  return cell.line == GraphRow::k_no_line ? Style::plain : k_styles.at(cell.line % k_styles.size());
}

/// Neighbours of one colour are painted together.
std::string painted(const Cells& cells, const Output& output) {
  std::string text;
  for (std::size_t i = 0; i < cells.size();) {
    std::string run;
    const Style style = style_of(cells[i]);
    for (; i < cells.size() && style_of(cells[i]) == style; ++i) run += cells[i].glyph;
    text += output.styled(style, run);
  }
  return text;
}

std::string line_of(const Cells& cells, std::size_t width, std::string_view words, const Output& output) {
  std::string line = painted(cells, output);
  if (!words.empty()) {
    line.append(width - cells.size() + (width == 0 ? 0 : 1), ' ').append(words);
  }
  return line.append("\n");
}

/// The rows of one entry with its lines of text beside them. Whether it ended below a straight row.
bool add_entry(std::string& text, const CommitGraph::Entry& entry, const GraphRow& straight,
               std::span<const std::string_view> lines, const Output& output) {
  for (const GraphRow& row : entry.before) text += line_of(row.cells(), 0, {}, output);
  std::vector<Cells> rows{entry.commit.cells()};
  for (const GraphRow& row : entry.after) rows.push_back(row.cells());
  const bool longer = lines.size() > rows.size();
  const Cells rest = straight.cells();

  std::size_t width = longer ? rest.size() : 0;
  const std::size_t beside = std::min(lines.size(), rows.size());
  for (std::size_t i = 0; i < beside; ++i) width = std::max(width, rows[i].size());
  for (std::size_t i = 0; i < std::max(lines.size(), rows.size()); ++i) {
    text += line_of(i < rows.size() ? rows[i] : rest, width, i < lines.size() ? lines[i] : std::string_view{}, output);
  }
  return longer;
}

/// For each revision the places of its parents in the list. Only places further down count.
std::vector<std::vector<std::size_t>> parent_places(Revisions revisions) {
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < revisions.size(); ++i) places.emplace(revisions[i].id, i);
  std::vector<std::vector<std::size_t>> result(revisions.size());
  for (std::size_t i = 0; i < revisions.size(); ++i) {
    for (const auto& parent : revisions[i].parents) {
      const auto found = places.find(parent);
      const bool below = found != places.end() && found->second > i;
      result[i].push_back(below ? found->second : CommitGraph::k_outside);
    }
  }
  return result;
}

}  // namespace

std::string graph_text(Revisions revisions, const std::function<std::string(const command::RevisionView&)>& entry,
                       const Output& output, std::size_t max_lanes) {
  CommitGraph graph(max_lanes);
  std::string text;
  bool below_straight = false;
  const auto parents = parent_places(revisions);
  for (std::size_t i = 0; i < revisions.size(); ++i) {
    const auto rows = graph.draw(i, parents[i]);
    if (rows.gap && !below_straight) text += line_of(rows.gap->cells(), 0, {}, output);
    const std::string words = entry(revisions[i]);
    below_straight = add_entry(text, rows, graph.straight(), base::split(words, '\n'), output);
  }
  return text;
}

}  // namespace migrate::cli
