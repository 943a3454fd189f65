#include "migrate/sql/index_statement.hpp"

#include <fmt/format.h>

#include "migrate/sql/detail/lexer.hpp"
#include "migrate/sql/statement.hpp"

namespace migrate::sql {
namespace {

using detail::Lexer;
using detail::Token;
using detail::TokenKind;

bool is_name(const Token& token) {
  return token.kind == TokenKind::word || token.kind == TokenKind::quoted_identifier;
}

/// Past a name with its dots; the token after it.
Token skip_name(Lexer& lexer, Token token) {
  while (is_name(token)) {
    token = lexer.next();
    if (!token.is_symbol('.')) return token;
    token = lexer.next();
  }
  return token;
}

}  // namespace

std::optional<std::string> same_index_on(std::string_view statement, std::string_view table) {
  try {
    Lexer lexer(statement);
    if (!lexer.next().is("create")) return std::nullopt;
    Token token = lexer.next();
    const bool unique = token.is("unique");
    if (unique) token = lexer.next();
    if (!token.is("index")) return std::nullopt;
    // What may stand between INDEX and ON has no ON in it but as a quoted name.
    while (token.kind != TokenKind::end && !token.is("on")) token = lexer.next();
    token = lexer.next();
    if (token.is("only")) token = lexer.next();
    if (!is_name(token)) return std::nullopt;
    token = skip_name(lexer, token);
    if (token.kind == TokenKind::end) return std::nullopt;
    return fmt::format("CREATE {}INDEX ON {} {}", unique ? "UNIQUE " : "", table, statement.substr(token.offset));
  } catch (const SqlSyntaxError&) {
    return std::nullopt;
  }
}

}  // namespace migrate::sql
