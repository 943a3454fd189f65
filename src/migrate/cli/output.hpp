#pragma once
#include <mutex>
#include <string>
#include <string_view>

namespace migrate::cli {

enum class Color { automatic, always, never };

/// The two streams of the program: answers on stdout, everything else on stderr. Thread-safe.
class Output {
 public:
  /// Colours and progress depend on what the streams are connected to.
  void configure(Color color, bool quiet, bool no_color_variable);

  /// A line of the answer.
  void answer(std::string_view line);
  /// The answer as it is, without a newline added.
  void raw(std::string_view text);
  /// A line of progress or a notice; dropped when quiet.
  void note(std::string_view line);
  /// A line about a failure; never dropped.
  void complain(std::string_view line);

  /// A line that stays at the bottom of a terminal until finish() puts the final text in its place. Without a terminal
  /// only the final text is printed.
  void progress(std::string_view line);
  void finish(std::string_view line);
  /// Takes a progress line away without a final text.
  void abandon_progress();
  /// The same, with nothing left of it: an answer follows in its place.
  void clear_progress();

  [[nodiscard]] bool quiet() const { return quiet_; }
  [[nodiscard]] bool progress_visible() const { return terminal_errors_ && !quiet_; }
  /// Whether the answers go to a terminal, whatever was said about colours.
  [[nodiscard]] bool terminal_answers() const { return terminal_answers_; }

  enum class Style { plain, bold, red, yellow, green, dim, blue, magenta, cyan };
  /// `text` in a style for stdout, or as it is.
  [[nodiscard]] std::string styled(Style style, std::string_view text) const;
  /// The same for stderr.
  [[nodiscard]] std::string styled_note(Style style, std::string_view text) const;

 private:
  void write_error_line(std::string_view line);

  std::mutex mutex_;
  bool quiet_ = false;
  bool terminal_errors_ = false;
  bool terminal_answers_ = false;
  bool color_answers_ = false;
  bool color_notes_ = false;
  std::string progress_;
};

}  // namespace migrate::cli
