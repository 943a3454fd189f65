#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "migrate/base/text.hpp"
#include "migrate/cli/json.hpp"
#include "migrate/cli/verbs.hpp"
#include "migrate/command/check.hpp"
#include "migrate/command/difference_text.hpp"
#include "migrate/command/dump.hpp"

namespace migrate::cli {
namespace {

constexpr std::string_view k_sources =
    "database, revisions (what versions/ builds), target (autogenerate.target), a URL, or the path of SQL files";

void warn(Session& session, const std::vector<std::string>& warnings) {
  for (const auto& text : warnings) {
    session.report.findings.push_back({.rule = "unmanaged-object", .level = command::Level::warning, .message = text});
    session.output.complain(fmt::format("{} {}", session.output.styled_note(Output::Style::yellow, "Warning:"), text));
  }
}

std::string styled_line(const schema::Change& change, const Output& output) {
  using Kind = schema::ChangeKind;
  const auto style = change.kind == Kind::create ? Output::Style::green
                     : change.kind == Kind::drop ? Output::Style::red
                                                 : Output::Style::yellow;
  const std::string text = command::describe(change);
  const auto word = text.find(' ');
  return output.styled(style, text.substr(0, word)) + text.substr(word);
}

void print_changes(Session& session, const command::DiffReport& report) {
  std::string text;
  for (const auto& change : report.comparison.plan.changes) text += styled_line(change, session.output) + '\n';
  session.output.raw(text);
  for (const auto& suggestion : report.comparison.plan.suggestions) session.output.note(command::describe(suggestion));
}

std::string counted(std::size_t count) {
  return fmt::format("{} difference{}", count, count == 1 ? "" : "s");
}

ExitCode run_check(Session& session, const command::CheckRequest& request) {
  const auto report = command::check(session.context(), request);
  const auto& comparison = report.comparison;
  if (session.json) {
    session.output.answer(json::differences(report));
  } else if (!is_report(session.format)) {
    if (comparison.equal()) session.output.answer("No new upgrade operations detected.");
    print_changes(session, report);
  }
  warn(session, comparison.warnings);
  if (comparison.equal()) return ExitCode::done;
  const std::string hint =
      "`migrate revision --autogenerate -m MESSAGE` writes a revision that does this to the database; where the "
      "database is right, correct the schema files.";
  for (const auto& change : comparison.plan.changes) {
    session.report.findings.push_back({.rule = "schema-differs", .message = command::describe(change), .hint = hint});
  }
  session.output.complain(fmt::format("New upgrade operations detected: {} between {} and {}.",
                                      counted(comparison.plan.changes.size()), report.from, report.to));
  session.output.note(hint);
  return ExitCode::check_failed;
}

struct DiffOptions {
  std::string from = "database";
  std::string to = "target";
  bool sql = false;
  bool exit_code = false;
};

ExitCode run_diff(Session& session, const DiffOptions& options) {
  const auto context = session.context();
  const command::DiffRequest request{command::parse_schema_source(context, options.from),
                                     command::parse_schema_source(context, options.to)};
  const auto report = command::diff(context, request);
  const auto& comparison = report.comparison;
  if (session.json) {
    session.output.answer(json::differences(report));
  } else if (options.sql) {
    session.output.raw(schema::to_script(comparison.plan.groups));
  } else {
    print_changes(session, report);
  }
  warn(session, comparison.warnings);
  if (comparison.equal()) session.output.note(fmt::format("{} and {} do not differ.", report.from, report.to));
  return options.exit_code && !comparison.equal() ? ExitCode::check_failed : ExitCode::done;
}

struct DumpOptions {
  std::string from = "database";
  command::DumpRequest request;
};

ExitCode run_dump(Session& session, const DumpOptions& options) {
  const auto context = session.context();
  command::DumpRequest request = options.request;
  request.source = command::parse_schema_source(context, options.from);
  const auto report = command::dump(context, request);
  if (session.json) {
    session.output.answer(json::dumped(report));
  } else if (report.written.empty()) {
    session.output.raw(report.script);
  }
  for (const auto& path : report.written) session.output.note(fmt::format("wrote   {}", path.string()));
  for (const auto& path : report.removed) session.output.note(fmt::format("removed {}", path.string()));
  warn(session, report.warnings);
  return ExitCode::done;
}

}  // namespace

void add_check(CLI::App& app, Session& session) {
  auto request = std::make_shared<command::CheckRequest>();
  auto* verb = app.add_subcommand("check", "Exit with 3 when the database differs from the desired schema");
  verb->add_flag("--from-revisions", request->from_revisions,
                 "Compare what versions/ builds on a throw-away server instead; no database is asked");
  verb->footer(
      "The desired schema is autogenerate.target of alembic.toml. The database must be at head. Nothing is changed.\n"
      "Examples:\n  migrate check\n  migrate check --from-revisions --output sarif");
  verb->callback(
      [&session, request] { session.action = [&session, request] { return run_check(session, *request); }; });
}

void add_diff(CLI::App& app, Session& session) {
  auto options = std::make_shared<DiffOptions>();
  auto* verb = app.add_subcommand("diff", "Show what leads from one schema to another");
  verb->add_option("--from", options->from, fmt::format("{}; the database when left out", k_sources))
      ->type_name("WHAT");
  verb->add_option("--to", options->to, "The same; the target when left out")->type_name("WHAT");
  verb->add_flag("--sql", options->sql, "The statements that lead there instead of a list");
  verb->add_flag("--exit-code", options->exit_code, "Exit with 3 when there are differences");
  verb->footer(
      "Nothing is changed anywhere; what is not a database is built on a throw-away server.\n"
      "Examples:\n  migrate diff\n  migrate diff --from revisions --sql\n"
      "  migrate diff --from postgresql://staging/shop --to postgresql://production/shop");
  verb->callback([&session, options] { session.action = [&session, options] { return run_diff(session, *options); }; });
}

void add_dump(CLI::App& app, Session& session) {
  auto options = std::make_shared<DumpOptions>();
  auto* verb = app.add_subcommand("dump", "Write the schema as SQL that loads into an empty database");
  auto* file = verb->add_option("-o,--file", options->request.file, "Replace this file instead of printing");
  file->type_name("FILE");
  verb->add_option("--split", options->request.directory, "A file for each object, in folders by schema and kind")
      ->type_name("DIR")
      ->excludes(file);
  verb->add_option("--from", options->from, fmt::format("{}; the database when left out", k_sources))
      ->type_name("WHAT");
  verb->footer(
      "What migrate keeps itself is left out, and what alembic.toml excludes. The same schema gives the same text.\n"
      "Examples:\n  migrate dump -o schema.sql\n  migrate dump --split schema\n  migrate dump --from revisions");
  verb->callback([&session, options] { session.action = [&session, options] { return run_dump(session, *options); }; });
}

}  // namespace migrate::cli
