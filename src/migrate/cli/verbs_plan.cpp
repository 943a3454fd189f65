#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "migrate/base/text.hpp"
#include "migrate/cli/json.hpp"
#include "migrate/cli/plan_text.hpp"
#include "migrate/cli/progress.hpp"
#include "migrate/cli/verbs.hpp"

namespace migrate::cli {
namespace {

struct Options {
  std::string target;
  bool downgrade = false;
};

command::PlanRequest request_of(const Options& options) {
  if (!options.downgrade) {
    return {options.target.empty() ? "head" : options.target, script::Direction::upgrade};
  }
  if (options.target.empty()) {
    throw command::UsageError("`migrate plan --downgrade` needs a revision",
                              "For example `migrate plan --downgrade -1`.");
  }
  return {options.target, script::Direction::downgrade};
}

ExitCode run_plan(Session& session, const Options& options) {
  const auto request = request_of(options);
  const auto context = session.context();
  session.signals.protect(true);
  command::Plan plan;
  {
    Progress progress(session, {});
    plan = command::plan(context, request, progress.compile_events());
  }
  session.signals.protect(false);
  if (session.json) {
    session.output.answer(json::plan(plan));
    return ExitCode::done;
  }
  session.output.raw(plan_text(plan, session.output));
  if (plan.steps.empty()) {
    session.output.note(fmt::format("Nothing to do: the database stands at {}",
                                    plan.rows_before.empty() ? "base" : base::join(plan.rows_before, ", ")));
  }
  return ExitCode::done;
}

}  // namespace

void add_plan(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  auto* verb = app.add_subcommand("plan", "Show what upgrade or downgrade would run, and run nothing");
  verb->add_option("revision", options->target,
                   "Target, as of upgrade: head is the default; of a range FROM:TO no database is asked");
  verb->add_flag("--downgrade,--down", options->downgrade, "Plan a downgrade to the target");
  verb->footer(
      "Steps with their statements and where they stand, where transactions begin and end, the strongest lock of each\n"
      "statement and whom it blocks, what is read or written as a whole, what is lost, and what cannot be undone.\n"
      "With --json a document for reviews, which `migrate upgrade --plan FILE` applies or refuses.\n"
      "Examples:\n  migrate plan\n  migrate plan --downgrade -1\n  migrate plan --json > plan.json");
  verb->callback([&session, options] { session.action = [&session, options] { return run_plan(session, *options); }; });
}

}  // namespace migrate::cli
