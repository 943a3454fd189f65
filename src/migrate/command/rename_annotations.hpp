#pragma once
#include <vector>

#include "migrate/command/schema_source.hpp"
#include "migrate/schema/diff/change.hpp"

namespace migrate::command {

/// The renames that comments `-- renamed: old_name` in the files of a source ask for and that are still to be done to
/// get from the one schema to the other, in terms of `from`. A comment that was followed already is passed over, so it
/// may stay. See sql::RenameNote for where one may stand. None for sources other than files. Throws SchemaError, with
/// the place, for a comment that stands elsewhere.
std::vector<schema::Rename> renames_of(const SchemaSource& source, const schema::Model& from, const schema::Model& to);

}  // namespace migrate::command
