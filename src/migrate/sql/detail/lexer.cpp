#include "migrate/sql/detail/lexer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "migrate/sql/statement.hpp"

namespace migrate::sql::detail {
namespace {

bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool continues_word(char c) {
  return starts_word(c) || is_digit(c) || c == '$';
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

[[noreturn]] void unterminated(std::string_view what, std::size_t offset, std::string_view closing) {
  throw SqlSyntaxError(fmt::format("{} is opened here and never closed", what), offset,
                       fmt::format("Close it with {}; everything after the opening was read as part of it.", closing));
}

}  // namespace

bool Token::is(std::string_view lower_word) const noexcept {
  if (kind != TokenKind::word || text.size() != lower_word.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (lower(text[i]) != lower_word[i]) return false;
  }
  return true;
}

Token Lexer::next() {
  skip_blanks();
  const std::size_t start = at_;
  if (start >= text_.size()) return {TokenKind::end, start, text_.substr(text_.size())};
  const TokenKind kind = scan();
  return {kind, start, text_.substr(start, at_ - start)};
}

void Lexer::skip_blanks() {
  for (;;) {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    if (peek() == '-' && peek(1) == '-') {
      skip_line_comment();
    } else if (peek() == '/' && peek(1) == '*') {
      skip_comment();
    } else {
      return;
    }
  }
}

void Lexer::skip_line_comment() noexcept {
  // A lone carriage return ends a comment too: that is how the server reads it.
  at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
}

void Lexer::skip_comment() {
  const std::size_t start = at_;
  at_ += 2;
  for (int depth = 1; depth > 0;) {
    at_ = text_.find_first_of("*/", at_);
    if (at_ == std::string_view::npos) {
      at_ = text_.size();
      unterminated("a comment", start, "*/ (comments nest: each /* needs its own)");
    }
    const bool closes = text_[at_] == '*' && peek(1) == '/';
    const bool opens = text_[at_] == '/' && peek(1) == '*';
    depth += opens ? 1 : closes ? -1 : 0;
    at_ += opens || closes ? 2 : 1;
  }
}

TokenKind Lexer::scan() {
  const char c = text_[at_];
  if (starts_word(c)) return scan_word();
  if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return scan_number();
  switch (c) {
    case '\'':
      return scan_string(at_, !standard_strings_);
    case '"':
      return scan_quoted_identifier(at_);
    case '$':
      return scan_dollar();
    default:
      ++at_;
  }
  switch (c) {
    case '(':
      return TokenKind::open;
    case ')':
      return TokenKind::close;
    case ';':
      return TokenKind::semicolon;
    case '\\':
      return TokenKind::backslash;
    default:
      return TokenKind::symbol;
  }
}

TokenKind Lexer::scan_word() {
  const std::size_t start = at_;
  const char first = lower(text_[at_++]);
  if (peek() == '\'' && (first == 'e' || first == 'b' || first == 'x' || first == 'n')) {
    // Only N'…' follows standard_conforming_strings; bit strings never have escapes.
    return scan_string(start, first == 'e' || (first == 'n' && !standard_strings_));
  }
  if (first == 'u' && peek() == '&' && (peek(1) == '\'' || peek(1) == '"')) {
    ++at_;
    return peek() == '"' ? scan_quoted_identifier(start) : scan_string(start, false);
  }
  while (at_ < text_.size() && continues_word(text_[at_])) ++at_;
  return TokenKind::word;
}

TokenKind Lexer::scan_number() {
  const bool hexadecimal = text_[at_] == '0' && lower(peek(1)) == 'x';
  bool has_letter = false;
  while (at_ < text_.size()) {
    const char c = text_[at_];
    has_letter = has_letter || (starts_word(c) && c != '_');
    const bool exponent_sign =
        (c == '+' || c == '-') && !hexadecimal && lower(text_[at_ - 1]) == 'e' && is_digit(peek(1));
    if (c == '.' && peek(1) == '.') break;
    // A dollar sign opens a quote after digits, but belongs to the word that follows them at once.
    if (!exponent_sign && c != '.' && (c == '$' ? !has_letter : !continues_word(c))) break;
    ++at_;
  }
  return TokenKind::number;
}

TokenKind Lexer::scan_dollar() {
  const std::size_t start = at_++;
  if (is_digit(peek())) {
    while (is_digit(peek())) ++at_;
    return TokenKind::parameter;
  }
  std::size_t tag_end = at_;
  if (tag_end < text_.size() && starts_word(text_[tag_end])) {
    while (tag_end < text_.size() && text_[tag_end] != '$' && continues_word(text_[tag_end])) ++tag_end;
  }
  if (tag_end >= text_.size() || text_[tag_end] != '$') return TokenKind::symbol;
  const std::string_view delimiter = text_.substr(start, tag_end + 1 - start);
  const void* closing =
      ::memmem(text_.data() + tag_end + 1, text_.size() - tag_end - 1, delimiter.data(), delimiter.size());
  if (closing == nullptr) {
    at_ = text_.size();
    unterminated(fmt::format("the dollar quote {}", delimiter), start, delimiter);
  }
  at_ = static_cast<std::size_t>(static_cast<const char*>(closing) - text_.data()) + delimiter.size();
  return TokenKind::string;
}

TokenKind Lexer::scan_string(std::size_t start, bool escapes) {
  do {
    for (++at_;; at_ += 2) {
      at_ = escapes ? text_.find_first_of("'\\", at_) : text_.find('\'', at_);
      if (at_ == std::string_view::npos) {
        at_ = text_.size();
        unterminated("a string", start, "' (inside it a quote is written '')");
      }
      if (text_[at_] == '\'' && peek(1) != '\'') break;
    }
    ++at_;
  } while (continues_string());
  return TokenKind::string;
}

/// SQL joins 'a' and 'b' into one literal when a line break stands between them; the second part follows the rules of
/// the first, which matters for E'…'. Moves to the second part's quote when there is one.
bool Lexer::continues_string() {
  std::size_t at = at_;
  bool line_break = false;
  while (at < text_.size()) {
    if (text_[at] == '-' && at + 1 < text_.size() && text_[at + 1] == '-') {
      at = std::min(text_.find_first_of("\r\n", at), text_.size());
    } else if (is_blank(text_[at])) {
      line_break = line_break || text_[at] == '\n' || text_[at] == '\r';
      ++at;
    } else {
      break;
    }
  }
  if (!line_break || at >= text_.size() || text_[at] != '\'') return false;
  at_ = at;
  return true;
}

TokenKind Lexer::scan_quoted_identifier(std::size_t start) {
  for (++at_;; at_ += 2) {
    at_ = text_.find('"', at_);
    if (at_ == std::string_view::npos) {
      at_ = text_.size();
      unterminated("a quoted identifier", start, "\" (inside it a double quote is written \"\")");
    }
    if (peek(1) != '"') break;
  }
  ++at_;
  return TokenKind::quoted_identifier;
}

}  // namespace migrate::sql::detail
