#pragma once
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "migrate/runtime/prepared_step.hpp"
#include "migrate/runtime/run_options.hpp"
#include "migrate/runtime/version_apply.hpp"
#include "migrate/runtime/version_table.hpp"

namespace migrate::runtime {

struct OfflineOptions {
  bool transaction_per_migration = true;
  bool create_table = true;  ///< begin with CREATE TABLE IF NOT EXISTS for the version table
  std::string lock_timeout{};
  std::string statement_timeout{};
  VersionApplyHooks on_version_apply{};  ///< only the SQL of them: a script cannot run programs
  RevisionInputs inputs{};
  JournalOptions journal{};
  std::function<void(const PreparedStep&, const std::string&)> on_log{};  ///< a C++ revision tells something
};

/// The steps as a script for `psql -f`, the same statements the executor sends. Each row change is preceded by a guard
/// that aborts when the database is not where the script assumes; sections outside transactions stand outside BEGIN;
/// COPY data is carried through. The functions of C++ revisions are called in offline mode; throws RevisionError when
/// one of them needs a database.
std::string write_offline_script(std::span<const PreparedStep> steps, const VersionTable& table,
                                 const OfflineOptions& options);

/// "Running upgrade a -> b, title": the words of the progress line, shared by both.
std::string describe_step(const script::Step& step, std::string_view title);

}  // namespace migrate::runtime
