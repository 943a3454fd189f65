#include <fmt/format.h>

#include <algorithm>

#include "migrate/schema/diff/detail/create.hpp"
#include "migrate/schema/diff/detail/rules.hpp"
#include "migrate/schema/diff/detail/steps.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::schema::detail {
namespace {

using Kind = EntityKind;

/// CREATE and DROP of an index with CONCURRENTLY behind the word INDEX.
void make_concurrent(PlannedStatement& statement) {
  constexpr std::string_view k_index = "INDEX ";
  const auto at = statement.sql.find(k_index);
  if (at == std::string::npos) return;
  statement.sql.insert(at + k_index.size(), "CONCURRENTLY ");
  statement.outside = true;
  statement.hazards.clear();
}

class Online {
 public:
  Online(const Scene& scene, StepGraph& graph) : scene_(scene), graph_(graph) {}

  void apply() {
    for (const auto& id : scene_.fates.gone) {
      if (id.kind == Kind::index && graph_.has({id, Stage::drop}) && stays(id)) drop_index(id);
    }
    for (const auto& id : scene_.fates.made) {
      if (!graph_.has({id, Stage::make}) || !stays(id)) continue;
      if (id.kind == Kind::index) create_index(id);
      if (id.kind == Kind::constraint) create_constraint(*scene_.to.find(id));
    }
    for (const auto& [id, change] : scene_.fates.altered) {
      const bool proven = id.kind == Kind::column && change.attribute("not_null") != nullptr && stays(id);
      if (proven && graph_.has({id, Stage::make})) prove_not_null(id);
    }
  }

 private:
  /// Whether it is of a plain table that is there before and afterwards.
  [[nodiscard]] bool stays(const EntityId& id) const {
    const EntityId table{Kind::table, id.schema, {}, id.of, {}};
    const Entity* old = scene_.from.find(table);
    const Entity* wanted = scene_.to.find(table);
    return old != nullptr && wanted != nullptr && !scene_.fates.gone.contains(table) && !wanted->has("partition_key");
  }

  /// Whether the old index can go on until the new one is there.
  [[nodiscard]] bool can_overlap(const EntityId& id) const {
    const Entity& old = *scene_.from.find(id);
    return std::ranges::none_of(old.needs, [&](const EntityId& need) {
      const auto changed = scene_.fates.altered.find(need);
      const bool retyped =
          changed != scene_.fates.altered.end() && need.kind == Kind::column &&
          (changed->second.attribute("type") != nullptr || changed->second.attribute("collation") != nullptr);
      return scene_.fates.gone.contains(need) || scene_.fates.rebuilt.contains(need) || retyped;
    });
  }

  void drop_index(const EntityId& id) {
    auto& statements = graph_.step({id, Stage::drop});
    if (scene_.fates.made.contains(id) || statements.empty()) return;
    if (scene_.from.find(id)->has("parent") || !can_overlap(id)) return;
    make_concurrent(statements.front());
    graph_.postpone({id, Stage::drop});
  }

  void create_index(const EntityId& id) {
    if (scene_.to.find(id)->has("parent")) return;
    auto& statements = graph_.step({id, Stage::make});
    make_concurrent(statements.front());
    graph_.postpone({id, Stage::make});
    const bool replaced = scene_.fates.gone.contains(id) && graph_.has({id, Stage::drop});
    if (!replaced || !can_overlap(id)) return;
    // Queries have one of the two at any time.
    const auto interim = interim_name(id.name);
    graph_.step({id, Stage::drop}).clear();
    Statements all;
    Writer writer(all, id);
    writer.add(fmt::format("ALTER INDEX {} RENAME TO {}", name_of(id), sql::quote_identifier(interim)));
    all.insert(all.end(), statements.begin(), statements.end());
    writer.add("DROP INDEX CONCURRENTLY " + sql::quote_qualified(id.schema, interim)).outside = true;
    statements = std::move(all);
  }

  void create_constraint(const Entity& constraint) {
    if (constraint.has("valid")) return;
    const auto& type = constraint.fact("type");
    if (type == "check" || type == "foreign key") validate_later(constraint);
    if (type == "primary key" || type == "unique") use_index(constraint);
  }

  void validate_later(const Entity& constraint) {
    const EntityId& id = constraint.id;
    auto& added = graph_.step({id, Stage::make}).front();
    added.sql += " NOT VALID";
    added.hazards.clear();
    Writer later(graph_.step({id, Stage::finish}), id);
    later.add(fmt::format("ALTER TABLE {} VALIDATE CONSTRAINT {}", whole_name(id), sql::quote_identifier(id.name)))
        .apart = true;
    graph_.postpone({id, Stage::finish});
  }

  /// The index of the key is built first, without blocking writes.
  void use_index(const Entity& constraint) {
    const EntityId& id = constraint.id;
    const auto& definition = constraint.fact("definition");
    const auto open = definition.find('(');
    const auto close = definition.rfind(')');
    if (open == std::string::npos || close == std::string::npos) return;
    const auto own = sql::quote_identifier(id.name);
    const bool distinct = definition.find(" NULLS NOT DISTINCT ") < open;
    auto index = fmt::format("CREATE UNIQUE INDEX CONCURRENTLY {} ON {} {}{}", own, whole_name(id),
                             definition.substr(open, close + 1 - open), distinct ? " NULLS NOT DISTINCT" : "");
    if (!constraint.list("options").empty()) index += " WITH (" + storage_parameters(constraint.list("options")) + ")";
    if (constraint.has("tablespace")) index += " TABLESPACE " + sql::quote_identifier(constraint.fact("tablespace"));
    auto& statements = graph_.step({id, Stage::make});
    const auto words = constraint.fact("type") == "unique" ? "UNIQUE" : "PRIMARY KEY";
    statements.front().sql = fmt::format("ALTER TABLE {} ADD CONSTRAINT {} {} USING INDEX {}{}", whole_name(id), own,
                                         words, own, definition.substr(close + 1));
    statements.front().hazards.clear();
    PlannedStatement build{std::move(index), {}, id};
    build.outside = true;
    statements.insert(statements.begin(), std::move(build));
    graph_.postpone({id, Stage::make});
  }

  /// A check that holds lets SET NOT NULL pass without reading the table under its lock.
  void prove_not_null(const EntityId& id) {
    const Entity& column = *scene_.to.find(id);
    if (!column.has("not_null") || column.has("inherited")) return;
    auto& statements = graph_.step({id, Stage::make});
    const auto at = std::ranges::find_if(
        statements, [](const PlannedStatement& statement) { return statement.sql.ends_with(" SET NOT NULL"); });
    if (at == statements.end()) return;
    const auto table = "ALTER TABLE " + whole_name(id);
    const auto proof = sql::quote_identifier(id.name.substr(0, 50) + "__not_null");
    at->hazards.clear();
    at->apart = true;
    Statements around;
    Writer writer(around, id);
    writer.add(fmt::format("{} ADD CONSTRAINT {} CHECK ({} IS NOT NULL) NOT VALID", table, proof,
                           sql::quote_identifier(id.name)));
    writer.add(table + " VALIDATE CONSTRAINT " + proof).apart = true;
    around.push_back(*at);
    writer.add(table + " DROP CONSTRAINT " + proof);
    const auto place = statements.erase(at);
    statements.insert(place, around.begin(), around.end());
  }

  const Scene& scene_;
  StepGraph& graph_;
};

}  // namespace

void make_online(const Scene& scene, StepGraph& graph) {
  Online(scene, graph).apply();
}

}  // namespace migrate::schema::detail
