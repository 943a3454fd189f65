#include "migrate/sql/detail/cpp_tokens.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "migrate/sql/detail/literal.hpp"

namespace migrate::sql::detail {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool continues_word(char c) {
  return starts_word(c) || is_digit(c);
}

/// Source whose continued lines are joined, as the compiler sees it, and where they were joined: raw strings get them
/// back.
struct Spliced {
  std::string text;
  std::vector<std::size_t> joints;  ///< offsets in `text` before which a continuation stood, ascending
};

Spliced join_continued_lines(std::string_view source) {
  Spliced result;
  result.text.reserve(source.size());
  for (std::size_t at = 0; at < source.size();) {
    const std::string_view rest = source.substr(at);
    const std::size_t length = rest.starts_with("\\\n") ? 2 : rest.starts_with("\\\r\n") ? 3 : 0;
    if (length > 0) {
      result.joints.push_back(result.text.size());
      at += length;
    } else {
      result.text += source[at++];
    }
  }
  return result;
}

class CppTokens {
 public:
  explicit CppTokens(const Spliced& source) : text_(source.text), joints_(source.joints) {}

  std::string canonical();

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] bool skip_blank();
  void end_line();
  void read_token();
  void read_word();
  void read_number();
  void read_literal(std::size_t start);
  void read_raw_string(std::size_t start);
  void read_directive();
  void read_punctuator();
  void put(char kind, std::size_t start);

  std::string_view text_;
  const std::vector<std::size_t>& joints_;
  std::size_t at_ = 0;
  bool line_start_ = true;
  bool directive_ = false;
  std::string out_;
};

std::string CppTokens::canonical() {
  if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  out_.reserve(2 * text_.size());
  while (at_ < text_.size()) {
    if (skip_blank()) continue;
    if (peek() == '#' && line_start_) {
      read_directive();
    } else {
      read_token();
    }
    line_start_ = false;
  }
  end_line();
  return std::move(out_);
}

/// Skips one comment, blank or line end; false when a token stands here.
bool CppTokens::skip_blank() {
  const char c = peek();
  if (c == '\n') {
    ++at_;
    end_line();
  } else if (c == ' ' || (c >= '\t' && c <= '\r')) {
    ++at_;
  } else if (c == '/' && peek(1) == '/') {
    at_ = std::min(text_.find('\n', at_), text_.size());
  } else if (c == '/' && peek(1) == '*') {
    const std::size_t closing = text_.find("*/", at_ + 2);
    at_ = closing == std::string_view::npos ? text_.size() : closing + 2;
  } else {
    return false;
  }
  return true;
}

void CppTokens::end_line() {
  if (directive_) put('e', at_);
  directive_ = false;
  line_start_ = true;
}

void CppTokens::put(char kind, std::size_t start) {
  out_ += kind;
  append_with_lf(text_.substr(start, at_ - start), out_);
  out_ += '\0';
}

/// # and the directive's name; for some, blanks behind it have a meaning.
void CppTokens::read_directive() {
  directive_ = true;
  put('p', at_++);
  while (peek() == ' ' || peek() == '\t') ++at_;
  const std::size_t start = at_;
  while (continues_word(peek())) ++at_;
  const std::string_view name = text_.substr(start, at_ - start);
  put('w', start);
  while (peek() == ' ' || peek() == '\t') ++at_;
  const std::size_t operand = at_;
  if ((name == "include" || name == "include_next") && peek() == '<') {
    at_ = std::min({text_.find('>', at_), text_.find('\n', at_), text_.size()});
    put('h', operand);
  } else if (name == "define") {
    while (continues_word(peek())) ++at_;
    put('w', operand);
    // "#define f(x)" takes an argument, "#define f (x)" does not.
    if (peek() == '(') put('f', at_);
  }
}

void CppTokens::read_token() {
  const char c = peek();
  if (starts_word(c)) {
    read_word();
  } else if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
    read_number();
  } else if (c == '"' || c == '\'') {
    read_literal(at_);
  } else {
    read_punctuator();
  }
}

void CppTokens::read_word() {
  const std::size_t start = at_;
  while (continues_word(peek())) ++at_;
  const std::string_view word = text_.substr(start, at_ - start);
  constexpr auto prefixes = std::to_array<std::string_view>({"u8", "u", "U", "L"});
  constexpr auto raw_prefixes = std::to_array<std::string_view>({"R", "u8R", "uR", "UR", "LR"});
  if (peek() == '"' && std::ranges::find(raw_prefixes, word) != raw_prefixes.end()) return read_raw_string(start);
  const bool has_literal = peek() == '"' || peek() == '\'';
  if (has_literal && std::ranges::find(prefixes, word) != prefixes.end()) return read_literal(start);
  put('w', start);
}

void CppTokens::read_number() {
  const std::size_t start = at_++;
  for (;; ++at_) {
    const char c = peek();
    const char before = text_[at_ - 1];
    const bool exponent = before == 'e' || before == 'E' || before == 'p' || before == 'P';
    const bool sign = (c == '+' || c == '-') && exponent;
    const bool separator = c == '\'' && continues_word(peek(1));
    if (!continues_word(c) && c != '.' && !sign && !separator) break;
  }
  put('n', start);
}

/// "…" or '…' whose quote stands at at_, with the suffix that a literal of a user's own kind has.
void CppTokens::read_literal(std::size_t start) {
  const char quote = text_[at_++];
  while (at_ < text_.size() && peek() != quote && peek() != '\n') at_ += peek() == '\\' ? 2 : 1;
  at_ = std::min(peek() == quote ? at_ + 1 : at_, text_.size());
  while (continues_word(peek())) ++at_;
  put('l', start);
}

void CppTokens::read_raw_string(std::size_t start) {
  const std::size_t open = std::min(text_.find('(', at_), text_.size());
  std::string closing = ")";
  closing += text_.substr(std::min(at_ + 1, open), open - std::min(at_ + 1, open));
  closing += '"';
  const std::size_t found = text_.find(closing, open);
  at_ = found == std::string_view::npos ? text_.size() : found + closing.size();
  while (continues_word(peek())) ++at_;
  out_ += 'r';
  std::size_t from = start;
  for (auto joint = std::ranges::upper_bound(joints_, start); joint != joints_.end() && *joint < at_; ++joint) {
    append_with_lf(text_.substr(from, *joint - from), out_);
    out_ += "\\\n";
    from = *joint;
  }
  put('r', from);
}

/// Characters that make one token when they touch. A closing > of templates may touch the next one or not, so >> is
/// two.
void CppTokens::read_punctuator() {
  constexpr auto together =
      std::to_array<std::string_view>({"<<=", "<=>", "...", "->*", "::", "->", ".*", "++", "--", "<<", "<=", ">=", "==",
                                       "!=",  "&&",  "||",  "+=",  "-=", "*=", "/=", "%=", "&=", "|=", "^=", "##"});
  const std::size_t start = at_;
  const std::string_view rest = text_.substr(at_);
  const auto* found = std::ranges::find_if(together, [&](std::string_view token) { return rest.starts_with(token); });
  at_ += found != together.end() ? found->size() : 1;
  put('o', start);
}

}  // namespace

std::string canonical_cpp(std::string_view text) {
  const Spliced source = join_continued_lines(text);
  return CppTokens(source).canonical();
}

}  // namespace migrate::sql::detail
