#pragma once
#include <string>

#include "migrate/command/context.hpp"

namespace migrate::command {

struct EnsureVersionReport {
  std::string table;  ///< schema-qualified
  bool created = false;
  std::string script;  ///< --sql: the statement, and nothing was run
};

/// Creates the version table when it is missing, and nothing else.
EnsureVersionReport ensure_version(const Context& context, bool sql);

}  // namespace migrate::command
