#include "migrate/cli/failure_text.hpp"

#include <fmt/format.h>

#include "migrate/base/text.hpp"

namespace migrate::cli {
namespace {

/// A statement shortened to what fits a screen; the file holds the rest.
std::string excerpt(std::string_view statement) {
  constexpr std::size_t k_lines = 8;
  constexpr std::size_t k_width = 160;
  std::string text;
  const auto lines = base::split(statement, '\n');
  for (std::size_t i = 0; i < lines.size() && i < k_lines; ++i) {
    auto line = lines[i];
    const bool cut = line.size() > k_width;
    if (cut) line = line.substr(0, k_width);
    while (cut && !line.empty() && base::first_invalid_utf8(line)) line.remove_suffix(1);
    text += fmt::format("\n    {}{}", line, cut ? " …" : "");
  }
  if (lines.size() > k_lines) text += fmt::format("\n    … ({} more lines)", lines.size() - k_lines);
  return text;
}

std::string indented(std::string_view text) {
  return base::replace_all(text, "\n", "\n  ");
}

}  // namespace

void print_failure(const command::Failure& failure, Output& output) {
  using Style = Output::Style;
  output.abandon_progress();
  const std::string code = failure.sqlstate.empty() ? "" : fmt::format(" (SQLSTATE {})", failure.sqlstate);
  output.complain(fmt::format("{} {}{}", output.styled_note(Style::red, "Error:"), failure.message, code));
  if (!failure.revision.empty()) output.complain(fmt::format("  while: {}", failure.revision));
  if (!failure.where.empty()) output.complain(fmt::format("  at: {}", failure.where));
  if (!failure.statement.empty()) output.complain(fmt::format("  statement:{}", excerpt(failure.statement)));
  if (!failure.detail.empty()) output.complain(fmt::format("  {}", indented(failure.detail)));
  if (!failure.state.empty()) output.complain(failure.state);
  if (!failure.hint.empty())
    output.complain(fmt::format("{} {}", output.styled_note(Style::bold, "Next:"), failure.hint));
}

}  // namespace migrate::cli
