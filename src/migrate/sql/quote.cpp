#include "migrate/sql/quote.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/base/error.hpp"
#include "migrate/sql/detail/keywords.hpp"

namespace migrate::sql {
namespace {

bool needs_no_quotes(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  return !name.empty() && is_letter(name[0]) &&
         std::ranges::all_of(name, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); }) &&
         !detail::is_restricted_keyword(name);
}

/// `text` with every `quote` written twice, between two more of them.
std::string enclose(std::string_view text, char quote) {
  std::string result;
  result.reserve(text.size() + 2);
  result += quote;
  for (const char c : text) {
    if (c == quote) result += quote;
    result += c;
  }
  return result += quote;
}

}  // namespace

std::string quote_identifier(std::string_view name) {
  return needs_no_quotes(name) ? std::string(name) : enclose(name, '"');
}

std::string quote_qualified(std::string_view schema, std::string_view name) {
  return schema.empty() ? quote_identifier(name) : quote_identifier(schema) + "." + quote_identifier(name);
}

std::string quote_literal(std::string_view text) {
  if (const auto zero = text.find('\0'); zero != std::string_view::npos) {
    throw base::Error(fmt::format("cannot quote a text with a zero byte (at byte {})", zero),
                      "PostgreSQL's text types cannot hold zero bytes; use bytea for binary data.");
  }
  std::string literal = enclose(text, '\'');
  if (text.find('\\') == std::string_view::npos) return literal;
  std::string escaped = "E";
  for (const char c : literal) {
    if (c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

}  // namespace migrate::sql
