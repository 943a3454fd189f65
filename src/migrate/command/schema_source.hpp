#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/command/context.hpp"

namespace migrate::command {

/// Where a schema comes from.
struct SchemaSource {
  enum class Kind {
    database,   ///< the project's database as it is
    url,        ///< another one
    files,      ///< SQL files, or directories of them
    revisions,  ///< what the project's revisions build, all of them
  };
  Kind kind = Kind::database;
  std::vector<std::filesystem::path> files{};
  std::string url{};
};

/// The project's autogenerate.target.
SchemaSource target_source(const Context& context);

/// A word of the command line: `database`, `revisions`, `target`, a URL, or the path of a file or directory, which
/// counts from the working directory. Throws UsageError for a path that is not there.
SchemaSource parse_schema_source(const Context& context, std::string_view word);

/// For messages: "the database postgresql://…", "schema.sql", "the revisions". Passwords are hidden.
std::string describe(const Context& context, const SchemaSource& source);

}  // namespace migrate::command
