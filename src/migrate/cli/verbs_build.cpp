#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "migrate/base/text.hpp"
#include "migrate/cli/json.hpp"
#include "migrate/cli/progress.hpp"
#include "migrate/cli/verbs.hpp"
#include "migrate/command/build.hpp"

namespace migrate::cli {
namespace {

void print(Session& session, const command::BuiltRevision& revision) {
  const auto how = revision.cached ? std::string("cached") : fmt::format("compiled in {:.1f} s", revision.seconds);
  const std::string title = revision.title.empty() ? "" : ", " + revision.title;
  session.output.answer(fmt::format("{} {}{}", revision.id, how, title));
  if (!session.verbose) return;
  session.output.answer(fmt::format("  {}", revision.module.string()));
  session.output.answer(
      session.output.styled(Output::Style::dim, fmt::format("  {}", base::join(revision.command, " "))));
  if (!revision.warnings.empty()) session.output.note(base::trim(revision.warnings));
}

ExitCode run_build(Session& session, command::BuildRequest request) {
  const auto context = session.context();
  request.commands = session.verbose;
  session.signals.protect(true);
  command::BuildReport report;
  {
    Progress progress(session, {});
    report = command::build(context, request, progress.compile_events());
  }
  session.signals.protect(false);
  if (session.json) {
    session.output.answer(json::built(report));
    return ExitCode::done;
  }
  for (const auto& revision : report.revisions) print(session, revision);
  const auto warned = std::ranges::count_if(report.revisions, [](const auto& one) { return !one.warnings.empty(); });
  if (warned != 0 && !session.verbose) {
    session.output.note(fmt::format("The compiler warned about {} of them; -v shows what it said", warned));
  }
  if (report.revisions.empty()) {
    session.output.note(report.sql == 0 ? "Nothing to compile: there are no revisions"
                                        : "Nothing to compile: the revisions are written in SQL");
  }
  return ExitCode::done;
}

}  // namespace

void add_build(CLI::App& app, Session& session) {
  auto request = std::make_shared<command::BuildRequest>();
  auto* verb = app.add_subcommand("build", "Compile C++ revisions now instead of when they first run");
  verb->add_option("revisions", request->revisions, "Which: ids, labels, ranges FROM:TO; all when left out");
  verb->footer(
      "upgrade and downgrade compile what they need by themselves; this finds mistakes earlier, and fills the cache.\n"
      "No database is needed. -v shows how each is compiled, its module, and the compiler's warnings.\n"
      "Examples:\n  migrate build\n  migrate build head\n  migrate build 3f2a:head\n  migrate build --json");
  verb->callback(
      [&session, request] { session.action = [&session, request] { return run_build(session, *request); }; });
}

}  // namespace migrate::cli
