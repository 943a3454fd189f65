#include "migrate/sql/detail/token_cursor.hpp"

#include <algorithm>

#include "migrate/base/text.hpp"
#include "migrate/sql/detail/literal.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::sql::detail {

std::vector<Token> all_tokens(std::string_view text, Range range) {
  std::vector<Token> tokens;
  Lexer lexer(text.substr(0, range.end()), range.offset);
  try {
    for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) tokens.push_back(token);
  } catch (const SqlSyntaxError&) {
    // A quote or comment without its end: the tokens before it tell what they can.
    return tokens;
  }
  return tokens;
}

std::vector<Token> outer_tokens(std::string_view text, Range range) {
  // An INSERT of a million rows has said what it is long before; a longer list costs memory and tells nothing new.
  constexpr std::size_t k_most_tokens = std::size_t{1} << 20U;
  std::vector<Token> tokens;
  int depth = 0;
  Lexer lexer(text.substr(0, range.end()), range.offset);
  try {
    for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
      if (depth == 0) {
        if (tokens.size() == k_most_tokens) return tokens;
        tokens.push_back(token);
      } else {
        Token& group = tokens.back();
        group.text = text.substr(group.offset, token.end() - group.offset);
      }
      if (token.kind == TokenKind::open) ++depth;
      if (token.kind == TokenKind::close && depth > 0) --depth;
    }
  } catch (const SqlSyntaxError&) {
    return tokens;
  }
  return tokens;
}

Range inside_of(const Token& group) {
  const std::size_t closing = group.text.size() > 1 && group.text.back() == ')' ? 1 : 0;
  return {group.offset + 1, group.text.size() - 1 - closing};
}

bool TokenCursor::take(std::string_view lower_word) noexcept {
  const bool here = peek().is(lower_word);
  if (here) ++at_;
  return here;
}

bool TokenCursor::take_symbol(char symbol) noexcept {
  const bool here = peek().is_symbol(symbol);
  if (here) ++at_;
  return here;
}

bool TokenCursor::take_phrase(std::initializer_list<std::string_view> lower_words) noexcept {
  std::size_t ahead = 0;
  for (const std::string_view word : lower_words) {
    if (!peek(ahead++).is(word)) return false;
  }
  at_ += ahead;
  return true;
}

std::optional<std::string> TokenCursor::take_identifier() {
  auto value = identifier_value(peek());
  if (value) ++at_;
  return value;
}

std::string TokenCursor::Name::quoted() const {
  return quote_qualified(schema, name);
}

std::optional<TokenCursor::Name> TokenCursor::take_name() {
  const std::size_t start = at_;
  auto part = take_identifier();
  if (!part) return std::nullopt;
  Name name{{}, std::move(*part)};
  while (take_symbol('.')) {
    part = take_identifier();
    if (!part) {
      at_ = start;
      return std::nullopt;
    }
    name = {std::move(name.name), std::move(*part)};
  }
  return name;
}

bool TokenCursor::has(std::string_view lower_word) const noexcept {
  return std::ranges::any_of(rest(), [&](const Token& token) { return token.is(lower_word); });
}

bool TokenCursor::skip_past(std::string_view lower_word) noexcept {
  for (std::size_t i = at_; i < tokens_.size(); ++i) {
    if (tokens_[i].is(lower_word)) {
      at_ = i + 1;
      return true;
    }
  }
  return false;
}

std::vector<std::span<const Token>> split_at_commas(std::span<const Token> tokens) {
  std::vector<std::span<const Token>> pieces;
  std::size_t start = 0;
  int brackets = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].is_symbol('[')) ++brackets;
    if (tokens[i].is_symbol(']')) --brackets;
    if (tokens[i].is_symbol(',') && brackets <= 0) {
      pieces.push_back(tokens.subspan(start, i - start));
      start = i + 1;
    }
  }
  pieces.push_back(tokens.subspan(start));
  return pieces;
}

bool has_option(std::string_view text, const Token& group, std::string_view lower_name) {
  if (group.kind != TokenKind::open) return false;
  bool on = false;
  const auto tokens = outer_tokens(text, inside_of(group));
  for (const auto option : split_at_commas(tokens)) {
    TokenCursor cursor(option);
    if (!cursor.take(lower_name)) continue;
    cursor.take_symbol('=');
    const std::string value = base::to_lower(plain_value(cursor.peek()).value_or(std::string(cursor.peek().text)));
    on = value != "off" && value != "false" && value != "0";
  }
  return on;
}

}  // namespace migrate::sql::detail
