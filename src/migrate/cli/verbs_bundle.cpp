#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>

#include "migrate/base/text.hpp"
#include "migrate/cli/json.hpp"
#include "migrate/cli/progress.hpp"
#include "migrate/cli/verbs.hpp"
#include "migrate/command/bundle.hpp"
#include "migrate/command/bundled_project.hpp"

namespace migrate::cli {
namespace {

/// They write, or compile, files that a bundle does not have.
constexpr std::array<std::string_view, 8> k_need_files = {"init",   "revision", "merge",  "edit",
                                                          "rebase", "build",    "bundle", "check"};

void tell(Session& session, const command::BundleReport& report) {
  for (const auto& notice : report.notices) session.output.note(notice);
  if (!report.needed.empty()) {
    session.output.note(
        fmt::format("The C++ revisions need {}, which the bundle does not carry: install it where it runs",
                    base::join(report.needed, ", ")));
  }
  session.output.note(fmt::format("{} revision{}{}, {:.1f} MB", report.revisions, report.revisions == 1 ? "" : "s",
                                  report.cpp == 0 ? "" : fmt::format(" ({} in C++)", report.cpp),
                                  static_cast<double>(report.size) / 1e6));
}

ExitCode run_bundle(Session& session, const command::BundleRequest& request) {
  if (session.globals.url) session.output.note("The URL of --url is not put into the bundle");
  // The database is not asked, so a variable that gives its URL need not be set here.
  session.globals.url = "postgresql://";
  const auto context = session.context();
  session.signals.protect(true);
  command::BundleReport report;
  {
    Progress progress(session, {});
    report = command::bundle(context, request, progress.compile_events());
  }
  session.signals.protect(false);
  session.output.answer(session.json ? json::bundled(report) : report.path.string());
  tell(session, report);
  return ExitCode::done;
}

}  // namespace

void add_bundle(CLI::App& app, Session& session) {
  auto request = std::make_shared<command::BundleRequest>();
  auto* verb = app.add_subcommand("bundle", "Make one executable of migrate and all revisions");
  verb->add_option("-o,--output", request->output, "The file to make; needed")->type_name("FILE");
  verb->add_flag("--sql-only", request->sql_only, "Refuse revisions in C++");
  verb->add_flag("--force", request->force, "Replace FILE when it is there");
  verb->add_flag("--archive-only", request->archive_only,
                 "Without the program: what CMake's migrate_add_revisions() links into an application");
  verb->footer(
      "The file needs neither alembic.toml, nor versions/, nor a compiler where it runs; only libpq. It carries the "
      "table\n"
      "of alembic.toml that -n names, with ${...} as written and without passwords, and C++ revisions compiled.\n"
      "Examples:\n  migrate bundle -o shop-migrate\n  ./shop-migrate --url postgresql://... upgrade head\n"
      "  ./shop-migrate --version");
  verb->callback(
      [&session, request] { session.action = [&session, request] { return run_bundle(session, *request); }; });
}

void refuse_without_files(const CLI::App& app, const Session& session) {
  if (!session.globals.archive || app.get_subcommands().empty()) return;
  const std::string verb = app.get_subcommands().front()->get_name();
  if (std::ranges::find(k_need_files, verb) == k_need_files.end()) return;
  throw command::UsageError(
      fmt::format("{} is a bundle: its revisions are inside it and cannot be changed, so there is no `{}`",
                  session.globals.archive->name(), verb),
      "Use `migrate` where alembic.toml and the revisions are, and make the bundle again.");
}

std::string version_text(const Session& session) {
  if (!session.globals.archive) return "migrate " MIGRATE_VERSION;
  return fmt::format("migrate " MIGRATE_VERSION "\nbundle: {}", command::bundle_line(*session.globals.archive));
}

}  // namespace migrate::cli
