#pragma once
#include <string>

namespace CLI {
class App;
}

namespace migrate::cli {

struct Session;

/// What --output asks for.
enum class OutputFormat { text, json, junit, sarif, github, gitlab };

/// The word of the command line; text for one that is none.
OutputFormat output_format(const std::string& word);
/// One document at the end of the run instead of answers: all but text and json.
bool is_report(OutputFormat format);

/// Throws UsageError when a report is asked of a command that has nothing to report.
void refuse_output_format(const CLI::App& app, const Session& session);

/// Ends a run: writes the report that was asked for, whole whatever became of the run; under GitHub Actions findings
/// become annotations even if no report was asked for, told on stderr, which the runner reads as well.
void conclude(Session& session, int exit_code);

}  // namespace migrate::cli
