#pragma once
#include <string>
#include <vector>

#include "migrate/command/schema_reader.hpp"
#include "migrate/schema/diff/plan.hpp"

namespace migrate::command {

/// Two schemas set against each other.
struct Comparison {
  schema::Model from{}, to{};  ///< texts in `to` that mean the same as in `from` are written as there
  schema::Plan plan{};
  /// What is not compared and stands on one side only: "operator public.=== (integer, integer) is only in …".
  std::vector<std::string> warnings{};

  [[nodiscard]] bool equal() const { return plan.changes.empty(); }
};

/// What the two sides are called in warnings.
struct SideNames {
  std::string from{}, to{};
};

/// Plans the way from one schema to the other. PostgreSQL may write an expression otherwise once it has been dumped and
/// restored; where only texts of that kind differ, both sides are dumped, restored and read again before they are
/// called different. Throws as schema::plan() does.
Comparison compare(SchemaReader& reader, schema::Model from, schema::Model to, const schema::PlanOptions& options = {},
                   const SideNames& names = {"the database", "the target"});

/// SQL that builds the schema in an empty database, always the same for the same schema.
std::string dump_script(const schema::Model& model);
/// The statements it consists of, without session settings; `routines`: whether bodies must not be checked.
std::vector<schema::PlannedStatement> dump_statements(const schema::Model& model, bool& routines);

}  // namespace migrate::command
