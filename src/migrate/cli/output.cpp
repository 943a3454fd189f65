#include "migrate/cli/output.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

namespace migrate::cli {
namespace {

constexpr std::string_view k_clear_line = "\r\033[K";

/// Straight to the descriptor: no buffer to lose when the process is killed. A closed pipe is not our failure.
void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string paint(bool enabled, Output::Style style, std::string_view text) {
  constexpr std::array<std::string_view, 9> k_codes{"",        "\033[1m",  "\033[31m", "\033[33m", "\033[32m",
                                                    "\033[2m", "\033[34m", "\033[35m", "\033[36m"};
  if (!enabled || style == Output::Style::plain) return std::string(text);
  return std::string(k_codes.at(static_cast<std::size_t>(style))).append(text).append("\033[0m");
}

}  // namespace

void Output::configure(Color color, bool quiet, bool no_color_variable) {
  quiet_ = quiet;
  terminal_errors_ = ::isatty(STDERR_FILENO) != 0;
  terminal_answers_ = ::isatty(STDOUT_FILENO) != 0;
  const auto wanted = [&](int descriptor) {
    if (color != Color::automatic) return color == Color::always;
    return !no_color_variable && ::isatty(descriptor) != 0;
  };
  color_answers_ = wanted(STDOUT_FILENO);
  color_notes_ = wanted(STDERR_FILENO);
}

void Output::answer(std::string_view line) {
  raw(std::string(line).append("\n"));
}

void Output::raw(std::string_view text) {
  const std::lock_guard guard(mutex_);
  write_all(STDOUT_FILENO, text);
}

void Output::write_error_line(std::string_view line) {
  std::string text;
  if (!progress_.empty()) text.append(k_clear_line);
  text.append(line).append("\n").append(progress_);
  write_all(STDERR_FILENO, text);
}

void Output::note(std::string_view line) {
  const std::lock_guard guard(mutex_);
  if (!quiet_) write_error_line(line);
}

void Output::complain(std::string_view line) {
  const std::lock_guard guard(mutex_);
  write_error_line(line);
}

void Output::progress(std::string_view line) {
  const std::lock_guard guard(mutex_);
  if (!progress_visible()) return;
  progress_ = line;
  write_all(STDERR_FILENO, std::string(k_clear_line).append(line));
}

void Output::finish(std::string_view line) {
  const std::lock_guard guard(mutex_);
  if (quiet_) return;
  std::string text(progress_.empty() ? std::string_view{} : k_clear_line);
  progress_.clear();
  write_all(STDERR_FILENO, text.append(line).append("\n"));
}

void Output::abandon_progress() {
  const std::lock_guard guard(mutex_);
  if (!progress_.empty()) write_all(STDERR_FILENO, "\n");
  progress_.clear();
}

void Output::clear_progress() {
  const std::lock_guard guard(mutex_);
  if (!progress_.empty()) write_all(STDERR_FILENO, k_clear_line);
  progress_.clear();
}

std::string Output::styled(Style style, std::string_view text) const {
  return paint(color_answers_, style, text);
}

std::string Output::styled_note(Style style, std::string_view text) const {
  return paint(color_notes_, style, text);
}

}  // namespace migrate::cli
