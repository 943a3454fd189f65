#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "migrate/sql/statement.hpp"

namespace migrate::sql::detail {

/// A statement in its script.
struct Placed {
  std::string_view text;
  const Statement& statement;
};

/// Two forms of a statement as a line of an answer has room for them, in backquotes.
struct Difference {
  std::string before;
  std::string after;
  std::size_t new_offset = 0;  ///< where the first difference stands in the new script
};

/// Shows the part with the first difference, of the statements or of their COPY data. Comments are left out, blanks
/// are one space.
Difference show_difference(Placed before, Placed after);

/// The beginning of a statement, in the same manner.
std::string show_start(Placed placed);

}  // namespace migrate::sql::detail
