#include "migrate/cli/run.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <csignal>

#include "migrate/base/text.hpp"
#include "migrate/cli/failure_text.hpp"
#include "migrate/cli/json.hpp"
#include "migrate/cli/secrets.hpp"
#include "migrate/cli/session.hpp"
#include "migrate/cli/usage.hpp"
#include "migrate/cli/verbs.hpp"
#include "migrate/command/bundled_program.hpp"

namespace migrate::cli {
namespace {

constexpr const char* k_footer =
    "`migrate help COMMAND` is `migrate COMMAND --help`; both tell the options and give examples.\n"
    "Revisions are named by id, unique prefix, label, head, heads, base, current, label@head, rev+N, rev-N, +N, -N.\n"
    "Exit codes: 0 done, 1 a revision failed, 2 usage or files, 3 a check did not hold, 4 database unreachable,\n"
    "5 another run holds the lock, 6 lock or statement timeout, 7 database ahead of the files, 8 refused,\n"
    "130/143 interrupted.";

constexpr const char* k_verb_footer =
    "Every command also takes -c -n --url -x -v -q --json --color: `migrate --help` explains them and the exit codes.";

void add_global_options(CLI::App& app, Session& session) {
  app.set_version_flag("--version", [&session] { return version_text(session); });
  app.add_option("-c,--config", session.globals.config_file,
                 "Configuration file; else $ALEMBIC_CONFIG, else alembic.toml here or in the nearest parent")
      ->type_name("FILE");
  app.add_option("-n,--name", session.globals.name, "Table of the configuration file to use; alembic when left out")
      ->type_name("NAME");
  app.add_option("--url", session.globals.url, "Database URL; wins over every other source")->type_name("URL");
  app.add_option("-x", session.x_words, "Value for ${x:KEY} in the configuration; repeatable")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  app.add_flag("-v,--verbose", session.verbose, "Say more: revisions in full, connections");
  app.add_flag("-q,--quiet", session.quiet, "No progress on stderr; errors are still told");
  auto* json = app.add_flag("--json", session.json, "Answers as JSON, as --output json");
  app.add_option("--output", session.format_word,
                 "text, json, or for CI systems one report on stdout at the end: junit, sarif, github, gitlab")
      ->check(CLI::IsMember({"text", "json", "junit", "sarif", "github", "gitlab"}))
      ->type_name("FORMAT")
      ->excludes(json);
  app.add_option("--color", session.color, "auto, always or never")->check(CLI::IsMember({"auto", "always", "never"}));
}

/// Relative identifiers ("-1") lose their disguise wherever they end up: as a target, a message, a tag.
void take_off_disguise(CLI::App& app) {
  for (auto* option : app.get_options()) {
    option->transform([](const std::string& word) { return undisguised(word); });
  }
  for (auto* verb : app.get_subcommands([](CLI::App*) { return true; })) take_off_disguise(*verb);
}

void end_footers(CLI::App& app) {
  for (auto* verb : app.get_subcommands([](CLI::App*) { return true; })) {
    if (!verb->get_fallthrough()) continue;  // what stands behind `db psql` is psql's
    verb->footer(verb->get_footer() + (verb->get_footer().empty() ? "" : "\n") + k_verb_footer);
    end_footers(*verb);
  }
}

void add_verbs(CLI::App& app, Session& session) {
  add_init(app, session);
  add_list_templates(app, session);
  add_revision(app, session);
  add_merge(app, session);
  add_rebase(app, session);
  add_edit(app, session);
  add_plan(app, session);
  add_upgrade(app, session);
  add_downgrade(app, session);
  add_stamp(app, session);
  add_ensure_version(app, session);
  add_current(app, session);
  add_heads(app, session);
  add_branches(app, session);
  add_history(app, session);
  add_show(app, session);
  add_status(app, session);
  add_log(app, session);
  add_accept(app, session);
  add_wait(app, session);
  add_check(app, session);
  add_diff(app, session);
  add_dump(app, session);
  add_verify(app, session);
  add_config(app, session);
  add_build(app, session);
  add_bundle(app, session);
  add_db(app, session);
}

int finish(Session& session, command::Failure failure) {
  for (auto* text : {&failure.message, &failure.statement, &failure.detail, &failure.hint})
    *text = without_url_passwords(*text);
  if (session.json) session.output.answer(json::failure(failure, session.dry_run));
  session.report.fail(failure);
  print_failure(failure, session.output);
  return static_cast<int>(failure.code);
}

/// On a command line that cannot be understood the parser may not have come to the format that was asked for.
void look_for_format(Session& session, const std::vector<std::string>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (session.format_word != "text" || session.json) return;
    if (words[i] == "--json") session.json = true;
    if (words[i] == "--output" && i + 1 < words.size()) session.format_word = words[i + 1];
    if (words[i].starts_with("--output=")) session.format_word = words[i].substr(words[i].find('=') + 1);
  }
}

void settle_format(Session& session) {
  session.format = session.json ? OutputFormat::json : output_format(session.format_word);
  session.json = session.format == OutputFormat::json;
}

void configure_output(Session& session) {
  const char* no_color = std::getenv("NO_COLOR");
  const Color color = session.color == "always"  ? Color::always
                      : session.color == "never" ? Color::never
                                                 : Color::automatic;
  session.output.configure(color, session.quiet, no_color != nullptr && *no_color != '\0');
}

/// The words as the parser is to see them: in disguise, `help X` as `X --help`, and psql's words without the `--` that
/// some put before them.
std::vector<std::string> command_line(int argc, const char* const* argv) {
  std::vector<std::string> words;
  for (int i = 1; i < argc; ++i) words.push_back(disguised(argv[i]));
  if (!words.empty() && words.front() == "help") {
    words.erase(words.begin());
    words.emplace_back("--help");
  }
  for (std::size_t i = 2; i < words.size(); ++i) {
    if (words[i - 2] != "db" || words[i - 1] != "psql" || words[i] != "--") continue;
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(i));
    break;
  }
  return words;
}

