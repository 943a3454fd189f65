#include "migrate/command/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>

#include "migrate/base/text.hpp"
#include "migrate/command/rename_annotations.hpp"
#include "migrate/script/identifier.hpp"

namespace migrate::command {

void require_up_to_date(Project& project) {
  const auto applied = script::resolve_rows(project.graph, project.database->rows());
  const auto heads = project.graph.real_heads();
  if (std::ranges::is_permutation(applied, heads)) return;
  const auto names = [&](const std::vector<script::Index>& indexes) {
    std::vector<std::string> ids;
    for (const auto index : indexes) ids.push_back(project.graph[index].id);
    return ids.empty() ? std::string("base") : base::join(ids, ", ");
  };
  throw NotUpToDateError(fmt::format("Target database is not up to date. It is at {}, and the files end with {}.",
                                     names(applied), names(heads)),
                         "Run `migrate upgrade` first, or compare what the files build, with --from-revisions.");
}

DiffReport check(const Context& context, const CheckRequest& request) {
  const SchemaSource target = target_source(context);
  if (request.from_revisions) return diff(context, {{SchemaSource::Kind::revisions, {}, {}}, target});
  SchemaReader reader(context);
  auto to = std::async(std::launch::async, [&] { return reader.read(target); });
  Project project = open_project(context);
  require_up_to_date(project);
  DiffReport report{describe(context, {}), describe(context, target), {}};
  auto from = reader.read(project.database->connection());
  auto wanted = to.get();
  schema::PlanOptions options;
  options.diff.renames = renames_of(target, from, wanted);
  report.comparison = compare(reader, std::move(from), std::move(wanted), options, {report.from, report.to});
  return report;
}

}  // namespace migrate::command
