#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/sql/subject.hpp"

namespace migrate::sql {

/// A comment `-- renamed: old_name` on a line of its own, and what it stands before.
struct RenameNote {
  std::string statement;  ///< the words that say what is made: "TABLE", "MATERIALIZED VIEW", "INDEX", "TYPE"
  ObjectName object;      ///< what the statement makes
  std::string part;       ///< column, attribute, constraint or enum value within it; empty: the whole
  enum class Part { none, column, constraint, value } part_kind = Part::none;
  std::string old_name;
  std::size_t offset = 0;  ///< of the comment in the text
};

/// All of a script, as split() cuts it. Throws SqlSyntaxError for one that stands before something else than the
/// beginning of a CREATE statement, of a column or named constraint in CREATE TABLE or of a value in CREATE TYPE, and
/// for one without exactly one name.
std::vector<RenameNote> rename_notes(std::string_view text);

}  // namespace migrate::sql
