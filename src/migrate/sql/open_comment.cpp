#include "migrate/sql/open_comment.hpp"

#include <string>

#include "migrate/sql/detail/lexer.hpp"

namespace migrate::sql {

bool ends_in_comment(std::string_view text) {
  // A parenthesis behind it is a token of its own, unless a comment takes it.
  const std::string closed = std::string(text) + ")";
  detail::Lexer lexer(closed);
  detail::Token last;
  for (detail::Token token = lexer.next(); token.kind != detail::TokenKind::end; token = lexer.next()) last = token;
  return last.kind != detail::TokenKind::close || last.offset != text.size();
}

}  // namespace migrate::sql
