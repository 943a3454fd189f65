#pragma once
#include <cstddef>
#include <string>

#include "migrate/sql/detail/outline.hpp"

namespace migrate::sql::detail {

/// What a statement is called, and where its outline goes on after those words.
struct Kind {
  std::string words;       ///< "CREATE INDEX", "INSERT"; "statement" when it does not begin with a word
  std::size_t next = 1;    ///< index of the token after the words
  bool temporary = false;  ///< TEMP or TEMPORARY stood between them
};

Kind kind_of(const Outline& outline);

}  // namespace migrate::sql::detail
