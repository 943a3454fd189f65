#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "migrate/command/compile.hpp"
#include "migrate/command/context.hpp"
#include "migrate/runtime/step_outline.hpp"
#include "migrate/script/plan.hpp"

namespace migrate::command {

/// One statement of a plan; `file` counts from the folder of alembic.toml.
struct PlannedStatement : runtime::OutlinedStatement {
  std::optional<std::size_t> transaction{};  ///< which of the run's transactions it is part of; nothing: none

  bool on_new = false;  ///< the relation under its lock is one that the plan itself makes

  /// On one line of so many characters at most; a password is cut off.
  [[nodiscard]] std::string brief(std::size_t width) const;
};

struct PlannedStep {
  script::Step step;
  std::string title;
  std::string heading;  ///< "upgrade a -> b, title"
  std::string path;     ///< as PlannedStatement::file
  bool cpp = false;
  std::string checksum;  ///< of the section that runs, or of the C++ source; empty: there is none
  /// It has a downgrade. A downgrade without one is planned nevertheless, with no statements: it would be refused.
  bool reversible = true;
  std::vector<PlannedStatement> statements;
  std::vector<std::string> questions;  ///< as runtime::StepOutline::questions
  std::size_t rows_transaction = 0;    ///< the transaction that moves the version rows
};

/// What a run would do, and nothing that tells one database from another.
struct Plan {
  script::Direction direction = script::Direction::upgrade;
  std::string target;
  std::vector<std::string> rows_before, rows_after;
  bool transaction_per_migration = true;
  std::vector<PlannedStep> steps;
};

struct PlanRequest {
  std::string target = "head";  ///< with a range from:to no database is asked
  script::Direction direction = script::Direction::upgrade;
};

/// Plans a move and runs nothing. C++ revisions are compiled, and their functions called in offline mode. Throws script
/// errors, DatabaseError …
Plan plan(const Context& context, const PlanRequest& request, const CompileEvents& events = {});

/// The plan that prepared steps carry out.
Plan plan_of(const Context& context, script::Direction direction, std::string target, std::vector<std::string> rows,
             std::span<const runtime::PreparedStep> steps);

}  // namespace migrate::command
