#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "migrate/base/text.hpp"
#include "migrate/cli/graph_formats.hpp"
#include "migrate/cli/json.hpp"
#include "migrate/cli/text.hpp"
#include "migrate/cli/verbs.hpp"
#include "migrate/command/branches.hpp"
#include "migrate/command/current.hpp"
#include "migrate/command/half_done.hpp"
#include "migrate/command/heads.hpp"
#include "migrate/command/history.hpp"
#include "migrate/command/show.hpp"

namespace migrate::cli {
namespace {

void print(Session& session, const std::vector<command::RevisionView>& revisions, const LineParts& parts) {
  std::string text;
  for (const auto& revision : revisions) {
    text += session.verbose ? long_entry(revision, session.output) : short_line(revision, parts, session.output);
    text += '\n';
  }
  session.output.raw(text);
}

void print(Session& session, const command::CurrentReport& report) {
  if (session.verbose) session.output.answer(fmt::format("Current revision(s) for {}:", report.database));
  print(session, report.revisions, {});
  if (report.revisions.empty()) session.output.note("No revision is applied to this database.");
  if (report.half_done) {
    for (const auto& row : *report.half_done) {
      session.output.answer(fmt::format("Half done: {}", command::describe(row)));
    }
  } else if (session.verbose) {
    session.output.note("This role may not read the journal, which tells of revisions that are half done.");
  }
}

ExitCode run_current(Session& session, bool check_heads) {
  const auto report = command::current(session.context(), session.verbose || session.json);
  if (session.json) {
    session.output.answer(json::current(report));
  } else if (!is_report(session.format)) {
    print(session, report);
  }
  if (!check_heads || report.at_heads) return ExitCode::done;
  const auto complaint = fmt::format("The database is not up to date: the files' heads are {}",
                                     report.heads.empty() ? std::string("(none)") : base::join(report.heads, ", "));
  session.report.findings.push_back({.rule = "not-at-heads", .message = complaint, .hint = "Run `migrate upgrade`."});
  session.output.complain(complaint);
  return ExitCode::check_failed;
}

ExitCode run_heads(Session& session, const command::HeadsRequest& request, bool check) {
  const auto context = session.context();
  const auto heads = command::heads(context, request);
  if (session.json) {
    session.output.answer(json::revisions(heads));
  } else if (!is_report(session.format)) {
    print(session, heads, {.labels = true, .points = false});
    if (heads.empty()) note_no_revisions(session, context);
  }
  if (!check || heads.size() < 2) return ExitCode::done;
  std::vector<std::string> ids;
  ids.reserve(heads.size());
  for (const auto& head : heads) ids.push_back(head.id);
  const auto complaint = fmt::format("The history has {} heads: {}", ids.size(), base::join(ids, ", "));
  const std::string hint =
      "Join them with `migrate merge heads -m MESSAGE`, or put a branch that is not applied yet on top of the other"
      " with `migrate rebase REV`.";
  for (const auto& head : heads) {
    session.report.findings.push_back({.rule = "several-heads",
                                       .message = fmt::format("{} is one of them. {}", head.id, complaint),
                                       .file = head.path.string(),
                                       .revision = head.id,
                                       .hint = hint});
  }
  session.output.complain(complaint);
  session.output.complain(hint);
  return ExitCode::check_failed;
}

struct HistoryOptions {
  std::string range;
  bool indicate_current = false;
  std::string format;
  bool graph = false;
  bool no_graph = false;
};

/// Options that contradict each other. `--format json` is `--json`.
void check_history(const HistoryOptions& options, Session& session) {
  const bool text = options.format.empty() || options.format == "text";
  if (session.json && !options.format.empty() && options.format != "json") {
    throw CLI::ValidationError(fmt::format("--json and --format {} exclude each other", options.format));
  }
  if (options.format == "json") session.json = true;
  if (options.graph && (session.json || !text)) {
    throw CLI::ValidationError("--graph draws beside text; it does not go with --json or another --format");
  }
}

/// The lines are the same with and without the graph beside them.
std::string history_text(const Session& session, const std::vector<command::RevisionView>& revisions, bool graph) {
  const auto entry = [&](const command::RevisionView& revision) {
    return session.verbose ? long_entry(revision, session.output)
                           : short_line(revision, {.parents = true, .labels = true, .title = true}, session.output);
  };
  if (graph) return graph_text(revisions, entry, session.output);
  std::string text;
  for (const auto& revision : revisions) text += entry(revision) + '\n';
  return text;
}

ExitCode run_history(Session& session, const HistoryOptions& options) {
  command::HistoryRequest request;
  if (!options.range.empty()) request.range = options.range;
  request.indicate_current = options.indicate_current;
  const auto context = session.context();
  const auto revisions = command::history(context, request);
  if (session.json) {
    session.output.answer(json::revisions(revisions));
  } else if (options.format == "mermaid") {
    session.output.raw(mermaid(revisions));
  } else if (options.format == "dot") {
    session.output.raw(dot(revisions));
  } else {
    const bool graph = options.graph || (session.output.terminal_answers() && !options.no_graph);
    session.output.raw(history_text(session, revisions, graph));
    if (revisions.empty() && options.range.empty()) note_no_revisions(session, context);
  }
  return ExitCode::done;
}

}  // namespace

void add_current(CLI::App& app, Session& session) {
  auto check = std::make_shared<bool>(false);
  auto* verb = app.add_subcommand("current", "Show where the database stands");
  verb->add_flag("--check-heads", *check, "Exit with 3 unless everything is applied");
  verb->footer(
      "With -v the database, each revision in full, and how far one came that was begun and not ended.\nExamples:\n  "
      "migrate current\n  migrate current --check-heads");
  verb->callback([&session, check] { session.action = [&session, check] { return run_current(session, *check); }; });
}

void add_heads(CLI::App& app, Session& session) {
  auto request = std::make_shared<command::HeadsRequest>();
  auto check = std::make_shared<bool>(false);
  auto* verb = app.add_subcommand("heads", "Show the revisions nothing builds on");
  verb->add_flag("--resolve-dependencies", request->resolve_dependencies,
                 "Leave out heads that another revision depends on");
  verb->add_flag("--check", *check, "Exit with 3 when there is more than one; no database is asked");
  verb->footer("With -v each in full.\nExamples:\n  migrate heads -v\n  migrate heads --check");
  verb->callback([&session, request, check] {
    session.action = [&session, request, check] { return run_heads(session, *request, *check); };
  });
}

void add_branches(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("branches", "Show the revisions where the history branches");
  verb->footer("With -v each in full.\nExample:\n  migrate branches");
  verb->callback([&session] {
    session.action = [&session] {
      const auto context = session.context();
      const auto points = command::branches(context);
      if (session.json) {
        session.output.answer(json::branches(points));
        return ExitCode::done;
      }
      if (points.empty()) session.output.note("The history does not branch: no revision has more than one child.");
      for (const auto& point : points) {
        print(session, {point.revision}, {.labels = true});
        for (const auto& child : point.children) {
          session.output.answer(
              fmt::format("{} -> {}", std::string(point.revision.id.size(), ' '),
                          short_line(child, {.labels = true, .title = session.verbose}, session.output)));
        }
      }
      return ExitCode::done;
    };
  });
}

void add_history(CLI::App& app, Session& session) {
  auto options = std::make_shared<HistoryOptions>();
  auto* verb = app.add_subcommand("history", "List revisions, newest first");
  verb->add_option("-r,--rev-range", options->range, "a:b, a: or :b; both ends are included; `current` may be one");
  verb->add_flag("-i,--indicate-current", options->indicate_current, "Mark where the database stands");
  verb->add_option("--format", options->format, "text (default), json, mermaid or dot")
      ->check(CLI::IsMember({"text", "json", "mermaid", "dot"}));
  auto* graph =
      verb->add_flag("--graph", options->graph, "Draw how the revisions hang together; default on a terminal");
  verb->add_flag("--no-graph", options->no_graph, "One line per revision and nothing else")->excludes(graph);
  verb->footer(
      "With -v each in full. The database is asked only for -i and for `current` in a range.\n"
      "Examples:\n  migrate history\n  migrate history -r 3f2a:head -v\n  migrate history -r current: -i\n"
      "  migrate history --format mermaid > history.mmd");
  verb->callback([&session, options] {
    check_history(*options, session);
    session.action = [&session, options] { return run_history(session, *options); };
  });
}

void add_show(CLI::App& app, Session& session) {
  auto word = std::make_shared<std::string>();
  auto* verb = app.add_subcommand("show", "Show one revision in full");
  verb->add_option("revision", *word, "Id, prefix, label, head, current …")->required();
  verb->footer("Examples:\n  migrate show head\n  migrate show current\n  migrate show 3f2a");
  verb->callback([&session, word] {
    session.action = [&session, word] {
      const auto revisions = command::show(session.context(), *word);
      if (session.json) {
        session.output.answer(json::revisions(revisions));
      } else {
        for (const auto& revision : revisions) session.output.answer(long_entry(revision, session.output));
        if (revisions.empty()) session.output.note(fmt::format("\"{}\" names no revision.", *word));
      }
      return ExitCode::done;
    };
  });
}

}  // namespace migrate::cli
