#pragma once
#include <string>
#include <vector>

#include "migrate/schema/diff/plan.hpp"
#include "support/temp_database.hpp"

/// Whether a plan does what it says, by the word of pg_dump.
namespace migrate::test {

/// The whole database as the reader sees it, privileges and foreign objects included.
schema::Model model_of(const TempDatabase& database);

/// `pg_dump -s` with what has no order sorted, and without comments.
std::string schema_of(const TempDatabase& database);

/// Runs the plan group by group, as a run of revisions would.
void execute(const TempDatabase& database, const schema::Plan& plan);

struct OracleOptions {
  std::vector<schema::Rename> renames{};
  bool online = false;
};

/// Makes databases with both schemas, plans from one to the other and back, executes, and compares: the dump must be
/// that of the schema wanted, and no difference be left. Empty when all holds, else what does not, with the plan.
std::string fault_of(const std::string& old_sql, const std::string& new_sql, const OracleOptions& options = {});

}  // namespace migrate::test
