#include "migrate/command/new_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/base/files.hpp"
#include "migrate/base/process.hpp"
#include "migrate/base/text.hpp"
#include "migrate/command/compile_commands.hpp"
#include "migrate/script/builtin_templates.hpp"
#include "migrate/script/new_revision.hpp"

namespace migrate::command {
namespace {

namespace fs = std::filesystem;

struct TemplateText {
  std::string name;
  std::string text;
};

/// The project's own template; the built-in one for a project that has none of this type.
TemplateText find_template(const Config& config, script::RevisionType type) {
  const std::string file = type == script::RevisionType::cpp ? "cpp.mako" : "sql.mako";
  const fs::path path = config.template_location / file;
  std::error_code ignored;
  if (fs::exists(path, ignored)) return {path.string(), base::read_file(path)};
  for (const auto& builtin : script::builtin_templates()) {
    if (builtin.path == file) return {"built-in " + file, std::string(builtin.text)};
  }
  throw UsageError(fmt::format("there is no template {}", path.string()), "Run `migrate init` to get one.");
}

void check_new_id(const script::RevisionGraph& graph, const std::string& id) {
  script::check_revision_id(id, "--rev-id");
  if (const auto taken = graph.find(id)) {
    throw UsageError(fmt::format("revision {} exists already: {}", id, graph[*taken].path.string()),
                     "Nothing was written. Choose another --rev-id, or leave it out.");
  }
}

std::string fresh_id(const script::RevisionGraph& graph) {
  for (;;) {
    std::string id = script::random_revision_id();
    if (!graph.find(id)) return id;
  }
}

/// The graph with the new revision in it must be sound: duplicate labels, unknown dependencies and cycles show here.
void check_graph_with(const script::RevisionGraph& graph, const script::Revision& added) {
  std::vector<script::Revision> all;
  all.reserve(graph.size() + 1);
  for (script::Index i = 0; i < graph.size(); ++i) all.push_back(graph[i]);
  all.push_back(added);
  const script::RevisionGraph checked(std::move(all));
}

/// Marks a section of a rendered SQL revision as one that runs outside transactions.
void mark_outside(std::string& text, std::string_view section) {
  const std::string marker = fmt::format("\n-- migrate:{}", section);
  const auto at = text.find(marker + "\n");
  if (at != std::string::npos) text.insert(at + marker.size(), " transaction:false");
}

void run_hooks(const Config& config, NewFileReport& report) {
  for (const auto& hook : config.post_write_hooks) {
    std::vector<std::string> command;
    for (const auto& word : hook.command) command.push_back(base::replace_all(word, "{file}", report.path.string()));
    base::ProcessOptions options;
    options.working_directory = hook.working_directory.empty() ? config.directory : hook.working_directory;
    const auto result = base::run_process(command, options);
    for (const auto& text : {result.output, result.errors}) {
      if (!base::trim(text).empty()) report.hook_output.emplace_back(base::trim(text));
    }
    if (result.exit_code != 0) {
      throw UsageError(
          fmt::format("post-write hook failed with exit code {}: {}{}{}", result.exit_code, base::join(command, " "),
                      report.hook_output.empty() ? "" : "\n", base::join(report.hook_output, "\n")),
          fmt::format("{} was written; mend the hook or the file, then run the hook by hand.", report.path.string()));
    }
  }
}

/// A template with folders counts from the version location, or each child would go a level deeper than its parent.
fs::path directory_beside(const Config& config, const fs::path& parent) {
  if (!fs::path(config.file_template).lexically_normal().has_parent_path()) return parent;
  for (const auto& location : config.version_locations) {
    if (std::mismatch(location.begin(), location.end(), parent.begin(), parent.end()).first == location.end()) {
      return location;
    }
  }
  return parent;
}

}  // namespace

fs::path choose_directory(const Context& context, const script::RevisionGraph& graph,
                          const std::vector<script::Index>& parents, const std::string& wanted) {
  const auto& locations = context.config.version_locations;
  if (!wanted.empty()) {
    std::error_code ignored;
    const fs::path path = fs::weakly_canonical(fs::absolute(wanted), ignored);
    for (const auto& location : locations) {
      if (fs::weakly_canonical(location, ignored) == path ||
          fs::weakly_canonical(context.config.directory / wanted, ignored) == fs::weakly_canonical(location, ignored)) {
        return location;
      }
    }
    throw UsageError(fmt::format("--version-path {} is not one of version_locations", wanted),
                     fmt::format("Add it to version_locations in {}.", context.config.file.string()));
  }
  if (!parents.empty()) return directory_beside(context.config, graph[parents.front()].path.parent_path());
  if (locations.size() == 1) return locations.front();
  throw UsageError("a new base could go to several version locations", "Say which with --version-path.");
}

NewFileReport write_revision_file(const Context& context, const script::RevisionGraph& graph, const NewFile& file) {
  const Config& config = context.config;
  script::NewRevision draft;
  draft.revision.id = file.id.empty() ? fresh_id(graph) : file.id;
  check_new_id(graph, draft.revision.id);
  for (const auto& label : file.labels) script::check_branch_label(label, "--branch-label");
  draft.revision.message = file.message;
  draft.revision.down_revisions = file.parents;
  draft.revision.depends_on = file.depends_on;
  draft.revision.branch_labels = file.labels;
  draft.revision.type = file.type;
  draft.upgrades = file.upgrades;
  draft.downgrades = file.downgrades;
  draft.created = context.clock();
  draft.timezone = config.timezone;
  draft.file_template = config.file_template;
  draft.truncate_slug_length = config.truncate_slug_length;

  const TemplateText source = find_template(config, file.type);
  NewFileReport report;
  report.id = draft.revision.id;
  report.path = file.directory / script::revision_file_name(draft);
  std::string text = script::render_revision(draft, source.text, source.name);
  if (!file.upgrade_transaction && file.type == script::RevisionType::sql) mark_outside(text, "upgrade");
  if (!file.downgrade_transaction && file.type == script::RevisionType::sql) mark_outside(text, "downgrade");
  check_graph_with(graph, script::parse_header(text, report.path));

  std::error_code error;
  fs::create_directories(report.path.parent_path(), error);
  base::write_new_file(report.path, text);
  if (file.type == script::RevisionType::cpp) refresh_compile_commands(context);
  run_hooks(config, report);
  return report;
}

}  // namespace migrate::command
