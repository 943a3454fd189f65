#include "migrate/cli/run.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <csignal>

#include "migrate/base/text.hpp"
#include "migrate/cli/failure_text.hpp"
#include "migrate/cli/json.hpp"
#include "migrate/cli/session.hpp"
#include "migrate/cli/verbs.hpp"

namespace migrate::cli {
namespace {

constexpr const char* k_footer =
    "Revisions are named by id, unique prefix, label, head, heads, base, current, label@head, rev+N, rev-N, +N, -N.\n"
    "Exit codes: 0 done, 1 a revision failed, 2 usage or files, 3 a check did not hold, 4 database unreachable,\n"
    "5 another run holds the lock, 6 lock or statement timeout, 7 database ahead of the files, 8 refused,\n"
    "130/143 interrupted.";

void add_global_options(CLI::App& app, Session& session) {
  app.set_version_flag("--version", "migrate " MIGRATE_VERSION);
  app.add_option("-c,--config", session.globals.config_file,
                 "Configuration file; else $ALEMBIC_CONFIG, else alembic.toml here or in the nearest parent");
  app.add_option("-n,--name", session.globals.name, "Table of the configuration file to use");
  app.add_option("--url", session.globals.url, "Database URL; wins over every other source");
  app.add_option("-x", session.x_words, "key=value for ${x:key} in the configuration; repeatable")
      ->allow_extra_args(false);
  app.add_flag("-v,--verbose", session.verbose, "Say more");
  app.add_flag("-q,--quiet", session.quiet, "No progress on stderr; errors are still told");
  app.add_flag("--json", session.json, "Answers as JSON");
  app.add_option("--color", session.color, "auto, always or never")->check(CLI::IsMember({"auto", "always", "never"}));
}

void add_verbs(CLI::App& app, Session& session) {
  add_init(app, session);
  add_list_templates(app, session);
  add_revision(app, session);
  add_merge(app, session);
  add_rebase(app, session);
  add_edit(app, session);
  add_upgrade(app, session);
  add_downgrade(app, session);
  add_stamp(app, session);
  add_ensure_version(app, session);
  add_current(app, session);
  add_heads(app, session);
  add_branches(app, session);
  add_history(app, session);
  add_show(app, session);
  add_config(app, session);
  add_db(app, session);
}

/// The parser's complaint, with the nearest verb for one that does not exist.
command::Failure usage_failure(const CLI::App& app, const CLI::ParseError& error,
                               const std::vector<std::string>& words) {
  command::Failure failure{.code = ExitCode::usage, .message = undisguised(error.what())};
  std::vector<std::string> verbs;
  for (const auto* verb : app.get_subcommands([](const CLI::App*) { return true; })) verbs.push_back(verb->get_name());
  failure.hint = "`migrate --help` lists the commands, `migrate COMMAND --help` the options of one.";
  const bool has_verb = !app.get_subcommands().empty();
  if (!has_verb) {
    for (const auto& word : words) {
      if (word.starts_with('-')) continue;
      failure.message = fmt::format("there is no command \"{}\"", word);
      if (const auto near = base::nearest(word, verbs)) failure.message += fmt::format("; did you mean {}?", *near);
      break;
    }
  }
  return failure;
}

int finish(Session& session, const command::Failure& failure) {
  if (session.json) session.output.answer(json::failure(failure));
  print_failure(failure, session.output);
  return static_cast<int>(failure.code);
}

void configure_output(Session& session) {
  const char* no_color = std::getenv("NO_COLOR");
  const Color color = session.color == "always"  ? Color::always
                      : session.color == "never" ? Color::never
                                                 : Color::automatic;
  session.output.configure(color, session.quiet, no_color != nullptr && *no_color != '\0');
}

int run_checked(int argc, const char* const* argv, Session& session) {
  CLI::App app("Schema migrations for PostgreSQL: Alembic's commands and version table as one native program.",
               "migrate");
  app.footer(k_footer);
  app.fallthrough();
  app.require_subcommand(0, 1);
  add_global_options(app, session);
  add_verbs(app, session);

  std::vector<std::string> words;
  for (int i = argc - 1; i > 0; --i) words.push_back(disguised(argv[i]));
  const std::vector<std::string> in_order(words.rbegin(), words.rend());
  try {
    app.parse(words);
  } catch (const CLI::Success& success) {
    std::ostringstream text;
    app.exit(success, text, text);
    session.output.raw(text.str());
    return 0;
  } catch (const CLI::ParseError& error) {
    configure_output(session);
    return finish(session, usage_failure(app, error, in_order));
  }
  configure_output(session);
  if (!session.action) {
    session.output.raw(app.help());
    return static_cast<int>(ExitCode::usage);
  }
  return static_cast<int>(session.action());
}

}  // namespace

int run(int argc, const char* const* argv) {
  Session session;
  try {
    return run_checked(argc, argv, session);
  } catch (...) {
    return finish(session, command::describe_failure(std::current_exception(), session.signals.received()));
  }
}

}  // namespace migrate::cli
