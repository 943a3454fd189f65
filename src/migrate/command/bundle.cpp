#include "migrate/command/bundle.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/base/files.hpp"
#include "migrate/base/text.hpp"
#include "migrate/command/bundled_program.hpp"
#include "migrate/command/bundled_project.hpp"
#include "migrate/command/detail/bundled_config.hpp"
#include "migrate/command/detail/program_file.hpp"
#include "migrate/command/detail/shared_library.hpp"
#include "migrate/script/section.hpp"

namespace migrate::command {
namespace {

namespace fs = std::filesystem;

/// Before anything is compiled.
void check_request(const Context& context, const BundleRequest& request) {
  if (context.config.archive) {
    throw UsageError("a bundle cannot be made from a bundle",
                     "Run `migrate bundle` where alembic.toml and the revisions are.");
  }
  if (request.output.empty())
    throw UsageError("`migrate bundle` needs the name of a file to make",
                     "For example `migrate bundle -o shop-migrate`.");
  std::error_code none;
  if (!request.archive_only && fs::equivalent(request.output, this_program(), none)) {
    throw UsageError(fmt::format("{} is the running program itself: a bundle in its place could not be made again",
                                 request.output.string()),
                     "Choose another name.");
  }
  check_place(request.output, request.force ? IfThere::replace : IfThere::refuse);
}

std::vector<script::Revision> cpp_revisions(const script::RevisionGraph& graph, const BundleRequest& request) {
  std::vector<script::Revision> found;
  for (script::Index i = 0; i < graph.size(); ++i) {
    if (graph[i].type == script::RevisionType::cpp) found.push_back(graph[i]);
  }
  if (found.empty() || !request.sql_only) return found;
  std::vector<std::string> names;
  for (const auto& revision : found) names.push_back(revision.path.string());
  throw script::RevisionError(
      fmt::format("{}: {} written in C++, and --sql-only was asked for", base::join(names, ", "),
                  names.size() == 1 ? "this revision is" : "these revisions are"),
      "Leave --sql-only out: the bundle then carries what was compiled, and needs no compiler either.");
}

/// Puts the files together; lives for one call of bundle().
class Packer {
 public:
  Packer(const Context& context, BundleReport& report) : context_(context), report_(report) {}

  void add_config() {
    const auto& config = context_.config;
    const auto shown = config.file.filename().string();
    auto bundled = bundled_config(parse_toml(base::read_file(config.file), shown), config.name, shown);
    add(k_bundled_table, config.name);
    add(k_bundled_config, std::move(bundled.text));
    std::ranges::move(bundled.notices, std::back_inserter(report_.notices));
  }

  /// Sections are looked at as well: a fault must show here, not where the bundle runs.
  void add_revision(const script::Revision& revision) {
    auto text = base::read_file(revision.path);
    if (revision.type == script::RevisionType::sql) (void)script::parse_sql_revision(text, revision.path);
    const auto shown = revision.path.lexically_proximate(context_.config.directory);
    add(fmt::format("{}{}", k_bundled_revisions, shown.generic_string()), std::move(text));
  }

  void add_modules(const script::BuildReport& built) {
    add_library_file(k_bundled_support, built.support);
    for (const auto& module : built.modules) {
      add_library_file(fmt::format("{}{}", k_bundled_modules, module.revision), module.module);
    }
  }

  /// The compiler's own libraries of this machine, which the code was linked with.
  void add_compiler_libraries() {
    std::ranges::sort(needed_);
    needed_.erase(std::ranges::unique(needed_).begin(), needed_.end());
    for (const auto& name : needed_) {
      if (is_c_library(name)) continue;
      const auto file = is_compiler_runtime(name) ? locate_library(name) : std::nullopt;
      if (!file) {
        report_.needed.push_back(name);
        continue;
      }
      add(fmt::format("{}{}", k_bundled_libraries, name), base::read_file(*file));
      report_.libraries.push_back(name);
    }
  }

  [[nodiscard]] std::string packed() const { return script::pack(files_); }

 private:
  void add(std::string_view path, std::string bytes) { files_.push_back({std::string(path), std::move(bytes)}); }

  void add_library_file(std::string_view path, const fs::path& file) {
    auto bytes = base::read_file(file);
    std::ranges::move(needed_libraries(bytes), std::back_inserter(needed_));
    add(path, std::move(bytes));
  }

  const Context& context_;
  BundleReport& report_;
  std::vector<script::PackedFile> files_;
  std::vector<std::string> needed_;
};

}  // namespace

BundleReport bundle(const Context& context, const BundleRequest& request, const CompileEvents& events) {
  check_request(context, request);
  const auto graph = load_graph(context);
  if (graph.size() == 0) {
    throw UsageError("there are no revisions to bundle",
                     "Check version_locations; `migrate history` lists what is there.");
  }
  const auto cpp = cpp_revisions(graph, request);
  BundleReport report;
  report.path = request.output;
  report.revisions = graph.size();
  report.cpp = cpp.size();
  for (const auto head : graph.heads()) report.heads.push_back(graph[head].id);

  Packer packer(context, report);
  packer.add_config();
  for (script::Index i = 0; i < graph.size(); ++i) packer.add_revision(graph[i]);
  if (!cpp.empty()) {
    packer.add_modules(compile(context, cpp, events));
    packer.add_compiler_libraries();
  }
  const auto archive = packer.packed();
  const auto file = request.archive_only ? archive : bundled_program(archive);
  write_whole_file(request.output, file, request.archive_only ? 0644 : 0755,
                   request.force ? IfThere::replace : IfThere::refuse);
  report.size = file.size();
  return report;
}

}  // namespace migrate::command
