#pragma once
#include <string_view>
#include <vector>

#include "migrate/sql/statement.hpp"

namespace migrate::sql {

/// A `:'name'`: psql's way to put a variable into a statement as a literal.
struct Placeholder {
  Range text;             ///< from the colon to the closing quote
  std::string_view name;  ///< between the quotes; points into the text given
};

/// Those of a text, in order. Inside quotes, dollar quotes and comments there are none, and `::'x'` is a cast. Throws
/// SqlSyntaxError for a quote or comment that is never closed.
std::vector<Placeholder> find_placeholders(std::string_view text);

}  // namespace migrate::sql
