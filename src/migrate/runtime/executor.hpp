#pragma once
#include <map>
#include <span>
#include <string>
#include <vector>

#include "migrate/runtime/cpp_run.hpp"
#include "migrate/runtime/session.hpp"

namespace migrate::runtime {

/// Runs prepared steps on one connection and moves the version table with them. A transactional section, its row
/// change, the SQL hooks and COMMIT travel in one message; a section outside transactions is sent statement by
/// statement. A C++ revision that asks nothing of the database while it runs is sent as a section is.
class Executor {
 public:
  Executor(engine::Connection& connection, VersionTable table, std::vector<std::string> rows, ExecutorOptions options,
           ExecutorEvents events = {});

  /// Throws StepError for the first step that fails; the ones before it stay (or go, in one shared transaction).
  void run(std::span<const PreparedStep> steps);

 private:
  void run_together(std::span<const PreparedStep> steps);
  void attempt_together(std::span<const PreparedStep> steps);
  void run_outside_transaction(const PreparedStep& step);
  void run_section(const PreparedStep& step, bool commit);
  void run_section_outside(const PreparedStep& step);

  Session session_;
  std::map<const PreparedStep*, CppRun::Recording> recordings_;  ///< of C++ steps, for another try
};

}  // namespace migrate::runtime
