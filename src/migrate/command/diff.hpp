#pragma once
#include <string>

#include "migrate/command/comparison.hpp"
#include "migrate/command/context.hpp"
#include "migrate/command/schema_source.hpp"

namespace migrate::command {

struct DiffRequest {
  SchemaSource from{};  ///< the project's database unless said otherwise
  SchemaSource to{};
};

struct DiffReport {
  std::string from{}, to{};  ///< what was compared, for people
  Comparison comparison{};
};

/// Compares any two schemas. Nothing is changed anywhere. Throws as SchemaReader::read() does.
DiffReport diff(const Context& context, const DiffRequest& request);

}  // namespace migrate::command
