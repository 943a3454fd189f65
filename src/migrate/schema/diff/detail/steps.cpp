#include "migrate/schema/diff/detail/steps.hpp"

#include <fmt/format.h>

#include "migrate/schema/diff/detail/alter.hpp"
#include "migrate/schema/diff/detail/create.hpp"
#include "migrate/schema/diff/detail/rewrite.hpp"
#include "migrate/schema/diff/detail/rules.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::schema::detail {
namespace {

using Kind = EntityKind;

void add_table(const Scene& scene, const Entity& table, StepGraph& graph) {
  TableForm form;
  form.attached_later = scene.is_attached_later(table);
  Statements& statements = graph.step({table.id, Stage::make});
  Writer writer(statements, table.id);
  for (const Entity* constraint : scene.to.parts(table.id, Kind::constraint)) {
    if (scene.maker(constraint->id) == table.id) form.constraints.push_back(constraint);
  }
  for (const Entity* column : scene.to.parts(table.id, Kind::column)) {
    const bool plain = column->has("default") && !column->has("generated");
    if (plain && scene.leads_back(*column, table.id)) form.default_later.insert(column->id);
  }
  create_table(scene.to, table, form, writer);
  for (const Entity* constraint : form.constraints) {
    Writer part(statements, constraint->id);
    dress(scene.to, *constraint, part);
  }
  for (const auto& column : form.default_later) {
    Writer later(graph.step({column, Stage::finish}), column);
    later.add(fmt::format("ALTER TABLE ONLY {} ALTER COLUMN {} SET DEFAULT {}", whole_name(column),
                          sql::quote_identifier(column.name), scene.to.find(column)->fact("default")));
  }
  if (form.attached_later || table.has("replica_identity")) {
    Writer later(graph.step({table.id, Stage::finish}), table.id);
    if (form.attached_later) attach(table, later);
    if (table.has("replica_identity")) replica_identity(table, later);
  }
}

/// Rows that are there must satisfy what is new.
void warn(const Entity& entity, Statements& statements) {
  if (statements.empty() || entity.id.of.empty()) return;
  auto& hazards = statements.front().hazards;
  const auto table = "table " + whole_name(entity.id);
  if (entity.id.kind == Kind::index) {
    hazards.push_back({HazardKind::index_build, "blocks writes to " + table + " while the index is built"});
  } else if (entity.id.kind == Kind::constraint && !entity.has("valid")) {
    const auto& type = entity.fact("type");
    const bool key = type == "primary key" || type == "unique" || type == "exclusion";
    hazards.push_back(key ? Hazard{HazardKind::index_build, "builds an index on " + table + " under an exclusive lock"}
                          : Hazard{HazardKind::scan, "reads all of " + table + " under a lock that blocks writes"});
  } else if (entity.id.kind == Kind::column && entity.fact("generated") == "stored") {
    hazards.push_back({HazardKind::rewrite, "rewrites " + table + " under an exclusive lock"});
  } else if (entity.id.kind == Kind::column && entity.has("not_null") && !entity.has("default") &&
             !entity.has("identity")) {
    hazards.push_back({HazardKind::scan, "fails when " + table + " has rows: the column has no default"});
  }
}

/// A sequence that a column with values gets must not give them out again.
void continue_after_values(const Scene& scene, const Entity& sequence, Writer& writer) {
  const auto& owner = sequence.list("owned_by");
  const EntityId id{Kind::column, owner[0], owner[1], owner[2], {}};
  const Entity* column = scene.from.find(id);
  const bool stays = column != nullptr && scene.to.find(id) != nullptr && !scene.fates.gone.contains(id);
  const bool number = stays && (column->fact("type") == "integer" || column->fact("type") == "bigint" ||
                                column->fact("type") == "smallint");
  if (!number) return;
  const auto name = sql::quote_identifier(id.name);
  writer.add(fmt::format("SELECT pg_catalog.setval({}, max({})) FROM {} HAVING max({}) >= 1",
                         sql::quote_literal(name_of(sequence.id)), name, whole_name(id), name));
}

void add_creation(const Scene& scene, const Entity& entity, StepGraph& graph) {
  const EntityId& id = entity.id;
  const StepId step{id, Stage::make};
  if (id.kind == Kind::table || id.kind == Kind::foreign_table) return add_table(scene, entity, graph);
  Writer writer(graph.step(step), id);
  const Entity* whole = whole_of(scene.to, id);
  if (id.kind == Kind::index && whole != nullptr && scene.is_attached_later(*whole)) {
    // ATTACH PARTITION of the table finds it.
    Entity alone = entity;
    alone.facts.erase("parent");
    create(scene.to, alone, writer);
  } else {
    create(scene.to, entity, writer);
  }
  const bool on_rows = whole != nullptr && whole->id.kind == Kind::table && !scene.fates.made.contains(whole->id);
  if (on_rows) warn(entity, writer.out());
  if (id.kind == Kind::column) graph.place(step, entity.position);
  if (id.kind == Kind::sequence && !entity.list("owned_by").empty()) {
    Writer later(graph.step({id, Stage::finish}), id);
    own(entity, later);
    continue_after_values(scene, entity, later);
  }
}

/// The old type steps aside, the new one is made, columns go over, the old one goes.
void add_rebuild(const Scene& scene, const EntityId& id, StepGraph& graph) {
  const auto interim = interim_name(id.name);
  const Entity& old = *scene.from.find(id);
  Writer aside(graph.step({id, Stage::release}), id);
  const auto words = object_words(scene.from, id);
  aside.add(fmt::format("ALTER {} RENAME TO {}", words, sql::quote_identifier(interim)));
  if (const auto parts = name_parts(old.fact("multirange_type_name")); !parts.empty()) {
    const auto schema = parts.size() == 2 ? parts[0] : id.schema;
    aside.add(fmt::format("ALTER TYPE {} RENAME TO {}", sql::quote_qualified(schema, parts.back()),
                          sql::quote_identifier(interim_name(parts.back()))));
  }
  Writer anew(graph.step({id, Stage::make}), id);
  create(scene.to, *scene.to.find(id), anew);
  Entity gone = old;
  gone.id.name = interim;
  Writer end(graph.step({id, Stage::drop}), id);
  drop(scene.from, gone, end);
  if (id.kind == Kind::enum_type) {
    for (const auto& label : without(old.list("labels"), scene.to.find(id)->list("labels"))) {
      end.out().back().hazards.push_back(
          {HazardKind::data_loss,
           fmt::format("rows that hold {} must have been changed before: it is no value of {} any more",
                       sql::quote_literal(label), describe(id))});
    }
  }
}

/// The type of the column goes and comes back: its values wait as text.
void park(const Pair& pair, Writer& writer) {
  const auto column = sql::quote_identifier(pair.from.id.name);
  const std::string_view type = pair.from.fact("type").ends_with("[]") ? "text[]" : "text";
  const std::string_view first = pair.from.has("default") ? "ALTER COLUMN {0} DROP DEFAULT, " : "";
  writer.add(fmt::format("ALTER TABLE {} {}ALTER COLUMN {} TYPE {} USING {}::{}", whole_name(pair.from.id),
                         fmt::format(fmt::runtime(first), column), column, type, column, type),
             {{HazardKind::rewrite, "rewrites table " + whole_name(pair.from.id) + " under an exclusive lock"}});
}

void add_alteration(const Scene& scene, const Change& change, StepGraph& graph) {
  const EntityId& id = change.to;
  const bool released = scene.fates.released.contains(id) || scene.fates.parked.contains(id);
  const Pair pair{scene.from,
                  scene.to,
                  *scene.from.find(id),
                  *scene.to.find(id),
                  change,
                  released,
                  scene.fates.by_text.contains(id)};
  Statements before, main, after;
  Writer first(before, id), middle(main, id), last(after, id);
  if (scene.fates.released.contains(id) && !scene.fates.parked.contains(id)) {
    first.add(
        fmt::format("ALTER TABLE {} ALTER COLUMN {} DROP DEFAULT", whole_name(id), sql::quote_identifier(id.name)));
  }
  if (scene.fates.parked.contains(id)) park(pair, first);
  if (scene.fates.disowned.contains(id)) first.add("ALTER SEQUENCE " + name_of(id) + " OWNED BY NONE");
  release(pair, first);
  alter(pair, middle);
  if (!scene.fates.disowned.contains(id) || !pair.to.list("owned_by").empty()) finish(pair, last);
  for (auto [stage, statements] : {std::pair{Stage::release, &before}, {Stage::make, &main}, {Stage::finish, &after}}) {
    if (statements->empty()) continue;
    const StepId step{id, stage};
    graph.step(step) = std::move(*statements);
    if (id.kind == Kind::column) graph.place(step, pair.to.position);
  }
}

}  // namespace

