#include "migrate/schema/model.hpp"

#include <algorithm>
#include <array>

#include "migrate/sql/quote.hpp"

namespace migrate::schema {
namespace {

constexpr std::array<std::string_view, 29> k_kind_names{"schema",
                                                        "extension",
                                                        "collation",
                                                        "enum type",
                                                        "domain",
                                                        "composite type",
                                                        "range type",
                                                        "sequence",
                                                        "table",
                                                        "column",
                                                        "constraint",
                                                        "index",
                                                        "view",
                                                        "materialized view",
                                                        "function",
                                                        "procedure",
                                                        "aggregate",
                                                        "trigger",
                                                        "event trigger",
                                                        "rule",
                                                        "policy",
                                                        "statistics",
                                                        "publication",
                                                        "foreign data wrapper",
                                                        "foreign server",
                                                        "user mapping",
                                                        "foreign table",
                                                        "default privileges",
                                                        "unmanaged object"};
static_assert(k_kind_names.size() == static_cast<std::size_t>(EntityKind::unmanaged) + 1);

const std::string k_no_text;
const std::vector<std::string> k_no_list;

}  // namespace

std::string_view kind_name(EntityKind kind) noexcept {
  return k_kind_names[static_cast<std::size_t>(kind)];
}

std::string describe(const EntityId& id) {
  std::string text(kind_name(id.kind));
  text += ' ';
  if (!id.schema.empty()) text += sql::quote_identifier(id.schema) + ".";
  if (!id.of.empty()) text += sql::quote_identifier(id.of) + ".";
  text += sql::quote_identifier(id.name);
  const bool routine =
      id.kind == EntityKind::function || id.kind == EntityKind::procedure || id.kind == EntityKind::aggregate;
  if (routine) text += "(" + id.signature + ")";
  return text;
}

const std::string& Entity::fact(std::string_view name) const {
  const auto found = facts.find(name);
  return found == facts.end() ? k_no_text : found->second;
}

const std::vector<std::string>& Entity::list(std::string_view name) const {
  const auto found = lists.find(name);
  return found == lists.end() ? k_no_list : found->second;
}

Entity& Model::add(Entity entity) {
  const EntityId id = entity.id;
  return entities_.insert_or_assign(id, std::move(entity)).first->second;
}

const Entity* Model::find(const EntityId& id) const {
  const auto found = entities_.find(id);
  return found == entities_.end() ? nullptr : &found->second;
}

std::vector<const Entity*> Model::parts(const EntityId& of, EntityKind kind) const {
  std::vector<const Entity*> result;
  // Entities are sorted by kind, schema and whole: the parts stand together.
  for (auto at = entities_.lower_bound({kind, of.schema, of.name, {}, {}}); at != entities_.end(); ++at) {
    const EntityId& id = at->first;
    if (id.kind != kind || id.schema != of.schema || id.of != of.name) break;
    result.push_back(&at->second);
  }
  std::ranges::stable_sort(result, {}, &Entity::position);
  return result;
}

}  // namespace migrate::schema
