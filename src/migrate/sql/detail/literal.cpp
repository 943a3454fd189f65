#include "migrate/sql/detail/literal.hpp"

#include <algorithm>

#include "migrate/base/text.hpp"

namespace migrate::sql::detail {
namespace {

/// The byte after the closing quote of the part that opens at `open`.
std::size_t part_end(std::string_view literal, std::size_t open, bool escapes) {
  std::size_t at = open + 1;
  while (at < literal.size()) {
    const bool is_quote = literal[at] == '\'';
    const bool is_doubled = is_quote && at + 1 < literal.size() && literal[at + 1] == '\'';
    if (is_quote && !is_doubled) return at + 1;
    at += is_doubled || (escapes && literal[at] == '\\') ? 2 : 1;
  }
  return literal.size();
}

/// The next part's opening quote; blanks and line comments, in which quotes may stand, come before it.
std::size_t next_part(std::string_view literal, std::size_t at) {
  while (at < literal.size() && literal[at] != '\'') {
    at = literal[at] == '-' ? std::min(literal.find_first_of("\r\n", at), literal.size()) : at + 1;
  }
  return at;
}

std::string without_doubled(std::string_view inside, char quote) {
  std::string value;
  value.reserve(inside.size());
  for (std::size_t i = 0; i < inside.size(); ++i) {
    value += inside[i];
    if (inside[i] == quote && i + 1 < inside.size() && inside[i + 1] == quote) ++i;
  }
  return value;
}

/// PostgreSQL keeps the first 63 bytes of a longer name, never part of a character.
std::string cut_to_name_length(std::string name) {
  constexpr std::size_t k_longest_name = 63;
  if (name.size() <= k_longest_name) return name;
  std::size_t length = k_longest_name;
  while (length > 0 && (static_cast<unsigned char>(name[length]) & 0xC0U) == 0x80) --length;
  name.resize(length);
  return name;
}

}  // namespace

void append_with_lf(std::string_view text, std::string& to) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t crlf = std::min(text.find("\r\n", at), text.size());
    to.append(text, at, crlf - at);
    at = crlf < text.size() ? crlf + 1 : crlf;
  }
}

std::optional<std::string> plain_value(const Token& string) {
  const std::string_view text = string.text;
  if (string.kind != TokenKind::string || text.empty()) return std::nullopt;
  std::string value;
  if (text[0] == '$') {
    const std::size_t delimiter = text.find('$', 1) + 1;
    if (delimiter == 0 || text.size() < 2 * delimiter) return std::nullopt;
    append_with_lf(text.substr(delimiter, text.size() - 2 * delimiter), value);
    return value;
  }
  if (text[0] != '\'') return std::nullopt;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = part_end(text, at, false);
    append_with_lf(without_doubled(text.substr(at + 1, end > at + 1 ? end - at - 2 : 0), '\''), value);
    at = next_part(text, end);
  }
  return value;
}

std::string literal_as_written(const Token& string, bool escapes) {
  const std::string_view text = string.text;
  std::size_t at = std::min(text.find('\''), text.size());
  std::string written = base::to_lower(text.substr(0, at));
  const bool has_escapes = written == "e" || (escapes && (written.empty() || written == "n"));
  while (at < text.size()) {
    const std::size_t end = part_end(text, at, has_escapes);
    append_with_lf(text.substr(at, end - at), written);
    at = next_part(text, end);
    if (at < text.size()) written += '\n';
  }
  return written;
}

std::optional<std::string> identifier_value(const Token& token) {
  if (token.kind == TokenKind::word) return cut_to_name_length(base::to_lower(token.text));
  if (token.kind != TokenKind::quoted_identifier) return std::nullopt;
  const std::size_t open = token.text.find('"');
  const std::string_view inside = token.text.substr(open + 1, token.text.size() - open - 2);
  if (inside.empty() || (open > 0 && inside.find('\\') != std::string_view::npos)) return std::nullopt;
  return cut_to_name_length(without_doubled(inside, '"'));
}

}  // namespace migrate::sql::detail
