#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>

#include "migrate/base/text.hpp"
#include "migrate/sql/checksum.hpp"
#include "migrate/sql/detail/canonical.hpp"
#include "migrate/sql/detail/difference.hpp"
#include "migrate/sql/position.hpp"

namespace migrate::sql {
namespace {

/// What is compared as a whole: a statement, or a line of a text that is not SQL.
struct Unit {
  std::string digest;
  Statement statement;
};

struct Script {
  std::string_view text;
  std::vector<Unit> units;
};

std::vector<Unit> units_of_statements(std::string_view text) {
  std::vector<Unit> units;
  std::vector<Statement> statements = split(text);
  std::vector<std::string> digests = statement_checksums(text, statements);
  for (std::size_t i = 0; i < statements.size(); ++i) {
    units.push_back({std::move(digests[i]), std::move(statements[i])});
  }
  return units;
}

std::vector<Unit> units_of_lines(std::string_view text) {
  std::vector<Unit> units;
  for (const std::string_view line : base::split(text, '\n')) {
    const std::string_view trimmed = base::trim(line);
    if (trimmed.empty()) continue;
    Unit& unit = units.emplace_back();
    unit.digest = trimmed;
    unit.statement.text = {static_cast<std::size_t>(trimmed.data() - text.data()), trimmed.size()};
  }
  return units;
}

/// Index pairs of a longest common subsequence, ascending. Two long lists are not worth the memory: no pairs then.
class CommonUnits {
 public:
  CommonUnits(const std::vector<Unit>& before, const std::vector<Unit>& after) : before_(before), after_(after) {}

  std::vector<std::pair<std::size_t, std::size_t>> find() {
    const std::size_t shorter = std::min(before_.size(), after_.size());
    std::size_t first = 0;
    while (first < shorter && same(first, first)) ++first;
    std::size_t last = 0;
    while (last < shorter - first && same(before_.size() - 1 - last, after_.size() - 1 - last)) ++last;
    for (std::size_t i = 0; i < first; ++i) pairs_.emplace_back(i, i);
    find_between(first, before_.size() - last, after_.size() - last);
    for (std::size_t i = last; i > 0; --i) pairs_.emplace_back(before_.size() - i, after_.size() - i);
    return std::move(pairs_);
  }

 private:
  [[nodiscard]] bool same(std::size_t i, std::size_t j) const { return before_[i].digest == after_[j].digest; }

  void find_between(std::size_t first, std::size_t before_end, std::size_t after_end) {
    constexpr std::size_t k_most_cells = std::size_t{1} << 24U;
    const std::size_t rows = before_end - first + 1;
    const std::size_t columns = after_end - first + 1;
    if (rows > k_most_cells / columns || std::min(rows, columns) > UINT16_MAX) return;
    // longest[i][j]: length of the longest common subsequence of what follows i and j.
    std::vector<std::uint16_t> longest(rows * columns);
    for (std::size_t i = rows - 1; i-- > 0;) {
      for (std::size_t j = columns - 1; j-- > 0;) {
        longest[i * columns + j] = same(first + i, first + j)
                                       ? static_cast<std::uint16_t>(longest[(i + 1) * columns + j + 1] + 1)
                                       : std::max(longest[(i + 1) * columns + j], longest[i * columns + j + 1]);
      }
    }
    for (std::size_t i = 0, j = 0; i + 1 < rows && j + 1 < columns;) {
      if (same(first + i, first + j)) {
        pairs_.emplace_back(first + i++, first + j++);
      } else if (longest[(i + 1) * columns + j] >= longest[i * columns + j + 1]) {
        ++i;
      } else {
        ++j;
      }
    }
  }

  const std::vector<Unit>& before_;
  const std::vector<Unit>& after_;
  std::vector<std::pair<std::size_t, std::size_t>> pairs_;
};

class Description {
 public:
  Description(const Script& before, const Script& after) : before_(before), after_(after) {}

  std::string text() {
    std::size_t i = 0;
    std::size_t j = 0;
    auto pairs = CommonUnits(before_.units, after_.units).find();
    pairs.emplace_back(before_.units.size(), after_.units.size());
    for (const auto& [same_before, same_after] : pairs) {
      for (; i < same_before && j < same_after; ++i, ++j) add_changed(before_.units[i], after_.units[j]);
      for (; i < same_before; ++i) add_removed(before_.units[i], same_after);
      for (; j < same_after; ++j) add_added(after_.units[j]);
      i = same_before + 1;
      j = same_after + 1;
    }
    if (changes_ > k_most_lines) lines_.back() = fmt::format("and {} more changes", changes_ - (k_most_lines - 1));
    return base::join(lines_, "\n");
  }

 private:
  static constexpr std::size_t k_most_lines = 6;

  [[nodiscard]] bool has_room() { return ++changes_ <= k_most_lines; }
  [[nodiscard]] int line_at(std::size_t offset) const { return position_at(after_.text, offset).line; }

  void add_changed(const Unit& old_unit, const Unit& new_unit) {
    if (!has_room()) return;
    const auto shown = detail::show_difference({before_.text, old_unit.statement}, {after_.text, new_unit.statement});
    lines_.push_back(fmt::format("line {}: was {}, is {}", line_at(shown.new_offset), shown.before, shown.after));
  }
  void add_removed(const Unit& unit, std::size_t next) {
    if (!has_room()) return;
    const auto& units = after_.units;
    const std::size_t where = next < units.size() ? units[next].statement.text.offset : after_.text.size();
    lines_.push_back(
        fmt::format("line {}: removed {}", line_at(where), detail::show_start({before_.text, unit.statement})));
  }
  void add_added(const Unit& unit) {
    if (!has_room()) return;
    lines_.push_back(fmt::format("line {}: added {}", line_at(unit.statement.text.offset),
                                 detail::show_start({after_.text, unit.statement})));
  }

  const Script& before_;
  const Script& after_;
  std::vector<std::string> lines_;
  std::size_t changes_ = 0;
};

}  // namespace

std::string describe_edit(std::string_view old_text, std::string_view new_text) {
  Script before{old_text, {}};
  Script after{new_text, {}};
  try {
    before.units = units_of_statements(old_text);
    after.units = units_of_statements(new_text);
  } catch (const SqlSyntaxError&) {
    before.units = units_of_lines(old_text);
    after.units = units_of_lines(new_text);
  }
  return Description(before, after).text();
}

}  // namespace migrate::sql
