#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "migrate/base/text.hpp"
#include "migrate/cli/json.hpp"
#include "migrate/cli/text.hpp"
#include "migrate/cli/verbs.hpp"
#include "migrate/command/half_done.hpp"
#include "migrate/command/status.hpp"
#include "migrate/command/wait.hpp"

namespace migrate::cli {
namespace {

using command::StatusReport;
using Lines = std::vector<std::string>;
using Style = Output::Style;

/// More than this of one kind would push the rest off the screen; -v shows all.
constexpr std::size_t k_shown = 10;

/// "Label:      first", and what follows below the first.
std::string entry(std::string_view label, const Lines& lines) {
  constexpr std::size_t k_indent = 12;
  std::string text = fmt::format("{:<{}}", fmt::format("{}:", label), k_indent);
  const std::string break_with_indent = "\n" + std::string(k_indent, ' ');
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) text += break_with_indent;
    text += base::replace_all(lines[i], "\n", break_with_indent);
  }
  return text;
}

Lines shortened(Lines lines, bool all) {
  if (all || lines.size() <= k_shown) return lines;
  const std::size_t left = lines.size() - k_shown;
  lines.resize(k_shown);
  lines.push_back(fmt::format("… and {} more (-v shows all)", left));
  return lines;
}

Lines standing(const StatusReport& report, const Output& output) {
  Lines lines;
  for (const auto& revision : report.current) lines.push_back(short_line(revision, {.title = true}, output));
  for (const auto& row : report.unknown) {
    lines.push_back(fmt::format("{}, which these files do not have", output.styled(Style::red, row)));
  }
  if (!report.version_table_exists) lines.push_back(fmt::format("base: there is no {} yet", report.version_table));
  if (lines.empty()) lines.emplace_back("base: no revision is applied");
  return lines;
}

std::string applied(const StatusReport& report) {
  const std::string count = fmt::format("{} of {} revisions", report.applied, report.revisions);
  return report.unknown.empty() ? count : "at least " + count + ": more cannot be told of a database that is ahead";
}

Lines pending(const Session& session, const StatusReport& report) {
  Lines lines;
  for (const auto& revision : report.pending) {
    lines.push_back("  " + short_line(revision, {.labels = true, .title = true}, session.output));
  }
  lines = shortened(std::move(lines), session.verbose);
  lines.insert(lines.begin(), report.pending.empty() ? "none" : std::to_string(report.pending.size()));
  return lines;
}

/// "upgrade ab12 done, 2026-11-21 10:00:00.123 +00:00 by app, ci@build-7"
std::string last_row(const runtime::JournalRow& row) {
  const auto statement = row.statement ? fmt::format(" statement {}", *row.statement) : std::string();
  return fmt::format("{} {}{} {}, {} by {}{}", row.direction, row.revision, statement, row.outcome, row.started_at,
                     row.who, row.host.empty() ? "" : ", " + row.host);
}

void print(Session& session, const StatusReport& report) {
  auto& output = session.output;
  output.answer(entry("Database", {report.database}));
  output.answer(entry("Stands at", standing(report, output)));
  output.answer(entry("Applied", {applied(report)}));
  output.answer(entry("Pending", pending(session, report)));
  if (!report.edited.empty()) {
    Lines lines;
    for (const auto& edited : report.edited) lines.push_back(command::describe(edited));
    output.answer(entry("Edited", shortened(std::move(lines), session.verbose)));
  }
  if (!report.half_done.empty()) {
    Lines lines;
    for (const auto& row : report.half_done) lines.push_back(command::describe(row));
    output.answer(entry("Half done", shortened(std::move(lines), session.verbose)));
  }
  if (!report.journal_readable) {
    output.answer(
        entry("Journal", {fmt::format("this role may not read {}: what was edited or is half done is not known",
                                      report.journal_table)}));
  }
  if (report.last) output.answer(entry("Last step", {last_row(*report.last)}));
}

