#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "migrate/base/text.hpp"
#include "migrate/cli/json.hpp"
#include "migrate/cli/verbs.hpp"

namespace migrate::cli {
namespace {

/// "2026-11-21 10:00:00.123 +00:00  upgrade  e9844b552bfa  done  12 ms  app  ci@build-7"
std::string line(const Session& session, const runtime::JournalRow& row) {
  std::string what = row.revision;
  if (row.statement) {
    what += row.statements > 0 ? fmt::format(" statement {} of {}", *row.statement, row.statements)
                               : fmt::format(" statement {}", *row.statement);
  }
  const auto style = row.outcome == "failed"    ? Output::Style::red
                     : row.outcome == "started" ? Output::Style::yellow
                                                : Output::Style::green;
  std::string text =
      fmt::format("{}  {:<9}  {}  {}", row.started_at, row.direction, what, session.output.styled(style, row.outcome));
  if (!row.finished_at.empty()) text += fmt::format("  {:.0f} ms", row.duration_ms);
  text += fmt::format("  {}", row.who);
  if (!row.host.empty()) text += fmt::format("  {}", row.host);
  if (session.verbose && !row.tool.empty()) text += fmt::format("  {}", row.tool);
  if (session.verbose && !row.checksum.empty()) text += fmt::format("  {}", row.checksum);
  if (!row.message.empty()) text += fmt::format("\n    {}", base::replace_all(row.message, "\n", "\n    "));
  return text;
}

ExitCode print_log(Session& session, const command::LogReport& report) {
  if (session.json) {
    session.output.answer(json::journal(report));
    return ExitCode::done;
  }
  for (const auto& row : report.rows) session.output.answer(line(session, row));
  if (!report.exists) {
    session.output.note(
        fmt::format("There is no {} yet: the first upgrade makes it, unless safety.journal is false.", report.table));
  } else if (report.rows.empty()) {
    session.output.note("Nothing is noted about it.");
  }
  return ExitCode::done;
}

ExitCode print_accepted(Session& session, const command::AcceptReport& report) {
  if (session.json) {
    session.output.answer(json::accepted(report));
    return ExitCode::done;
  }
  for (const auto& id : report.accepted) session.output.answer(id);
  for (const auto& id : report.unchanged) session.output.note(fmt::format("{} is what was applied already", id));
  if (report.accepted.empty() && report.unchanged.empty()) session.output.note("No applied revision was edited");
  return ExitCode::done;
}

}  // namespace

void add_log(CLI::App& app, Session& session) {
  struct Options {
    std::string revision;
    int limit = 50;
  };
  auto options = std::make_shared<Options>();
  auto* verb = app.add_subcommand("log", "What was run on the database, when, by whom and with what outcome");
  verb->add_option("revision", options->revision, "Only about this revision");
  verb->add_option("--limit", options->limit, "So many rows at most, the newest first; 0: all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  verb->footer("Examples:\n  migrate log\n  migrate log e984 --limit 0\n  migrate log --json");
  verb->callback([&session, options] {
    session.action = [&session, options] {
      const auto revision = options->revision.empty() ? std::nullopt : std::optional(options->revision);
      return print_log(session, command::log(session.context(), revision, static_cast<std::size_t>(options->limit)));
    };
  });
}

void add_accept(CLI::App& app, Session& session) {
  auto revisions = std::make_shared<std::vector<std::string>>();
  auto all = std::make_shared<bool>(false);
  auto* verb = app.add_subcommand("accept", "Take edited files of applied revisions for what was applied");
  auto* named = verb->add_option("revisions", *revisions, "Revisions whose files are right as they are now");
  verb->add_flag("--all", *all, "All that were edited")->excludes(named);
  verb->footer("Examples:\n  migrate accept e984\n  migrate accept --all");
  verb->callback([&session, revisions, all] {
    session.action = [&session, revisions, all] {
      if (revisions->empty() && !*all) {
        throw command::UsageError("accept needs to know which revisions", "Name them, or give --all.");
      }
      return print_accepted(session, command::accept(session.context(), *revisions));
    };
  });
}

}  // namespace migrate::cli
