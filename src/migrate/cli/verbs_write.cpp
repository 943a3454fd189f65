#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "migrate/base/text.hpp"
#include "migrate/cli/json.hpp"
#include "migrate/cli/verbs.hpp"
#include "migrate/command/difference_text.hpp"
#include "migrate/command/edit.hpp"
#include "migrate/command/init.hpp"
#include "migrate/command/list_templates.hpp"
#include "migrate/command/merge.hpp"
#include "migrate/command/revision.hpp"

namespace migrate::cli {
namespace {

ExitCode print_new_file(Session& session, const command::NewFileReport& report) {
  for (const auto& line : report.hook_output) session.output.note(line);
  session.output.answer(session.json ? json::new_file(report) : report.path.string());
  return ExitCode::done;
}

ExitCode print_generated(Session& session, const command::GeneratedReport& report) {
  for (const auto& file : report.files) {
    for (const auto& line : file.hook_output) session.output.note(line);
    if (!session.json) session.output.answer(file.path.string());
  }
  if (session.json) session.output.answer(json::generated(report));
  if (report.files.empty()) session.output.note("No new upgrade operations detected: nothing was written.");
  for (const auto& hazard : report.hazards) session.output.note(fmt::format("hazard: {}", hazard));
  for (const auto& suggestion : report.suggestions) session.output.note(command::describe(suggestion));
  for (const auto& text : report.warnings) {
    session.output.complain(fmt::format("{} {}", session.output.styled_note(Output::Style::yellow, "Warning:"), text));
  }
  return ExitCode::done;
}

ExitCode run_init(Session& session, const command::InitRequest& request) {
  const auto report = command::init(request);
  const auto shown = [&](const std::filesystem::path& file) {
    return (report.directory / file).lexically_normal().string();
  };
  if (session.json) {
    session.output.answer(json::laid_out(report));
    return ExitCode::done;
  }
  for (const auto& file : report.created) session.output.note(fmt::format("created {}", shown(file)));
  for (const auto& file : report.kept)
    session.output.note(fmt::format("kept    {} (it was there already)", shown(file)));
  const bool here = report.directory.lexically_normal() == ".";
  if (!here) session.output.note(fmt::format("Next: cd {}", report.directory.string()));
  session.output.note(fmt::format("Next: migrate revision -m \"create accounts\", fill in the {}, migrate upgrade head",
                                  request.template_name == "cpp" ? "C++" : "SQL"));
  return ExitCode::done;
}

}  // namespace

void add_init(CLI::App& app, Session& session) {
  auto request = std::make_shared<command::InitRequest>();
  auto* verb = app.add_subcommand("init", "Lay out a new project: alembic.toml, templates/, versions/");
  verb->add_option("directory", request->directory, "Where to; the current directory when left out");
  verb->add_option("-t,--template", request->template_name, "generic (the default), cpp or multidb")->type_name("NAME");
  verb->footer("Examples:\n  migrate init\n  migrate init shop --template multidb");
  verb->callback([&session, request] { session.action = [&session, request] { return run_init(session, *request); }; });
}

void add_list_templates(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("list_templates", "List what `init --template` accepts");
  verb->alias("list-templates");
  verb->callback([&session] {
    session.action = [&session] {
      std::vector<std::pair<std::string, std::string>> fields;
      for (const auto& entry : command::list_templates()) fields.emplace_back(entry.name, entry.description);
      if (session.json) {
        session.output.answer(json::object(fields));
        return ExitCode::done;
      }
      for (const auto& [name, description] : fields) session.output.answer(fmt::format("{:<10} {}", name, description));
      return ExitCode::done;
    };
  });
}

void add_revision(CLI::App& app, Session& session) {
  struct Options {
    command::RevisionRequest request;
    std::string type;
    bool autogenerate = false, no_proof = false, allow_empty = false;
    command::AutogenerateRequest generation;
  };
  auto options = std::make_shared<Options>();
  auto& request = options->request;
  auto* verb = app.add_subcommand("revision", "Write a new revision file and print its path");
  verb->add_option("-m,--message", request.message,
                   "What the revision does; becomes its title and part of its file name");
  verb->add_option("--head", request.head,
                   "Revision to build on: head (the default), an id, label@head, base for a new root");
  verb->add_flag("--splice", request.splice, "Allow a parent that is not a head: starts a branch");
  verb->add_option("--branch-label", request.branch_labels, "Label for the branch this revision starts; repeatable")
      ->type_name("LABEL")
      ->allow_extra_args(false);
  verb->add_option("--version-path", request.version_path, "Which of version_locations to write to");
  verb->add_option("--rev-id", request.id, "Id instead of a random one");
  verb->add_option("--depends-on", request.depends_on,
                   "Revision that must be applied first, without being a parent; repeatable")
      ->type_name("REVISION")
      ->allow_extra_args(false);
  verb->add_option("--type", options->type, "sql or cpp; revision_type of alembic.toml when left out")
      ->check(CLI::IsMember({"sql", "cpp"}));
  auto* generate = verb->add_flag("--autogenerate", options->autogenerate,
                                  "Fill in what leads from the database to the desired schema, and back");
  verb->add_flag("--from-revisions", options->generation.from_revisions,
                 "With --autogenerate: start from what versions/ builds; no database is asked")
      ->needs(generate);
  verb->add_flag("--allow-empty", options->allow_empty, "With --autogenerate: write a file also when nothing differs")
      ->needs(generate);
  verb->add_flag("--no-proof", options->no_proof, "With --autogenerate: do not run it on a throw-away copy first")
      ->needs(generate);
  verb->footer(
      "The database is asked only for `--head current` and --autogenerate, which changes nothing in it. Without "
      "--rev-id the id is random.\n"
      "Examples:\n  migrate revision -m \"create accounts\"\n"
      "  migrate revision -m \"hotfix\" --head 3f2a --splice --branch-label hotfix\n"
      "  migrate revision -m \"a second tree\" --head base --branch-label billing\n"
      "  migrate revision --autogenerate -m \"add email\"");
  verb->callback([&session, options] {
    session.action = [&session, options] {
      command::RevisionRequest named = options->request;
      if (options->type == "sql") named.type = script::RevisionType::sql;
      if (options->type == "cpp") named.type = script::RevisionType::cpp;
      if (!options->autogenerate) return print_new_file(session, command::revision(session.context(), named));
      command::AutogenerateRequest generation = options->generation;
      generation.proof = !options->no_proof;
      return print_generated(session,
                             command::generate_revisions(session.context(), named, generation, options->allow_empty));
    };
  });
}

void add_merge(CLI::App& app, Session& session) {
  auto request = std::make_shared<command::MergeRequest>();
  auto* verb = app.add_subcommand("merge", "Write a revision that joins several heads and print its path");
  verb->add_option("revisions", request->revisions, "The heads to join, or `heads` for all")->required();
  verb->add_option("-m,--message", request->message, "Title of the merge");
  verb->add_option("--branch-label", request->branch_labels, "Label for the merged branch; repeatable")
      ->type_name("LABEL")
      ->allow_extra_args(false);
  verb->add_option("--rev-id", request->id, "Id instead of a random one");
  verb->footer("Examples:\n  migrate merge heads -m \"join billing\"\n  migrate merge 3f2a 9c01");
  verb->callback([&session, request] {
    session.action = [&session, request] {
      return print_new_file(session, command::merge(session.context(), *request));
    };
  });
}

void add_edit(CLI::App& app, Session& session) {
  auto word = std::make_shared<std::string>();
  auto* verb = app.add_subcommand("edit", "Open a revision file in $EDITOR");
  verb->add_option("revision", *word, "Id, prefix, label, head, current …")->required();
  verb->footer(
      "$VISUAL, then $EDITOR, then the first editor found.\nExamples:\n  migrate edit head\n  migrate edit 3f2a");
  verb->callback([&session, word] {
    session.action = [&session, word] {
      const auto files = command::edit(session.context(), *word);
      if (session.json) session.output.answer(json::opened(files));
      return ExitCode::done;
    };
  });
}

}  // namespace migrate::cli
