#include "migrate/command/proof.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "migrate/base/text.hpp"
#include "migrate/command/difference_text.hpp"
#include "migrate/command/load_schema.hpp"
#include "migrate/command/server_dump.hpp"
#include "migrate/runtime/shown_query.hpp"

namespace migrate::command {
namespace {

using schema::Group;
using schema::Model;

constexpr const char* k_hint =
    "Nothing was written. This is a fault of migrate or of the schema files; --no-proof writes the revision "
    "nevertheless, to be corrected by hand.";

bool has_unmanaged(const Model& model) {
  return std::ranges::any_of(model.entities(),
                             [](const auto& entry) { return entry.first.kind == schema::EntityKind::unmanaged; });
}

/// Makes the scratch database a copy of the old schema.
void fill(const Context& context, ScratchDatabase& copy, const Model& model, bool live) {
  const auto load = [&](const std::string& text) {
    const std::vector<SchemaFile> files{{"dump.sql", text}};
    auto connection = copy.connect();
    copy.owns_roles(load_schema(connection, files));
  };
  if (live && has_unmanaged(model)) {
    if (const auto text = server_dump(context)) return load(*text);
  }
  load(dump_script(model));
}

/// Plain SET lasts beyond its statement, where SET LOCAL would not even last that long.
void use_session_settings(Group& group) {
  constexpr std::string_view k_local = "SET LOCAL ";
  for (auto& statement : group.statements) {
    if (statement.sql.starts_with(k_local)) statement.sql = "SET " + statement.sql.substr(k_local.size());
  }
}

/// Groups that have to share a section.
Group joined(std::vector<Group> groups) {
  if (groups.empty()) return {};
  if (groups.size() == 1) return std::move(groups.front());
  Group result{false, {}};
  for (auto& group : groups) {
    for (auto& statement : group.statements) result.statements.push_back(std::move(statement));
  }
  use_session_settings(result);
  return result;
}

void run(engine::Connection& connection, const Group& group, std::string_view direction) {
  if (group.transactional) connection.execute("BEGIN");
  for (const auto& statement : group.statements) {
    try {
      connection.execute(statement.sql);
    } catch (const engine::SqlError& error) {
      throw ProofError(fmt::format("the generated {} does not run on a copy of the schema: {}\n  statement: {}",
                                   direction, error.fields().message, runtime::shown_query(statement.sql)),
                       k_hint);
    }
  }
  if (group.transactional) connection.execute("COMMIT");
}

void require_equal(SchemaReader& reader, const Model& found, const Model& wanted, std::string_view direction) {
  const auto left = compare(reader, found, wanted);
  if (left.equal()) return;
  std::string text =
      fmt::format("the generated {} was run on a copy of the schema, and this was left over:", direction);
  for (const auto& change : left.plan.changes) text += "\n  " + describe(change);
  throw ProofError(text, k_hint);
}

bool has(const Model& model, const schema::EntityId& id) {
  if (id.kind != schema::EntityKind::enum_type || id.of.empty()) return model.find(id) != nullptr;
  const auto* type = model.find({id.kind, id.schema, {}, id.of, {}});
  return type != nullptr && std::ranges::find(type->list("labels"), id.name) != type->list("labels").end();
}

/// The renames of the plan the other way round, as far as they were done between the two.
std::vector<schema::Rename> renames_back(const schema::Plan& plan, const Model& after, const Model& before) {
  std::vector<schema::Rename> result;
  for (const auto& change : plan.changes) {
    if (change.kind != schema::ChangeKind::rename || !has(after, change.to) || has(before, change.to)) continue;
    result.push_back({change.to, change.from.name});
  }
  std::ranges::reverse(result);
  return result;
}

Group way_back(const Comparison& pair, const Model& after, const Model& before, schema::PlanOptions options) {
  options.diff.renames = renames_back(pair.plan, after, before);
  return joined(schema::plan(after, before, options).groups);
}

}  // namespace

std::vector<GeneratedRevision> prove(const Context& context, SchemaReader& reader, const Comparison& pair,
                                     const schema::PlanOptions& options, bool live) {
  ScratchDatabase copy(reader.scratch());
  try {
    fill(context, copy, pair.from, live);
  } catch (const SchemaError& error) {
    throw ProofError(fmt::format("the old schema cannot be copied to prove the plan on it: {}", error.what()), k_hint);
  }
  auto connection = copy.connect();
  std::vector<Model> stages{reader.read(connection)};
  std::vector<GeneratedRevision> revisions;
  for (Group group : pair.plan.groups) {
    if (!group.transactional) use_session_settings(group);
    run(connection, group, "upgrade");
    connection.execute("RESET ALL");
    stages.push_back(reader.read(connection));
    const auto& before = stages[stages.size() - 2];
    revisions.push_back({std::move(group), way_back(pair, stages.back(), before, options)});
  }
  require_equal(reader, stages.back(), pair.to, "upgrade");
  for (auto at = revisions.rbegin(); at != revisions.rend(); ++at) {
    run(connection, at->downgrade, "downgrade");
    connection.execute("RESET ALL");
  }
  require_equal(reader, reader.read(connection), stages.front(), "downgrade");
  return revisions;
}

std::vector<GeneratedRevision> unproven(const Comparison& pair, const schema::PlanOptions& options) {
  if (pair.plan.groups.empty()) return {};
  return {{joined(pair.plan.groups), way_back(pair, pair.to, pair.from, options)}};
}

}  // namespace migrate::command
