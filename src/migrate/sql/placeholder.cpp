#include "migrate/sql/placeholder.hpp"

#include "migrate/sql/detail/lexer.hpp"

namespace migrate::sql {
namespace {

using detail::Token;
using detail::TokenKind;

/// A string may go on in the next line ('a' ⏎ 'b'); the name is its first piece.
Placeholder placeholder_at(std::size_t colon, const Token& string) {
  const auto name = string.text.substr(1, string.text.find('\'', 1) - 1);
  return {{colon, name.size() + 3}, name};
}

}  // namespace

std::vector<Placeholder> find_placeholders(std::string_view text) {
  std::vector<Placeholder> found;
  detail::Lexer lexer(text);
  int colons = 0;  // that stand side by side before this token
  std::size_t end = 0;
  for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
    if (token.offset != end) colons = 0;
    end = token.end();
    if (token.is_symbol(':')) {
      ++colons;
      continue;
    }
    if (colons == 1 && token.kind == TokenKind::string && token.text.starts_with('\'')) {
      found.push_back(placeholder_at(token.offset - 1, token));
    }
    colons = 0;
  }
  return found;
}

}  // namespace migrate::sql
