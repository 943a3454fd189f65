#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "migrate/runtime/prepared_step.hpp"
#include "migrate/runtime/run_options.hpp"
#include "migrate/sql/effect.hpp"

namespace migrate::runtime {

/// One statement of a step that has not run, and what it would do.
struct OutlinedStatement {
  std::string file;        ///< the revision's path, or that of a header a C++ revision includes
  std::size_t line = 0;    ///< from 1; 0: not known
  std::size_t column = 0;  ///< same
  std::string sql;
  std::string kind;            ///< "ALTER TABLE"
  std::size_t copy_bytes = 0;  ///< of the data that COPY brings along
  bool outside = false;        ///< runs outside the step's transaction
  sql::Effect effect;

  /// "versions/ab_x.sql:12:3"
  [[nodiscard]] std::string place() const;
};

/// What a step is made of, found out without a database.
struct StepOutline {
  std::vector<OutlinedStatement> statements;
  /// Where a C++ revision asks the database: what it runs after that depends on the answer, and need not be listed.
  std::vector<std::string> questions;
};

/// The statements of a SQL section, or what a C++ revision's function asks for in offline mode. Throws RevisionError
/// when that throws.
StepOutline outline(const PreparedStep& step, const RevisionInputs& inputs);

}  // namespace migrate::runtime
