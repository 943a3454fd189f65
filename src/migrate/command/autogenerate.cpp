#include "migrate/command/autogenerate.hpp"

#include <fmt/format.h>

#include <future>

#include "migrate/command/check.hpp"
#include "migrate/command/difference_text.hpp"
#include "migrate/command/rename_annotations.hpp"
#include "migrate/command/revision_body.hpp"

namespace migrate::command {
namespace {

schema::Model old_schema(const Context& context, SchemaReader& reader, const AutogenerateRequest& request) {
  if (request.from_revisions) return reader.read({SchemaSource::Kind::revisions, {}, {}});
  Project project = open_project(context);
  require_up_to_date(project);
  return reader.read(project.database->connection());
}

}  // namespace

Generated autogenerate(const Context& context, const AutogenerateRequest& request) {
  const SchemaSource target = target_source(context);
  SchemaReader reader(context);
  auto ahead = std::async(std::launch::async, [&] { return reader.read(target); });
  auto from = old_schema(context, reader, request);
  auto to = ahead.get();
  schema::PlanOptions options;
  options.online = context.config.autogenerate.online;
  options.diff.renames = renames_of(target, from, to);
  auto pair = compare(reader, std::move(from), std::move(to), options,
                      {request.from_revisions ? "the revisions" : "the database", describe(context, target)});
  options.diff.renames.clear();
  Generated result;
  if (!pair.plan.groups.empty()) {
    result.revisions =
        request.proof ? prove(context, reader, pair, options, !request.from_revisions) : unproven(pair, options);
  }
  result.suggestions = std::move(pair.plan.suggestions);
  result.warnings = std::move(pair.warnings);
  return result;
}

void fill_body(NewFile& file, const GeneratedRevision& revision, const std::vector<schema::Suggestion>& suggestions) {
  const bool cpp = file.type == script::RevisionType::cpp;
  for (const auto& suggestion : suggestions) {
    file.upgrades += fmt::format("{} {}.\n", cpp ? "    //" : "--", describe(suggestion));
  }
  if (!suggestions.empty()) file.upgrades += '\n';
  file.upgrades += revision_body(revision.upgrade, file.type);
  file.downgrades = revision_body(revision.downgrade, file.type);
  file.upgrade_transaction = revision.upgrade.transactional;
  file.downgrade_transaction = revision.downgrade.transactional;
}

}  // namespace migrate::command