void add_drops(const Scene& scene, StepGraph& graph) {
  for (const auto& id : scene.fates.gone) {
    const Entity& entity = *scene.from.find(id);
    const Entity* whole = whole_of(scene.from, id);
    if (id.kind == Kind::column && entity.has("default") && whole != nullptr && scene.led_back(entity, whole->id)) {
      Writer first(graph.step({id, Stage::release}), id);
      first.add(
          fmt::format("ALTER TABLE {} ALTER COLUMN {} DROP DEFAULT", whole_name(id), sql::quote_identifier(id.name)));
    }
    if (scene.dropper(id) != id) continue;
    Writer writer(graph.step({id, Stage::drop}), id);
    if (!scene.goes_by_itself(id)) drop(scene.from, entity, writer);
  }
}

void add_creations(const Scene& scene, StepGraph& graph) {
  for (const auto& id : scene.fates.rebuilt) add_rebuild(scene, id, graph);
  for (const auto& id : scene.fates.made) {
    const Entity* entity = scene.to.find(id);
    const Entity* whole = whole_of(scene.to, id);
    const bool of_view = id.kind == Kind::column && whole != nullptr &&
                         (whole->id.kind == Kind::view || whole->id.kind == Kind::materialized_view);
    if (entity == nullptr || of_view || scene.maker(id) != id) continue;
    add_creation(scene, *entity, graph);
  }
}

void add_alterations(const Scene& scene, StepGraph& graph) {
  for (const auto& [id, change] : scene.fates.altered) add_alteration(scene, change, graph);
}

}  // namespace migrate::schema::detail
