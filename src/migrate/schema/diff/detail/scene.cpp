#include <algorithm>
#include <set>

#include "migrate/schema/diff/detail/rewrite.hpp"
#include "migrate/schema/diff/detail/rules.hpp"
#include "migrate/schema/diff/detail/steps.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::schema::detail {
namespace {

using Kind = EntityKind;

bool is_foreign_key(const Entity& entity) {
  return entity.id.kind == Kind::constraint && entity.fact("type") == "foreign key";
}

/// Whether dropping `start` first would need another gone table to be dropped before, which needs `start`.
bool is_referenced_back(const Scene& scene, const EntityId& start, const EntityId& referenced) {
  std::set<EntityId> seen;
  std::vector<EntityId> open{referenced};
  while (!open.empty()) {
    const EntityId table = open.back();
    open.pop_back();
    if (table == start) return true;
    if (!seen.insert(table).second) continue;
    for (const Entity* constraint : scene.from.parts(table, Kind::constraint)) {
      const auto parts = name_parts(constraint->fact("references"));
      if (is_foreign_key(*constraint) && parts.size() == 2) open.push_back({Kind::table, parts[0], {}, parts[1], {}});
    }
  }
  return false;
}

/// Whether `part` of `table` needs, over other entities of `affected`, the table again.
bool needs_back(const Model& model, const std::set<EntityId>& affected, const Entity& part, const EntityId& table) {
  const auto is_own = [&](const EntityId& id) {
    const Entity* whole = whole_of(model, id);
    return id == table || (whole != nullptr && whole->id == table);
  };
  std::set<EntityId> seen;
  std::vector<EntityId> open;
  for (const auto& need : part.needs) {
    if (!is_own(need)) open.push_back(need);
  }
  while (!open.empty()) {
    const EntityId id = open.back();
    open.pop_back();
    if (is_own(id)) return true;
    if (!seen.insert(id).second || !affected.contains(id)) continue;
    if (const Entity* entity = model.find(id)) open.insert(open.end(), entity->needs.begin(), entity->needs.end());
    if (const Entity* whole = whole_of(model, id)) open.push_back(whole->id);
  }
  return false;
}

}  // namespace

bool Scene::leads_back(const Entity& part, const EntityId& table) const {
  return needs_back(to, fates.made, part, table);
}

bool Scene::led_back(const Entity& part, const EntityId& table) const {
  return std::ranges::any_of(part.needs, [](const EntityId& need) { return is_routine(need.kind); }) &&
         needs_back(from, fates.gone, part, table);
}

EntityId Scene::maker(const EntityId& id) const {
  if (!is_part(id.kind) || !fates.made.contains(id)) return id;
  const Entity* part = to.find(id);
  return part != nullptr && is_inside(*part) ? whole_of(to, id)->id : id;
}

EntityId Scene::dropper(const EntityId& id) const {
  const Entity* whole = whole_of(from, id);
  if (whole == nullptr || !(fates.gone.contains(whole->id) || fates.rebuilt.contains(whole->id))) return id;
  const Entity* part = from.find(id);
  if (part == nullptr) return id;
  if (id.kind == Kind::constraint && led_back(*part, whole->id)) return id;
  if (is_foreign_key(*part)) {
    const auto parts = name_parts(part->fact("references"));
    const EntityId referenced{Kind::table, parts.empty() ? "" : parts[0], {}, parts.empty() ? "" : parts.back(), {}};
    const bool other = referenced != whole->id && fates.gone.contains(referenced);
    if (other && is_referenced_back(*this, whole->id, referenced)) return id;
  }
  return whole->id;
}

bool Scene::goes_by_itself(const EntityId& id) const {
  const Entity& entity = *from.find(id);
  const auto lost_column = [&](const EntityId& need) { return need.kind == Kind::column && fates.gone.contains(need); };
  if (id.kind == Kind::sequence) {
    const auto& owner = entity.list("owned_by");
    return owner.size() == 3 && lost_column({Kind::column, owner[0], owner[1], owner[2], {}}) &&
           !fates.disowned.contains(id);
  }
  if (id.kind == Kind::index && entity.has("parent")) {
    const auto parent = name_parts(entity.fact("parent"));
    for (const auto& gone : fates.gone) {
      const bool relation = gone.kind == Kind::index && parent.size() == 2;
      if (relation && gone.schema == parent[0] && gone.name == parent[1]) return true;
    }
  }
  if (id.kind != Kind::index && id.kind != Kind::constraint) return false;
  // A check over several columns goes with any of them; so does an index. A foreign key of a table that goes has a step
  // only to go before it.
  return !fates.gone.contains({Kind::table, id.schema, {}, id.of, {}}) &&
         std::ranges::any_of(entity.needs, [&](const EntityId& need) {
           return lost_column(need) && need.schema == id.schema && need.of == id.of;
         });
}

bool Scene::is_inside(const Entity& part) const {
  const Entity* whole = whole_of(to, part.id);
  if (whole == nullptr || !(fates.made.contains(whole->id) || fates.rebuilt.contains(whole->id))) return false;
  if (part.id.kind == Kind::column) return true;
  if (part.id.kind != Kind::constraint) return false;
  if (whole->id.kind == Kind::domain) return true;
  const auto& type = part.fact("type");
  const bool simple =
      type == "primary key" || type == "unique" || type == "check" || type == "exclusion" || type == "not null";
  return simple && !part.has("valid") && !part.has("clustered") && !leads_back(part, whole->id);
}

bool Scene::is_attached_later(const Entity& table) const {
  if (!table.has("partition_of")) return false;
  if (const auto altered = fates.altered.find(table.id); altered != fates.altered.end()) {
    return altered->second.attribute("partition_of") != nullptr ||
           altered->second.attribute("partition_bound") != nullptr;
  }
  if (!fates.made.contains(table.id)) return false;
  const auto parent = name_parts(table.fact("partition_of"));
  if (parent.size() != 2 || fates.made.contains({Kind::table, parent[0], {}, parent[1], {}})) return false;
  const auto indexes = to.parts(table.id, Kind::index);
  return std::ranges::any_of(indexes, [](const Entity* index) { return index->has("parent"); });
}

std::string interim_name(const std::string& name) {
  // Names end after 63 bytes.
  return name.substr(0, 57) + "__old";
}

}  // namespace migrate::schema::detail
