#include "migrate/command/detail/dotenv.hpp"

#include <algorithm>
#include <optional>

#include "migrate/base/text.hpp"

namespace migrate::command {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

char unescape(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    default:
      return c;
  }
}

/// The text up to the closing quote, which may stand on a later line; nothing when there is none. `at` is moved behind
/// it.
std::optional<std::string> quoted(std::string_view text, std::size_t& at) {
  const char quote = text[at];
  std::string value;
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == quote) {
      at = i + 1;
      return value;
    }
    const bool escape = quote == '"' && text[i] == '\\' && i + 1 < text.size() &&
                        std::string_view("ntr\"\\$").find(text[i + 1]) != std::string_view::npos;
    value += escape ? unescape(text[++i]) : text[i];
  }
  return std::nullopt;
}

std::string unquoted(std::string_view rest) {
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] == '#' && (i == 0 || rest[i - 1] == ' ' || rest[i - 1] == '\t'))
      return std::string(base::trim(rest.substr(0, i)));
  }
  return std::string(base::trim(rest));
}

/// Reads a file from its start to its end, an entry at a time.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  }

  Dotenv read() {
    while (at_ < text_.size()) {
      const std::size_t line = line_;
      if (!entry()) found_.unreadable_lines.push_back(line);
      skip_line();
    }
    return std::move(found_);
  }

 private:
  bool entry() {
    const auto line = text_.substr(at_, text_.find('\n', at_) - at_);
    auto rest = base::trim(line);
    if (rest.empty() || rest.front() == '#') return true;
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) return false;
    auto name = base::trim(line.substr(0, equals));
    if (name.starts_with("export ") || name.starts_with("export\t")) name = base::trim(name.substr(7));
    if (!is_variable_name(name)) return false;

    std::size_t start = at_ + equals + 1;
    while (start < text_.size() && (text_[start] == ' ' || text_[start] == '\t')) ++start;
    Dotenv::Value value{{}, line_};
    if (start < text_.size() && (text_[start] == '"' || text_[start] == '\'')) {
      auto inner = quoted(text_, start);
      if (!inner) return false;
      value.text = std::move(*inner);
      move_to(start);
      const auto behind = base::trim(text_.substr(at_, text_.find('\n', at_) - at_));
      if (!behind.empty() && behind.front() != '#') return false;
    } else {
      value.text = unquoted(line.substr(equals + 1));
    }
    found_.values.insert_or_assign(std::string(name), std::move(value));
    return true;
  }

  void move_to(std::size_t at) {
    line_ += static_cast<std::size_t>(std::ranges::count(text_.substr(at_, at - at_), '\n'));
    at_ = at;
  }

  void skip_line() {
    const auto end = text_.find('\n', at_);
    move_to(end == std::string_view::npos ? text_.size() : end + 1);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  Dotenv found_;
};

}  // namespace

Dotenv parse_dotenv(std::string_view text) {
  return Reader(text).read();
}

bool is_variable_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, is_word) && !(name.front() >= '0' && name.front() <= '9');
}

}  // namespace migrate::command
