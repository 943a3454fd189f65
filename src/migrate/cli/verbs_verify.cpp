#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "migrate/cli/json.hpp"
#include "migrate/cli/progress.hpp"
#include "migrate/cli/verbs.hpp"
#include "migrate/command/difference_text.hpp"
#include "migrate/command/verify.hpp"

namespace migrate::cli {
namespace {

using command::Verdict;
using command::VerifiedRevision;

std::string named(const VerifiedRevision& one) {
  return one.title.empty() ? one.revision : fmt::format("{}, {}", one.revision, one.title);
}

std::string place_of(const VerifiedRevision& one) {
  if (one.failure && one.failure->line != 0) {
    return fmt::format("{}:{}:{}", one.failure->file, one.failure->line, one.failure->column);
  }
  return one.line == 0 ? one.path.string() : fmt::format("{}:{}", one.path.string(), one.line);
}

void print(Session& session, const VerifiedRevision& one) {
  auto& output = session.output;
  const bool good = command::holds(one.verdict);
  const auto style = !good                                  ? Output::Style::red
                     : one.verdict == Verdict::irreversible ? Output::Style::yellow
                                                            : Output::Style::green;
  output.answer(fmt::format("{}: {} ({:.0f} ms)", named(one), output.styled(style, command::describe(one.verdict)),
                            one.milliseconds));
  if (good) return;
  output.answer("  at: " + place_of(one));
  if (one.failure) output.answer("  " + one.failure->message);
  if (one.failure && !one.failure->hint.empty()) output.answer("  Next: " + one.failure->hint);
  for (const auto& leftover : one.leftovers) output.answer("  " + leftover.text);
}

void report_case(Session& session, const VerifiedRevision& one) {
  // A case that is under way at the end is the one that its finding belongs to.
  using Outcome = ReportCase::Outcome;
  session.report.cases.push_back({.revision = one.revision,
                                  .name = "verify " + named(one),
                                  .file = one.path.string(),
                                  .outcome = command::holds(one.verdict) ? Outcome::done : Outcome::running,
                                  .milliseconds = one.milliseconds});
}

command::VerifyEvents events_of(Session& session, Progress& progress) {
  command::VerifyEvents events;
  events.compile = progress.compile_events();
  events.on_start = [&session](std::size_t number, std::size_t total, const std::string& revision) {
    session.output.progress(fmt::format("Verifying {} of {}: {}", number, total, revision));
  };
  events.on_done = [&session](const VerifiedRevision& one) {
    report_case(session, one);
    session.output.clear_progress();
    if (!session.json && !is_report(session.format)) print(session, one);
  };
  return events;
}

std::string summary(const command::VerifyReport& report) {
  std::size_t irreversible = 0, bad = 0;
  for (const auto& one : report.revisions) {
    if (one.verdict == Verdict::irreversible) ++irreversible;
    if (!command::holds(one.verdict)) ++bad;
  }
  auto text = fmt::format("{} of {} revision{} tried: {} bad, {} irreversible", report.revisions.size(), report.total,
                          report.total == 1 ? "" : "s", bad, irreversible);
  if (report.end) {
    text += fmt::format("; the end {} {}", report.end->equal() ? "equals" : "differs from", report.target);
  } else if (report.target.empty()) {
    text += "; there is no desired schema to compare the end with";
  }
  return text + ".";
}

ExitCode run_verify(Session& session) {
  // No database of the project is asked, so a variable that gives its URL need not be set.
  session.globals.url = "postgresql://";
  const auto context = session.context();
  session.signals.protect(true);
  command::VerifyReport report;
  {
    Progress progress(session, {});
    report = command::verify(context, events_of(session, progress));
  }
  session.signals.protect(false);
  const auto findings = command::findings_of(report);
  session.report.findings.insert(session.report.findings.end(), findings.begin(), findings.end());
  if (session.json) {
    session.output.answer(json::verified(report));
  } else if (!is_report(session.format) && report.end) {
    for (const auto& change : report.end->plan.changes) session.output.answer(command::describe(change));
  }
  if (report.total == 0) note_no_revisions(session, context);
  if (report.holds()) {
    session.output.note(summary(report));
    return ExitCode::done;
  }
  session.output.complain(summary(report));
  session.output.note("No database of yours was touched.");
  return report.upgrade_failed() ? ExitCode::revision_failed : ExitCode::check_failed;
}

}  // namespace

void add_verify(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("verify", "Try every revision up, down and up again on a scratch database");
  verb->footer(
      "Reads the catalog in between: a downgrade has to restore what there was, a second upgrade to do the same "
      "again,\n"
      "and the end to equal autogenerate.target where that exists. Revisions without a downgrade are noted. Needs no\n"
      "database: works on a throw-away server, or that of autogenerate.dev_url. Exits with 3 when something does not\n"
      "hold, with 1 when a revision cannot be applied.\nExamples:\n  migrate verify\n  migrate verify --output junit");
  verb->callback([&session] { session.action = [&session] { return run_verify(session); }; });
}

}  // namespace migrate::cli
