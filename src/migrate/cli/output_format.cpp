#include "migrate/cli/output_format.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>

#include "migrate/base/text.hpp"
#include "migrate/cli/report_formats.hpp"
#include "migrate/cli/session.hpp"

namespace migrate::cli {
namespace {

struct FormatName {
  std::string_view word;
  OutputFormat format;
};

constexpr std::array<FormatName, 6> k_formats{{{"text", OutputFormat::text},
                                               {"json", OutputFormat::json},
                                               {"junit", OutputFormat::junit},
                                               {"sarif", OutputFormat::sarif},
                                               {"github", OutputFormat::github},
                                               {"gitlab", OutputFormat::gitlab}}};

/// Commands whose end is worth a report, and the option that makes it so.
struct Reporting {
  std::string_view verb;
  const char* option;
};
constexpr std::array<Reporting, 8> k_reporting{{{"upgrade", nullptr},
                                                {"verify", nullptr},
                                                {"check", nullptr},
                                                {"downgrade", nullptr},
                                                {"stamp", nullptr},
                                                {"heads", "--check"},
                                                {"current", "--check-heads"},
                                                {"status", "--check"}}};

std::string reporting_commands() {
  std::vector<std::string> names;
  for (const auto& [verb, option] : k_reporting) {
    names.push_back(option == nullptr ? fmt::format("`{}`", verb) : fmt::format("`{} {}`", verb, option));
  }
  return base::join(names, ", ");
}

std::string document(OutputFormat format, const RunReport& report) {
  switch (format) {
    case OutputFormat::junit:
      return junit(report);
    case OutputFormat::sarif:
      return sarif(report);
    case OutputFormat::gitlab:
      return code_quality(report);
    case OutputFormat::github:
      return workflow_commands(report.findings);
    default:
      return {};
  }
}

}  // namespace

OutputFormat output_format(const std::string& word) {
  const auto* const found = std::ranges::find(k_formats, word, &FormatName::word);
  return found == k_formats.end() ? OutputFormat::text : found->format;
}

bool is_report(OutputFormat format) {
  return format != OutputFormat::text && format != OutputFormat::json;
}

void refuse_output_format(const CLI::App& app, const Session& session) {
  if (!is_report(session.format) || app.get_subcommands().empty()) return;
  const auto* const verb = app.get_subcommands().front();
  const auto* const found = std::ranges::find(k_reporting, verb->get_name(), &Reporting::verb);
  const bool fits = found != k_reporting.end() && (found->option == nullptr || verb->count(found->option) != 0);
  const auto* const sql = verb->get_option_no_throw("--sql");
  if (fits && (sql == nullptr || sql->count() == 0)) return;
  throw command::UsageError(
      fmt::format("`migrate {}` has nothing to say as --output {}", verb->get_name(), session.format_word),
      fmt::format("It goes with {}, without --sql; --output json goes with every command.", reporting_commands()));
}

void conclude(Session& session, int exit_code) {
  const auto environment = base::process_environment();
  auto& report = session.report;
  report.exit_code = exit_code;
  report.milliseconds = session.watch.milliseconds();
  const bool annotate = !is_report(session.format) && environment("GITHUB_ACTIONS") == "true";
  if (!annotate && !is_report(session.format)) return;
  report.relate_paths(report_root(environment));
  if (is_report(session.format)) {
    session.output.raw(document(session.format, report));
    return;
  }
  const auto lines = workflow_commands(report.findings);
  if (!lines.empty()) session.output.complain(base::trim(lines));
}

}  // namespace migrate::cli