/// "2 revisions pending, 1 edited"
std::string shortcomings(const StatusReport& report) {
  Lines parts;
  const auto add = [&](std::size_t count, std::string_view one, std::string_view many) {
    if (count > 0) parts.push_back(fmt::format("{} {}", count, count == 1 ? one : many));
  };
  add(report.pending.size(), "revision is pending", "revisions are pending");
  add(report.edited.size(), "was edited after it had been applied", "were edited after they had been applied");
  add(report.half_done.size(), "is half done", "are half done");
  add(report.unknown.size(), "is known to the database alone", "are known to the database alone");
  if (!report.journal_readable) parts.emplace_back("the journal may not be read");
  return base::join(parts, ", ");
}

/// What keeps the check from holding, one by one.
void add_findings(RunReport& into, const StatusReport& report) {
  const auto add = [&](const char* rule, const std::string& message, const std::string& file,
                       const std::string& revision) {
    into.findings.push_back({.rule = rule, .message = message, .file = file, .revision = revision});
  };
  for (const auto& revision : report.pending) {
    add("pending-revision", fmt::format("revision {} is not applied: {}", revision.id, revision.title),
        revision.path.string(), revision.id);
  }
  for (const auto& edited : report.edited) into.findings.push_back(command::edited_finding(edited));
  for (const auto& row : report.half_done) {
    add("half-done-revision", "begun and not ended: " + command::describe(row), "", row.revision);
  }
  for (const auto& row : report.unknown) {
    add("unknown-revision", fmt::format("the database is at {}, which these files do not have", row), "", row);
  }
  if (!report.journal_readable) {
    add("journal-unreadable", fmt::format("this role may not read {}", report.journal_table), "", "");
  }
}

ExitCode run_status(Session& session, bool check) {
  const auto context = session.context();
  const auto report = command::status(context);
  if (session.json) {
    session.output.answer(json::status(report));
  } else if (!is_report(session.format)) {
    print(session, report);
    if (report.revisions == 0) note_no_revisions(session, context);
  }
  if (!check || report.up_to_date()) return ExitCode::done;
  add_findings(session.report, report);
  session.output.complain(fmt::format("Database and files differ: {}", shortcomings(report)));
  return ExitCode::check_failed;
}

ExitCode run_wait(Session& session, double seconds) {
  constexpr double k_longest = 1e6;
  if (!(seconds >= 0 && seconds <= k_longest)) {
    throw command::UsageError(fmt::format("--timeout {} is no time to wait", seconds),
                              fmt::format("Give seconds from 0 to {:.0f}.", k_longest));
  }
  const auto context = session.context();
  session.signals.protect(true);
  const auto timeout = std::chrono::milliseconds(static_cast<std::chrono::milliseconds::rep>(seconds * 1000));
  const auto report = command::wait(context, timeout, [&](const std::string& reason) {
    session.output.note(fmt::format("Waiting up to {:.6g} s for the database: {}", seconds, reason));
  });
  session.signals.protect(false);
  if (session.json) {
    session.output.answer(json::answered(report));
  } else {
    session.output.note(fmt::format("{} answers: PostgreSQL {}", report.database, report.server_version));
  }
  return ExitCode::done;
}

}  // namespace

void add_status(CLI::App& app, Session& session) {
  auto check = std::make_shared<bool>(false);
  auto* verb = app.add_subcommand("status", "Show on one screen how files and database stand to each other");
  verb->add_flag("--check", *check,
                 "Exit with 3 when a revision is pending, edited, half done or unknown to the files");
  verb->footer(
      "Where the database stands, what is pending, which applied revisions were edited, which one was begun and not\n"
      "ended, and the last step that was noted. Nothing is written.\nExamples:\n  migrate status\n"
      "  migrate status --check --json");
  verb->callback([&session, check] { session.action = [&session, check] { return run_status(session, *check); }; });
}

void add_wait(CLI::App& app, Session& session) {
  auto seconds = std::make_shared<double>(60);
  auto* verb = app.add_subcommand("wait", "Wait until the server takes connections and answers");
  verb->add_option("--timeout", *seconds, "Seconds after which to give up and exit with 4")
      ->type_name("SECONDS")
      ->capture_default_str();
  verb->footer(
      "A wrong password, an unknown database or role are told at once: waiting would not help.\n"
      "Examples:\n  migrate wait && migrate upgrade\n  migrate wait --timeout 10");
  verb->callback([&session, seconds] { session.action = [&session, seconds] { return run_wait(session, *seconds); }; });
}

}  // namespace migrate::cli
