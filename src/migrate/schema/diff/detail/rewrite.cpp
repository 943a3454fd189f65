#include "migrate/schema/diff/detail/rewrite.hpp"

#include <cctype>

#include "migrate/sql/quote.hpp"

namespace migrate::schema::detail {
namespace {

bool starts_word(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' || (static_cast<unsigned char>(c) & 0x80U) != 0;
}
bool in_word(char c) {
  return starts_word(c) || std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '$';
}

/// The end of what `quote` opened at `at`; a doubled quote stands for itself.
std::size_t quoted_end(std::string_view sql, std::size_t at, char quote, bool escapes) {
  for (std::size_t i = at + 1; i < sql.size(); ++i) {
    if (escapes && sql[i] == '\\') {
      ++i;
    } else if (sql[i] == quote) {
      if (i + 1 < sql.size() && sql[i + 1] == quote) {
        ++i;
      } else {
        return i + 1;
      }
    }
  }
  return sql.size();
}

std::string undoubled(std::string_view text, char quote) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    result += text[i];
    if (text[i] == quote && i + 1 < text.size() && text[i + 1] == quote) ++i;
  }
  return result;
}

Token token_at(std::string_view sql, std::size_t at) {
  const char c = sql[at];
  if (c == '"') {
    const auto end = quoted_end(sql, at, '"', false);
    const auto inner = sql.substr(at + 1, end - at - (end - at >= 2 ? 2 : 1));
    return {Token::Kind::identifier, sql.substr(at, end - at), undoubled(inner, '"')};
  }
  if (c == '\'') {
    const bool escapes = at > 0 && (sql[at - 1] == 'E' || sql[at - 1] == 'e');
    const auto end = quoted_end(sql, at, '\'', escapes);
    const auto inner = sql.substr(at + 1, end - at - (end - at >= 2 ? 2 : 1));
    return {Token::Kind::literal, sql.substr(at, end - at), undoubled(inner, '\'')};
  }
  if (starts_word(c)) {
    std::size_t end = at + 1;
    while (end < sql.size() && in_word(sql[end])) ++end;
    const auto word = sql.substr(at, end - at);
    if (word.size() == 1 && (c == 'E' || c == 'e') && end < sql.size() && sql[end] == '\'') {
      return {Token::Kind::other, word, {}};
    }
    return {Token::Kind::identifier, word, std::string(word)};
  }
  std::size_t end = at + 1;
  if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
    while (end < sql.size() && in_word(sql[end])) ++end;
  }
  return {Token::Kind::other, sql.substr(at, end - at), {}};
}

bool is_dot(const std::vector<Token>& tokens, std::size_t at) {
  return at < tokens.size() && tokens[at].text == ".";
}
bool is_name(const std::vector<Token>& tokens, std::size_t at, std::string_view name) {
  return at < tokens.size() && tokens[at].kind == Token::Kind::identifier && tokens[at].name == name;
}

}  // namespace

std::vector<Token> tokens_of(std::string_view sql) {
  std::vector<Token> result;
  for (std::size_t at = 0; at < sql.size();) {
    result.push_back(token_at(sql, at));
    at += result.back().text.size();
  }
  return result;
}

std::string rename_qualified(std::string_view sql, std::string_view schema, std::string_view from,
                             std::string_view to) {
  const auto tokens = tokens_of(sql);
  const auto old_literal = sql::quote_literal(sql::quote_qualified(schema, from));
  std::string result;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const bool qualified =
        is_name(tokens, i, from) && i >= 2 && is_dot(tokens, i - 1) && is_name(tokens, i - 2, schema);
    const bool qualifies = is_name(tokens, i, from) && is_dot(tokens, i + 1) && !(i >= 1 && is_dot(tokens, i - 1));
    if (qualified || qualifies) {
      result += sql::quote_identifier(to);
    } else if (tokens[i].kind == Token::Kind::literal && tokens[i].text == old_literal) {
      result += sql::quote_literal(sql::quote_qualified(schema, to));
    } else {
      result += tokens[i].text;
    }
  }
  return result;
}

std::string rename_identifier(std::string_view sql, std::string_view from, std::string_view to) {
  const auto tokens = tokens_of(sql);
  std::string result;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (is_name(tokens, i, from) && !is_dot(tokens, i + 1)) {
      result += sql::quote_identifier(to);
    } else {
      result += tokens[i].text;
    }
  }
  return result;
}

std::string rename_schema(std::string_view sql, std::string_view from, std::string_view to) {
  const auto tokens = tokens_of(sql);
  std::string result;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const bool qualifies = is_name(tokens, i, from) && is_dot(tokens, i + 1) && !(i >= 1 && is_dot(tokens, i - 1));
    if (qualifies) {
      result += sql::quote_identifier(to);
    } else if (tokens[i].kind == Token::Kind::literal && tokens[i].name.find('.') != std::string::npos &&
               tokens[i].name.starts_with(sql::quote_identifier(from) + ".")) {
      const auto rest = tokens[i].name.substr(sql::quote_identifier(from).size());
      result += sql::quote_literal(sql::quote_identifier(to) + rest);
    } else {
      result += tokens[i].text;
    }
  }
  return result;
}

bool has_literal(std::string_view sql, std::string_view value) {
  for (const auto& token : tokens_of(sql)) {
    if (token.kind == Token::Kind::literal && token.name == value) return true;
  }
  return false;
}

std::vector<std::string> name_parts(std::string_view qualified) {
  std::vector<std::string> result;
  for (const auto& token : tokens_of(qualified)) {
    if (token.kind == Token::Kind::identifier) result.push_back(token.name);
  }
  return result;
}

}  // namespace migrate::schema::detail
