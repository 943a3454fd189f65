#include "migrate/runtime/shown_query.hpp"

#include <algorithm>

#include "migrate/base/text.hpp"

namespace migrate::runtime {
namespace {

constexpr std::string_view k_ellipsis = "…";

/// White space and control characters, which a terminal would obey, become one blank.
std::string on_one_line(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code > 0x20 && code != 0x7f) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  return std::string(base::trim(line));
}

/// Whether what stands behind the word may be a value: a literal, a placeholder, a comment before either, or whatever
/// follows = and :.
bool starts_value(std::string_view text) {
  if (text.starts_with('"')) text.remove_prefix(1);  // "password": "…"
  text = base::trim(text);
  if (text.starts_with("U&") || text.starts_with("u&")) text.remove_prefix(2);
  if (text.starts_with("E'") || text.starts_with("e'")) return true;
  return text.starts_with("/*") || text.starts_with("--") || text.find_first_of("=:'$%") == 0;
}

std::size_t end_before_password(std::string_view text) {
  constexpr std::string_view k_word = "password";
  const std::string lower = base::to_lower(text);
  for (auto at = lower.find(k_word); at != std::string::npos; at = lower.find(k_word, at + 1)) {
    const auto end = at + k_word.size();
    if (starts_value(text.substr(end))) return end;
  }
  return text.size();
}

std::size_t end_before_url_password(std::string_view text) {
  constexpr std::string_view k_mark = "://";
  for (auto at = text.find(k_mark); at != std::string_view::npos; at = text.find(k_mark, at + 1)) {
    const auto from = at + k_mark.size();
    const auto colon = text.find(':', from);
    const auto end = text.find_first_of(" '\"", from);
    if (colon == std::string_view::npos || colon > end) continue;
    // The server may have cut off what comes behind.
    if (text.find('@', colon) != std::string_view::npos || end == std::string_view::npos) return colon + 1;
  }
  return text.size();
}

}  // namespace

std::string shown_query(std::string_view query, std::size_t width) {
  std::string line = on_one_line(query.substr(0, base::first_invalid_utf8(query).value_or(query.size())));
  const std::size_t whole = line.size();
  line.resize(std::min(end_before_password(line), end_before_url_password(line)));
  bool cut = line.size() < whole;
  if (base::count_characters(line) > width) {
    std::size_t end = 0;
    for (std::size_t characters = 0; characters < width; ++characters) {
      do ++end;
      while (end < line.size() && (static_cast<unsigned char>(line[end]) & 0xc0U) == 0x80);
    }
    line.resize(end);
    cut = true;
  }
  return cut ? line.append(line.ends_with(' ') ? "" : " ").append(k_ellipsis) : line;
}

}  // namespace migrate::runtime
