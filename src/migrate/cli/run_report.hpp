#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "migrate/base/clock.hpp"
#include "migrate/base/environment.hpp"
#include "migrate/command/failure.hpp"
#include "migrate/command/finding.hpp"
#include "migrate/command/move.hpp"

namespace migrate::cli {

/// One step of a run.
struct ReportCase {
  enum class Outcome { running, done, taken_back };
  std::string revision;
  std::string name;  ///< "upgrade a1 -> b2, title"
  std::string file;
  Outcome outcome = Outcome::running;
  double milliseconds = 0;
  std::vector<std::string> rows_after{};
  base::Stopwatch watch{};
};

/// What a run did and found, gathered as it goes on, for the documents of --output. Not thread-safe.
struct RunReport {
  std::string command = "migrate";  ///< "migrate upgrade"
  std::vector<ReportCase> cases;
  std::vector<command::Finding> findings;
  std::filesystem::path config_file;  ///< once it is known
  int exit_code = 0;
  double milliseconds = 0;
  std::string started_at;  ///< "2026-11-21T10:00:00", UTC

  void begin(const command::StepReport& step);
  void end(const command::StepReport& step);
  /// The step is tried again; those after it in the same transaction were taken back with it.
  void begin_again(const command::StepReport& step);
  /// The run ended like this: a finding about the step that was under way, and steps that were rolled back marked so.
  void fail(const command::Failure& failure);
  /// Makes every path below `root` relative to it; configuration files too.
  void relate_paths(const std::filesystem::path& root);
};

/// Where paths of findings count from: the root of the checkout where a CI system names it (GITHUB_WORKSPACE,
/// CI_PROJECT_DIR), else the working directory.
std::filesystem::path report_root(const base::Environment& environment);

/// "2026-11-21T10:00:00"
std::string utc_text(std::chrono::system_clock::time_point time);

}  // namespace migrate::cli
