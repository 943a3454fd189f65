#include <algorithm>
#include <array>

#include "migrate/engine/copy.hpp"

namespace migrate::engine {
namespace {

/// What must not stand in a field as it is, and the letter that stands for it behind a backslash.
constexpr std::array<std::pair<char, char>, 7> k_escapes{
    {{'\\', '\\'}, {'\t', 't'}, {'\n', 'n'}, {'\r', 'r'}, {'\b', 'b'}, {'\f', 'f'}, {'\v', 'v'}}};

char letter_for(char c) {
  for (const auto& [raw, letter] : k_escapes) {
    if (raw == c) return letter;
  }
  return '\0';
}

char raw_for(char letter) {
  for (const auto& [raw, known] : k_escapes) {
    if (known == letter) return raw;
  }
  return letter;
}

bool is_octal(char c) {
  return c >= '0' && c <= '7';
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 32);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// What stands behind a backslash at `at`, which it moves past it.
char unescape(std::string_view line, std::size_t& at) {
  const char letter = line[at++];
  int value = 0;
  if (is_octal(letter)) {
    value = letter - '0';
    for (int i = 0; i < 2 && at < line.size() && is_octal(line[at]); ++i) value = value * 8 + (line[at++] - '0');
    return static_cast<char>(value);
  }
  if (letter == 'x' && at < line.size() && hex_digit(line[at]) >= 0) {
    for (int i = 0; i < 2 && at < line.size() && hex_digit(line[at]) >= 0; ++i)
      value = value * 16 + hex_digit(line[at++]);
    return static_cast<char>(value);
  }
  return raw_for(letter);
}

}  // namespace

void CopyText::append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    const char letter = letter_for(c);
    if (letter != '\0') out += '\\';
    out += letter != '\0' ? letter : c;
  }
}

void CopyText::escape_from(std::string& out, std::size_t start) {
  const auto appended = std::string_view(out).substr(start);
  if (std::ranges::none_of(appended, [](char c) { return letter_for(c) != '\0'; })) return;
  const std::string text(appended);
  out.resize(start);
  append_escaped(out, text);
}

std::vector<std::optional<std::string>> CopyText::fields(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  std::vector<std::optional<std::string>> fields(1, std::string());
  std::size_t start = 0;
  for (std::size_t at = 0; at < line.size();) {
    const char c = line[at++];
    if (c == '\t') {
      fields.emplace_back(std::string());
      start = at;
    } else if (c != '\\' || at == line.size()) {
      fields.back()->push_back(c);
    } else if (line[at] == 'N' && at == start + 1 && (at + 1 == line.size() || line[at + 1] == '\t')) {
      fields.back().reset();
      ++at;
    } else {
      fields.back()->push_back(unescape(line, at));
    }
  }
  return fields;
}

}  // namespace migrate::engine
