#pragma once
#include <cstddef>
#include <string_view>

namespace migrate::sql::detail {

enum class TokenKind {
  word,               ///< unquoted identifier or keyword
  quoted_identifier,  ///< "…" or U&"…"
  string,             ///< '…', E'…', U&'…', B'…', X'…', N'…' with its continuations, $tag$…$tag$
  number,
  parameter,  ///< $1
  open,       ///< (
  close,      ///< )
  semicolon,
  backslash,
  symbol,  ///< any other single character
  end,     ///< nothing is left; empty, at the end of the text
};

/// A piece of SQL that is neither blank nor comment. `text` points into the script.
struct Token {
  TokenKind kind = TokenKind::end;
  std::size_t offset = 0;
  std::string_view text;

  [[nodiscard]] std::size_t end() const noexcept { return offset + text.size(); }
  /// Whether it is this unquoted word; `lower` is written in lower case.
  [[nodiscard]] bool is(std::string_view lower) const noexcept;
  [[nodiscard]] bool is_symbol(char symbol) const noexcept { return kind == TokenKind::symbol && text[0] == symbol; }
};

/// Cuts SQL into tokens by the lexical rules that all supported PostgreSQL versions share. It knows nothing of COPY
/// data and psql commands: whoever reads the tokens moves on with seek(). Keeps a view of the text.
class Lexer {
 public:
  explicit Lexer(std::string_view text, std::size_t offset = 0) : text_(text), at_(offset) {}

  /// The next token. Throws SqlSyntaxError, at the opening, for a quote or comment that is never closed.
  Token next();
  [[nodiscard]] std::size_t offset() const noexcept { return at_; }
  void seek(std::size_t offset) noexcept { at_ = offset; }
  /// As the server's setting of that name: on (the default), a backslash in '…' is an ordinary character.
  void set_standard_conforming_strings(bool on) noexcept { standard_strings_ = on; }

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const noexcept {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  void skip_blanks();
  void skip_line_comment() noexcept;
  void skip_comment();
  TokenKind scan();
  TokenKind scan_word();
  TokenKind scan_number();
  TokenKind scan_dollar();
  TokenKind scan_string(std::size_t start, bool escapes);
  TokenKind scan_quoted_identifier(std::size_t start);
  [[nodiscard]] bool continues_string();

  std::string_view text_;
  std::size_t at_;
  bool standard_strings_ = true;
};

}  // namespace migrate::sql::detail
