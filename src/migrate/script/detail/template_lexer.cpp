#include "migrate/script/detail/template_lexer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "migrate/base/text.hpp"
#include "migrate/script/template.hpp"

namespace migrate::script::detail {
namespace {

using Kind = TemplateToken::Kind;

constexpr std::string_view k_no_python =
    "Templates are rendered without Python: compute the value outside, or use ${expression}, '% if' and '% for'.";

class Lexer {
 public:
  Lexer(std::string_view text, std::string_view name) : text_(text), name_(name) {}

  std::vector<TemplateToken> run() {
    while (at_ < text_.size()) {
      if (at_line_start() && control_or_comment()) continue;
      if (rest().starts_with("${")) {
        expression();
      } else if (rest().starts_with("<%") || rest().starts_with("</%")) {
        tag();
      } else if (const std::size_t joined = escaped_line_end(at_); joined != 0) {
        skip(joined);
      } else {
        literal(1);
      }
    }
    flush();
    return std::move(tokens_);
  }

 private:
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
  [[nodiscard]] bool at_line_start() const { return at_ == 0 || text_[at_ - 1] == '\n'; }

  /// Length of backslash + line end at `at`, or 0.
  [[nodiscard]] std::size_t escaped_line_end(std::size_t at) const {
    const auto here = text_.substr(at);
    return here.starts_with("\\\n") ? 2 : here.starts_with("\\\r\n") ? 3 : 0;
  }

  void skip(std::size_t length) {
    line_ += static_cast<int>(std::ranges::count(text_.substr(at_, length), '\n'));
    at_ += length;
  }

  void literal(std::size_t length) {
    if (pending_.empty()) pending_line_ = line_;
    pending_ += text_.substr(at_, length);
    skip(length);
  }

  void flush() {
    if (!pending_.empty()) tokens_.push_back({Kind::text, pending_line_, std::move(pending_), {}});
    pending_.clear();
  }

  /// A line whose first visible characters are '%', '%%' or '##'. False: an ordinary line.
  bool control_or_comment() {
    const auto first = text_.find_first_not_of(" \t", at_);
    if (first == std::string_view::npos) return false;
    const auto visible = text_.substr(first);
    if (visible.starts_with("%%")) {
      literal(first - at_);
      skip(1);
      literal(1);
      return true;
    }
    const bool comment = visible.starts_with("##");
    if (!comment && !visible.starts_with('%')) return false;
    flush();
    const int line = line_;
    const std::size_t code = first + (comment ? 2 : 1);
    skip(logical_line_end(code) - at_);
    if (!comment) {
      tokens_.push_back({Kind::control, line, std::string(base::trim(text_.substr(code, at_ - code))), {}});
    }
    if (rest().starts_with('\r')) skip(1);
    if (rest().starts_with('\n')) skip(1);
    return true;
  }

  /// Where the line from `from` ends; an escaped line end does not end it.
  [[nodiscard]] std::size_t logical_line_end(std::size_t from) const {
    while (from < text_.size() && text_[from] != '\n') {
      if (text_.substr(from) == "\r" || text_.substr(from).starts_with("\r\n")) break;
      from += std::max<std::size_t>(escaped_line_end(from), 1);
    }
    return from;
  }

  void expression() {
    flush();
    TemplateToken token{Kind::expression, line_, {}, {}};
    skip(2);
    token.code = until_end_of_code("|}", token.line);
    if (text_[at_] == '|') {
      skip(1);
      token.filters = until_end_of_code("}", token.line);
    }
    skip(1);
    tokens_.push_back(std::move(token));
  }

  /// Text up to one of `stops` that stands outside strings, brackets and comments; stays on it.
  std::string until_end_of_code(std::string_view stops, int start_line) {
    const std::size_t begin = at_;
    int depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (depth == 0 && stops.find(c) != std::string_view::npos) return std::string(text_.substr(begin, at_ - begin));
      if (c == '\'' || c == '"') {
        skip_string(c, start_line);
        continue;
      }
      if (c == '#') {
        skip(std::min(text_.find('\n', at_), text_.size()) - at_);
        continue;
      }
      if (c == '(' || c == '[' || c == '{') ++depth;
      if (c == ')' || c == ']' || c == '}') --depth;
      skip(1);
    }
    fail_template(name_, start_line, "'${' is never closed", "Close the expression with '}'.");
  }

  void skip_string(char quote, int start_line) {
    for (skip(1); at_ < text_.size() && text_[at_] != quote;) {
      skip(text_[at_] == '\\' && at_ + 1 < text_.size() ? 2 : 1);
    }
    if (at_ >= text_.size()) {
      fail_template(name_, start_line, fmt::format("a string that starts with {} inside '${{' is never closed", quote));
    }
    skip(1);
  }

  void tag() {
    if (block_tag("text", true) || block_tag("doc", false)) return;
    const auto line = rest().substr(0, rest().find_first_of("\r\n"));
    if (line.starts_with("</%")) {
      const auto closing = line.substr(0, line.find('>') == std::string_view::npos ? line.size() : line.find('>') + 1);
      fail_template(name_, line_, fmt::format("{} closes nothing that was opened", closing));
    }
    std::size_t length = 2;
    while (length < line.size() && (std::isalnum(static_cast<unsigned char>(line[length])) != 0 ||
                                    std::string_view("!:_.").find(line[length]) != std::string_view::npos)) {
      ++length;
    }
    fail_template(name_, line_,
                  fmt::format("{} is not supported", length == 2 ? "<% Python code %>" : line.substr(0, length)),
                  k_no_python);
  }

  /// <%word>…</%word>, whose inside is kept as it is or dropped.
  bool block_tag(std::string_view word, bool keep) {
    const std::string opening = fmt::format("<%{}>", word);
    const std::string closing = fmt::format("</%{}>", word);
    if (!rest().starts_with(opening)) return false;
    const auto end = text_.find(closing, at_);
    if (end == std::string_view::npos) {
      fail_template(name_, line_, fmt::format("{} is never closed", opening),
                    fmt::format("Close it with {}.", closing));
    }
    skip(opening.size());
    keep ? literal(end - at_) : skip(end - at_);
    skip(closing.size());
    return true;
  }

  std::string_view text_;
  std::string_view name_;
  std::size_t at_ = 0;
  int line_ = 1;
  std::string pending_;
  int pending_line_ = 1;
  std::vector<TemplateToken> tokens_;
};

}  // namespace

std::vector<TemplateToken> cut_template(std::string_view text, std::string_view name) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  if (const auto bad = base::first_invalid_utf8(text)) {
    const int line = 1 + static_cast<int>(std::ranges::count(text.substr(0, *bad), '\n'));
    fail_template(name, line, "not valid UTF-8", "Save the template as UTF-8.");
  }
  return Lexer(text, name).run();
}

void fail_template(std::string_view name, int line, std::string_view message, std::string_view hint) {
  throw TemplateError(fmt::format("{}:{}: {}", name, line, message), std::string(hint));
}

}  // namespace migrate::script::detail
