#include "migrate/engine/detail/echo.hpp"

#include <cctype>

#include "migrate/base/text.hpp"

namespace migrate::engine::detail {
namespace {

constexpr std::string_view k_word = "password";

bool is_word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

std::size_t skip_blanks(std::string_view sql, std::size_t at) {
  while (at < sql.size() && std::isspace(static_cast<unsigned char>(sql[at])) != 0) ++at;
  return at;
}

/// End of the 'literal' that opens at `quote`; a doubled quote and, in E'', a backslash go on.
std::size_t end_of_quoted(std::string_view sql, std::size_t quote, bool escapes) {
  for (std::size_t at = quote + 1; at < sql.size(); ++at) {
    if (escapes && sql[at] == '\\') {
      ++at;
    } else if (sql[at] == '\'') {
      if (at + 1 >= sql.size() || sql[at + 1] != '\'') return at + 1;
      ++at;
    }
  }
  return sql.size();
}

/// End of the string literal at `at`, or `at` when none begins there.
std::size_t end_of_literal(std::string_view sql, std::size_t at) {
  if (at >= sql.size()) return at;
  if (sql[at] == '\'') return end_of_quoted(sql, at, false);
  const bool prefixed = at + 1 < sql.size() && sql[at + 1] == '\'';
  if (prefixed && (sql[at] == 'e' || sql[at] == 'E')) return end_of_quoted(sql, at + 1, true);
  if (sql[at] != '$') return at;
  const auto tag_end = sql.find('$', at + 1);
  if (tag_end == std::string_view::npos) return at;
  const auto tag = sql.substr(at, tag_end - at + 1);
  const auto close = sql.find(tag, tag_end + 1);
  return close == std::string_view::npos ? sql.size() : close + tag.size();
}

}  // namespace

std::string without_passwords(std::string_view sql) {
  const std::string lower = base::to_lower(sql);
  std::string shown;
  std::size_t copied = 0;
  for (auto at = lower.find(k_word); at != std::string::npos; at = lower.find(k_word, at + 1)) {
    const std::size_t after = at + k_word.size();
    if (at < copied || (at > 0 && (is_word_character(lower[at - 1]) || lower[at - 1] == '\''))) continue;
    const std::size_t start = skip_blanks(sql, after);
    const std::size_t end = end_of_literal(sql, start);
    if (end == start) continue;
    shown.append(sql, copied, start - copied).append("'***'");
    copied = end;
  }
  return shown.append(sql, copied);
}

}  // namespace migrate::engine::detail
