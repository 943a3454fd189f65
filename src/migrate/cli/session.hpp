#pragma once
#include <functional>
#include <memory>
#include <string>

#include "migrate/base/clock.hpp"
#include "migrate/cli/output.hpp"
#include "migrate/cli/output_format.hpp"
#include "migrate/cli/run_report.hpp"
#include "migrate/cli/signals.hpp"
#include "migrate/command/config.hpp"
#include "migrate/command/context.hpp"
#include "migrate/command/exit_code.hpp"

namespace migrate::cli {

using command::ExitCode;

/// One run of the program: what the global options said, the streams, and the verb to carry out.
struct Session {
  command::GlobalOptions globals;
  std::vector<std::string> x_words;
  std::string color = "auto";
  bool json = false;  ///< answers as JSON; the same as `format` being json
  std::string format_word = "text";
  OutputFormat format = OutputFormat::text;
  bool events = false;   ///< with `json`: what the server says along the way is told as an event
  bool dry_run = false;  ///< and nothing stays of that run
  bool verbose = false;
  bool quiet = false;
  Output output;
  SignalWatch signals;
  std::function<ExitCode()> action;  ///< set by the verb that was named
  RunReport report;
  base::Stopwatch watch;

  /// The global options with -x taken apart.
  [[nodiscard]] command::GlobalOptions options() const;
  /// Loads the configuration and connects the streams. Throws ConfigError.
  [[nodiscard]] command::Context context();
};

/// Says on stderr where revision files were looked for and not found.
void note_no_revisions(Session& session, const command::Context& context);

/// Words of the command line that look like options but are relative identifiers ("-1") pass the option parser in
/// disguise; this takes it off.
std::string undisguised(std::string word);
std::vector<std::string> undisguised(std::vector<std::string> words);
/// Puts it on: "-1" and "-2:current" only.
std::string disguised(std::string word);

}  // namespace migrate::cli
