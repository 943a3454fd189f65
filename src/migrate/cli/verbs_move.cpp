#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "migrate/base/text.hpp"
#include "migrate/cli/consent.hpp"
#include "migrate/cli/json.hpp"
#include "migrate/cli/plan_file.hpp"
#include "migrate/cli/progress.hpp"
#include "migrate/cli/verbs.hpp"
#include "migrate/command/downgrade.hpp"
#include "migrate/command/ensure_version.hpp"
#include "migrate/command/stamp.hpp"
#include "migrate/command/upgrade.hpp"

namespace migrate::cli {
namespace {

/// Options of a verb that moves the database.
struct MoveOptions {
  std::string verb;
  std::string target;
  std::vector<std::string> targets;
  std::string tag;
  bool sql = false;
  bool purge = false;
  bool retry_statement = false;
  bool skip_statement = false;
  std::string if_ahead = "fail";
  bool dry_run = false;
  bool allow_destructive = false;
  std::string plan_file;

  [[nodiscard]] json::EventMarks marks() const { return {tag, dry_run}; }

  [[nodiscard]] std::vector<std::string> all_targets() const {
    return targets.empty() ? std::vector<std::string>{target} : targets;
  }

  [[nodiscard]] runtime::UncertainStatement uncertain() const {
    using runtime::UncertainStatement;
    return retry_statement  ? UncertainStatement::retry
           : skip_statement ? UncertainStatement::skip
                            : UncertainStatement::stop;
  }
};

void add_uncertain_options(CLI::App* verb, const std::shared_ptr<MoveOptions>& options) {
  auto* retry = verb->add_flag("--retry-statement", options->retry_statement,
                               "Run a statement again that an earlier run began when nobody saw how it ended");
  auto* skip =
      verb->add_flag("--skip-statement", options->skip_statement, "Take such a statement for done and go on behind it");
  retry->excludes(skip);
}

void add_leave_options(CLI::App* verb, const std::shared_ptr<MoveOptions>& options) {
  verb->add_option("--plan", options->plan_file,
                   "Apply the plan that `migrate plan --json` wrote, exactly, or exit with 8")
      ->type_name("FILE")
      ->excludes(verb->get_option("revision"))
      ->excludes(verb->get_option("--sql"));
  verb->add_flag("--dry-run", options->dry_run,
                 "Run everything in a transaction that is rolled back; what cannot be tried so is told")
      ->excludes(verb->get_option("--sql"));
  verb->add_flag("--allow-destructive", options->allow_destructive,
                 "Run statements that lose data without asking, whatever safety.destructive says");
}

command::MoveLeave leave_of(Session& session, const MoveOptions& options, script::Direction direction) {
  command::MoveLeave leave{options.dry_run, options.allow_destructive, consent(session), nullptr};
  if (!options.plan_file.empty()) {
    leave.plan = std::make_shared<const command::Plan>(read_plan(options.plan_file, direction));
  }
  return leave;
}

command::AheadPolicy ahead_policy(const std::string& word) {
  return word == "ok"     ? command::AheadPolicy::ok
         : word == "warn" ? command::AheadPolicy::warn
                          : command::AheadPolicy::fail;
}

using Move = std::function<command::MoveReport(const command::Context&, const command::MoveEvents&)>;

std::string standing(const std::vector<std::string>& rows) {
  return rows.empty() ? std::string("base") : base::join(rows, ", ");
}

ExitCode print_script(Session& session, const command::MoveReport& report, const std::string& tag) {
  if (!tag.empty()) session.output.raw(fmt::format("-- tag: {}\n\n", base::replace_all(tag, "\n", " ")));
  session.output.raw(report.script);
  if (report.steps.empty()) {
    session.output.note(fmt::format("No step leads there from {}: the script changes nothing", standing(report.rows)));
  }
  return ExitCode::done;
}

ExitCode run_move(Session& session, const MoveOptions& options, const Move& move) {
  if (session.json && !options.sql) {
    session.events = true;
    session.dry_run = options.dry_run;
    session.output.answer(json::start(options.verb, options.all_targets(), options.marks()));
  }
  const auto context = session.context();
  session.signals.protect(true);
  if (options.sql) {
    Progress progress(session, options.marks());
    command::MoveEvents events;
    events.compile = progress.compile_events();
    events.on_log = progress.events().on_log;
    return print_script(session, move(context, events), options.tag);
  }
  command::MoveReport report;
  {
    Progress progress(session, options.marks());
    report = move(context, progress.events());
  }
  session.signals.protect(false);
  if (session.json) {
    session.output.answer(json::finished(report, options.marks()));
  } else if (report.dry_run && !report.steps.empty()) {
    session.output.note(fmt::format("This was a dry run: {} step{} rolled back, the database stands at {} as before",
                                    report.steps.size(), report.steps.size() == 1 ? "" : "s", standing(report.rows)));
  } else if (report.steps.empty()) {
    session.output.note(fmt::format("Nothing to do: the database stands at {}{}", standing(report.rows),
                                    report.ahead.empty() ? "" : ", ahead of these files"));
    if (report.rows.empty() && command::load_graph(context).size() == 0) note_no_revisions(session, context);
  }
  return ExitCode::done;
}

CLI::App* move_verb(CLI::App& app, const char* name, const char* description,
                    const std::shared_ptr<MoveOptions>& options) {
  auto* verb = app.add_subcommand(name, description);
  options->verb = name;
  verb->add_flag("--sql", options->sql,
                 "Write the SQL to standard output instead of running it; the revision may be a range FROM:TO");
  verb->add_option("--tag", options->tag, "A word of yours, repeated in the script or in the JSON events");
  return verb;
}

}  // namespace

void add_upgrade(CLI::App& app, Session& session) {
  auto options = std::make_shared<MoveOptions>();
  options->target = "head";
  auto* verb = move_verb(app, "upgrade", "Apply revisions up to a target", options);
  verb->add_option("revision", options->target, "Target: head (the default), heads, an id or prefix, +N, label@head …");
  add_uncertain_options(verb, options);
  add_leave_options(verb, options);
  verb->add_option("--if-ahead", options->if_ahead,
                   "When nothing is pending but the database has revisions these files lack: ok, warn (nothing to do), "
                   "fail (exit 7)")
      ->check(CLI::IsMember({"ok", "warn", "fail"}))
      ->capture_default_str()
      ->excludes(verb->get_option("--sql"));
  verb->footer(
      "Examples:\n  migrate upgrade\n  migrate upgrade +2\n  migrate upgrade heads\n  migrate upgrade --if-ahead warn\n"
      "  migrate upgrade --dry-run\n  migrate upgrade --plan plan.json\n"
      "  migrate upgrade base:head --sql > all.sql");
  verb->callback([&session, options] {
    session.action = [&session, options] {
      const command::UpgradeRequest request{options->target, options->sql, options->uncertain(),
                                            ahead_policy(options->if_ahead),
                                            leave_of(session, *options, script::Direction::upgrade)};
      return run_move(session, *options, [&](const auto& context, const auto& events) {
        return command::upgrade(context, request, events);
      });
    };
  });
}

void add_downgrade(CLI::App& app, Session& session) {
  auto options = std::make_shared<MoveOptions>();
  auto* verb = move_verb(app, "downgrade", "Undo revisions down to a target, which stays", options);
  verb->add_option("revision", options->target,
                   "Target: -N, base, an id or prefix, label@base …; needed without --plan");
  add_uncertain_options(verb, options);
  add_leave_options(verb, options);
  verb->footer(
      "Examples:\n  migrate downgrade -1\n  migrate downgrade base\n  migrate downgrade -1 --dry-run\n  migrate "
      "downgrade head:base --sql > undo.sql");
  verb->callback([&session, options] {
    session.action = [&session, options] {
      if (options->target.empty() && options->plan_file.empty()) {
        throw command::UsageError(
            "`migrate downgrade` needs a revision",
            "For example `migrate downgrade -1`; `migrate downgrade --help` tells what it takes.");
      }
      const command::DowngradeRequest request{options->target, options->sql, options->uncertain(),
                                              leave_of(session, *options, script::Direction::downgrade)};
      return run_move(session, *options, [&](const auto& context, const auto& events) {
        return command::downgrade(context, request, events);
      });
    };
  });
}

void add_stamp(CLI::App& app, Session& session) {
  auto options = std::make_shared<MoveOptions>();
  auto* verb = move_verb(app, "stamp", "Set the version table to a revision without running anything", options);
  verb->add_option("revisions", options->targets, "One or several targets")->required();
  verb->add_flag("--purge", options->purge, "Empty the version table first, whatever it holds");
  verb->footer(
      "Examples:\n  migrate stamp head\n  migrate stamp base\n  migrate stamp --purge 3f2a\n"
      "  migrate stamp base:head --sql > stamp.sql");
  verb->callback([&session, options] {
    session.action = [&session, options] {
      const command::StampRequest request{options->targets, options->purge, options->sql};
      return run_move(session, *options, [&](const auto& context, const auto& events) {
        return command::stamp(context, request, events);
      });
    };
  });
}

void add_ensure_version(CLI::App& app, Session& session) {
  auto sql = std::make_shared<bool>(false);
  auto* verb = app.add_subcommand("ensure_version", "Create the version table when it is missing, and nothing else");
  verb->alias("ensure-version");
  verb->add_flag("--sql", *sql, "Write the SQL to standard output instead of running it");
  verb->footer("Examples:\n  migrate ensure_version\n  migrate ensure_version --sql");
  verb->callback([&session, sql] {
    session.action = [&session, sql] {
      const auto report = command::ensure_version(session.context(), *sql);
      if (*sql) {
        session.output.raw(report.script);
      } else if (session.json) {
        session.output.answer(json::ensured(report));
      } else {
        session.output.note(fmt::format("{} {}", report.table, report.created ? "created" : "exists already"));
      }
      return ExitCode::done;
    };
  });
}

}  // namespace migrate::cli
