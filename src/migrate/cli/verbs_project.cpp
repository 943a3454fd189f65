#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "migrate/base/text.hpp"
#include "migrate/cli/json.hpp"
#include "migrate/cli/verbs.hpp"
#include "migrate/command/rebase.hpp"

namespace migrate::cli {

void add_config(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("config", "Print the effective configuration and where each value comes from");
  verb->footer("Passwords are hidden.\nExamples:\n  migrate config\n  migrate -n billing config --json");
  verb->callback([&session] {
    session.action = [&session] {
      const auto settings = command::effective_settings(session.options(), base::process_environment());
      if (session.json) {
        session.output.answer(json::settings(settings));
        return ExitCode::done;
      }
      for (const auto& setting : settings) {
        session.output.answer(fmt::format(
            "{} = {}  {}", setting.key, setting.value.empty() ? "\"\"" : base::replace_all(setting.value, "\n", "\\n"),
            session.output.styled(Output::Style::dim, fmt::format("# {}", setting.origin))));
      }
      return ExitCode::done;
    };
  });
}

void add_rebase(CLI::App& app, Session& session) {
  auto request = std::make_shared<command::RebaseRequest>();
  auto* verb = app.add_subcommand("rebase", "Put a branch that is not yet applied on top of another head");
  verb->add_option("revision", request->revision, "The end of the branch to move")->required();
  verb->add_option("--onto", request->onto, "Where to; the only other head when left out");
  verb->add_flag("--force", request->force, "Do not ask the database whether any of it is applied");
  verb->footer(
      "Rewrites only the down_revision line of the branch's first revisions.\nExample:\n  migrate rebase my_label "
      "--onto head");
  verb->callback([&session, request] {
    session.action = [&session, request] {
      const auto report = command::rebase(session.context(), *request);
      if (session.json) {
        session.output.answer(json::rebase(report));
        return ExitCode::done;
      }
      if (report.moved.empty()) {
        session.output.note(fmt::format("Nothing to do: the branch stands on {} already", report.onto));
        return ExitCode::done;
      }
      for (const auto& path : report.rewritten) session.output.answer(path.string());
      session.output.note(fmt::format("{} now {} on {}", base::join(report.moved, ", "),
                                      report.moved.size() == 1 ? "builds" : "build", report.onto));
      return ExitCode::done;
    };
  });
}

}  // namespace migrate::cli