int finish_usage(Session& session, const command::Failure& failure, const std::vector<std::string>& words) {
  configure_output(session);
  look_for_format(session, words);
  settle_format(session);
  return finish(session, failure);
}

/// Carries out the command that was named.
int run_verb(const CLI::App& app, Session& session) {
  session.report.command = "migrate " + app.get_subcommands().front()->get_name();
  refuse_without_files(app, session);
  refuse_output_format(app, session);
  // A report is written even when a signal ends the run.
  if (is_report(session.format)) session.signals.protect(true);
  return static_cast<int>(session.action());
}

int run_checked(const std::vector<std::string>& in_order, Session& session) {
  session.report.started_at = utc_text(std::chrono::system_clock::now());
  session.globals.archive = command::archive_of_this_program();
  CLI::App app("Schema migrations for PostgreSQL: Alembic's commands and version table as one native program.",
               "migrate");
  app.fallthrough();
  app.require_subcommand(0, 1);
  add_global_options(app, session);
  add_verbs(app, session);
  app.footer(k_footer);  // after the verbs, or each of them would take it over
  end_footers(app);
  take_off_disguise(app);

  try {
    app.parse(std::vector<std::string>(in_order.rbegin(), in_order.rend()));
  } catch (const CLI::Success& success) {
    if (app.get_subcommands().empty() && !app.remaining(true).empty()) {
      return finish_usage(session, usage_failure(app, CLI::ExtrasError(app.remaining(true)), in_order), in_order);
    }
    configure_output(session);
    std::ostringstream text;
    app.exit(success, text, text);
    session.output.raw(text.str());
    return 0;
  } catch (const CLI::ParseError& error) {
    return finish_usage(session, usage_failure(app, error, in_order), in_order);
  }
  configure_output(session);
  settle_format(session);
  if (!session.action) {
    if (!in_order.empty()) return finish(session, no_command_failure(app, in_order));
    session.output.complain(base::trim(app.help()));
    return static_cast<int>(ExitCode::usage);
  }
  return run_verb(app, session);
}

}  // namespace

int run(int argc, char** argv) {
  Session session;
  int exit_code = 0;
  try {
    const auto words = command_line(argc, argv);
    for (int i = 1; i < argc; ++i) mask_typed_password(argv[i]);
    exit_code = run_checked(words, session);
  } catch (...) {
    exit_code = finish(session, command::describe_failure(std::current_exception(), session.signals.received()));
  }
  conclude(session, exit_code);
  return exit_code;
}

}  // namespace migrate::cli
