#include "migrate/cli/run_report.hpp"

#include <fmt/chrono.h>

#include <algorithm>

namespace migrate::cli {
namespace {

using Outcome = ReportCase::Outcome;

/// As it is where it lies elsewhere.
std::string related(const std::string& file, const std::filesystem::path& root) {
  if (file.empty()) return file;
  std::error_code no_directory;
  const auto path = std::filesystem::absolute(file, no_directory).lexically_normal();
  if (no_directory) return file;
  const auto relative = path.lexically_relative(root);
  if (relative.empty() || *relative.begin() == "..") return path.string();
  return relative.string();
}

}  // namespace

void RunReport::begin(const command::StepReport& step) {
  if (!cases.empty() && cases.back().outcome == Outcome::running) cases.pop_back();
  std::string name = step.line;
  constexpr std::string_view k_running = "Running ";
  if (name.starts_with(k_running)) name.erase(0, k_running.size());
  cases.push_back({.revision = step.step.revision,
                   .name = std::move(name),
                   .file = step.path.string(),
                   .rows_after = step.step.rows_after});
}

void RunReport::end(const command::StepReport& step) {
  if (cases.empty() || cases.back().revision != step.step.revision) begin(step);
  cases.back().outcome = Outcome::done;
  cases.back().milliseconds = step.milliseconds;
}

void RunReport::begin_again(const command::StepReport& step) {
  cases.erase(std::ranges::find(cases, step.step.revision, &ReportCase::revision), cases.end());
}

void RunReport::fail(const command::Failure& failure) {
  auto found = command::findings_of(failure);
  const bool under_way = !cases.empty() && cases.back().outcome == Outcome::running;
  if (under_way && found.front().revision.empty()) found.front().revision = cases.back().revision;
  if (under_way && cases.back().revision != found.front().revision) cases.pop_back();
  if (under_way && !cases.empty()) cases.back().milliseconds = cases.back().watch.milliseconds();
  findings.insert(findings.end(), found.begin(), found.end());
  if (!failure.heads) return;
  auto heads = *failure.heads;
  std::ranges::sort(heads);
  // What stands behind the step that left the version rows as they are now was rolled back.
  for (auto step = cases.rbegin(); step != cases.rend(); ++step) {
    auto rows = step->rows_after;
    std::ranges::sort(rows);
    if (step->outcome == Outcome::done && rows == heads) break;
    if (step->outcome == Outcome::done) step->outcome = Outcome::taken_back;
  }
}

void RunReport::relate_paths(const std::filesystem::path& root) {
  const auto normal = root.lexically_normal();
  for (auto& one : cases) one.file = related(one.file, normal);
  for (auto& finding : findings) finding.file = related(finding.file, normal);
  config_file = config_file.empty() ? "alembic.toml" : related(config_file.string(), normal);
}

std::filesystem::path report_root(const base::Environment& environment) {
  for (const auto* name : {"GITHUB_WORKSPACE", "CI_PROJECT_DIR"}) {
    const auto value = environment(name);
    if (value && !value->empty()) return *value;
  }
  std::error_code no_directory;
  return std::filesystem::current_path(no_directory);
}

std::string utc_text(std::chrono::system_clock::time_point time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

}  // namespace migrate::cli
