#pragma once
#include <initializer_list>
#include <string>

#include "support/project.hpp"

namespace migrate::test {

/// Checks that a run ended with this code, said each of the words on stderr, and kept stdout empty.
inline void expect_refused(const RunResult& result, int code, std::initializer_list<std::string> words) {
  INFO("stdout: " << result.out << "\nstderr: " << result.err);
  CHECK(result.exit_code == code);
  CHECK(result.out.empty());
  for (const auto& word : words) {
    INFO("wanted on stderr: " << word);
    CHECK(result.err.find(word) != std::string::npos);
  }
  CHECK(result.err.find("terminate called") == std::string::npos);
}

inline void expect_done(const RunResult& result) {
  INFO("stdout: " << result.out << "\nstderr: " << result.err);
  CHECK(result.exit_code == 0);
}

/// Number of tables the database holds outside the system's schemas, the journal left out.
inline int tables(TempDatabase& database) {
  return std::stoi(
      database.query("SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
                     " WHERE relkind = 'r' AND relname NOT LIKE '%version\\_log' AND nspname NOT LIKE 'pg\\_%' AND "
                     "nspname <> 'information_schema'"));
}

/// The version rows, joined by commas; "(no table)" without one.
inline std::string version_rows(TempDatabase& database) {
  if (database.query("SELECT to_regclass('public.alembic_version')").empty()) return "(no table)";
  return database.query(
      "SELECT coalesce(string_agg(version_num, ',' ORDER BY version_num), '') FROM public.alembic_version");
}

}  // namespace migrate::test
