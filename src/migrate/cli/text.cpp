#include "migrate/cli/text.hpp"

#include <fmt/format.h>

#include "migrate/base/text.hpp"

namespace migrate::cli {
namespace {

using Style = Output::Style;

std::string marks(const command::RevisionView& revision, bool points, const Output& output) {
  std::string text;
  const auto mark = [&](bool on, std::string_view word, Style style) {
    if (on) text += " " + output.styled(style, fmt::format("({})", word));
  };
  mark(revision.head, "head", Style::green);
  mark(revision.effective_head, "effective head", Style::green);
  mark(revision.current, "current", Style::bold);
  mark(points && revision.branch_point, "branchpoint", Style::dim);
  mark(points && revision.merge_point, "mergepoint", Style::dim);
  return text;
}

std::string parents_text(const command::RevisionView& revision) {
  return revision.parents.empty() ? "<base>" : base::join(revision.parents, ", ");
}

}  // namespace

std::string short_line(const command::RevisionView& revision, const LineParts& parts, const Output& output) {
  std::string line;
  if (parts.parents) {
    line += parents_text(revision);
    if (!revision.dependencies.empty()) line += fmt::format(" ({})", base::join(revision.dependencies, ", "));
    line += " -> ";
  }
  line += output.styled(Style::yellow, revision.id);
  if (parts.labels && !revision.labels.empty()) line += fmt::format(" ({})", base::join(revision.labels, ", "));
  line += marks(revision, parts.points, output);
  if (parts.title) line += fmt::format(", {}", revision.title);
  return line;
}

std::string long_entry(const command::RevisionView& revision, const Output& output) {
  std::string text =
      fmt::format("Rev: {}{}\n", output.styled(Style::yellow, revision.id), marks(revision, true, output));
  text += fmt::format("{}: {}\n", revision.merge_point ? "Merges" : "Parent", parents_text(revision));
  const auto list = [&](std::string_view name, const std::vector<std::string>& values) {
    if (!values.empty()) text += fmt::format("{}: {}\n", name, base::join(values, ", "));
  };
  list("Also depends on", revision.dependencies);
  if (revision.branch_point) list("Branches into", revision.children);
  list("Branch names", revision.labels);
  text += fmt::format("Path: {}\n", revision.path.string());
  text += '\n';
  for (const auto line : base::split(revision.message, '\n')) {
    text += line.empty() ? "\n" : fmt::format("    {}\n", line);
  }
  if (!revision.created.empty()) text += fmt::format("\n    Created: {}\n", revision.created);
  return text;
}

}  // namespace migrate::cli
