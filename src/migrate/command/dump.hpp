#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "migrate/command/context.hpp"
#include "migrate/command/schema_source.hpp"

namespace migrate::command {

struct DumpRequest {
  SchemaSource source{};              ///< the project's database unless said otherwise
  std::filesystem::path file{};       ///< replaced; empty: the script is only returned
  std::filesystem::path directory{};  ///< --split: a file for each object, in folders by schema and kind
};

struct DumpReport {
  std::string script;                            ///< one script; empty with a directory
  std::vector<std::filesystem::path> written{};  ///< in the order of their names
  std::vector<std::filesystem::path> removed{};  ///< dumped earlier, of objects that are gone
  std::vector<std::string> warnings{};           ///< what the schema has and the dump has not
};

/// Writes a schema as SQL that loads into an empty database: the same text for the same schema. Throws UsageError where
/// --split would overwrite a file that no dump wrote, base::FileError, and as SchemaReader::read() does.
DumpReport dump(const Context& context, const DumpRequest& request);

}  // namespace migrate::command
