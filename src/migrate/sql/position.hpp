#pragma once
#include <cstddef>
#include <string_view>

namespace migrate::sql {

/// Where something stands in a text: both from 1, columns in characters.
struct Position {
  int line = 1;
  int column = 1;
  bool operator==(const Position&) const = default;
};

/// Position of a byte; past the end gives the place after the last character.
Position position_at(std::string_view text, std::size_t byte_offset);

/// Byte offset of the n-th character, counted from 0; text.size() past the end.
std::size_t byte_offset_of_character(std::string_view text, std::size_t character);

}  // namespace migrate::sql
