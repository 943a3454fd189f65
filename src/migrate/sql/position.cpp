#include "migrate/sql/position.hpp"

#include <algorithm>

#include "migrate/base/text.hpp"

namespace migrate::sql {
namespace {

bool starts_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80;
}

}  // namespace

Position position_at(std::string_view text, std::size_t byte_offset) {
  const std::string_view before = text.substr(0, std::min(byte_offset, text.size()));
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  Position position;
  position.line += static_cast<int>(std::ranges::count(before, '\n'));
  position.column += static_cast<int>(base::count_characters(before.substr(line_start)));
  return position;
}

std::size_t byte_offset_of_character(std::string_view text, std::size_t character) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (starts_character(text[at]) && character-- == 0) return at;
  }
  return text.size();
}

}  // namespace migrate::sql
