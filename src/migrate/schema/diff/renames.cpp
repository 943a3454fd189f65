#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "migrate/base/error.hpp"
#include "migrate/schema/diff/change.hpp"
#include "migrate/schema/diff/detail/rewrite.hpp"
#include "migrate/schema/diff/detail/rules.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::schema {
namespace {

using Kind = EntityKind;

/// A value of an enum is renamed by an id that has the type in `of` and the value as name.
bool is_enum_value(const EntityId& id) {
  return id.kind == Kind::enum_type && !id.of.empty();
}

EntityId renamed(EntityId id, const Rename& rename) {
  const EntityId& old = rename.from;
  if (id == old) {
    id.name = rename.to;
    return id;
  }
  if (old.kind == Kind::schema && id.schema == old.name) id.schema = rename.to;
  const bool is_whole = detail::is_relation(old.kind) || detail::is_type(old.kind);
  const bool inside = detail::is_part(id.kind) || is_enum_value(id);
  if (is_whole && inside && id.schema == old.schema && id.of == old.name) id.of = rename.to;
  if (old.kind == Kind::schema) id.signature = detail::rename_schema(id.signature, old.name, rename.to);
  if (is_whole) id.signature = detail::rename_qualified(id.signature, old.schema, old.name, rename.to);
  return id;
}

/// What a text of `entity` says after the rename.
std::string rewritten(const Entity& entity, const std::string& text, const Rename& rename) {
  const EntityId& old = rename.from;
  if (old.kind == Kind::schema) return detail::rename_schema(text, old.name, rename.to);
  if (old.kind != Kind::index && (detail::is_relation(old.kind) || detail::is_type(old.kind) ||
                                  detail::is_routine(old.kind) || old.kind == Kind::collation)) {
    return detail::rename_qualified(text, old.schema, old.name, rename.to);
  }
  const bool itself = entity.id == old;
  const bool sibling = entity.id.schema == old.schema && entity.id.of == old.of;
  const bool depends = std::ranges::find(entity.needs, old) != entity.needs.end();
  if (itself || (old.kind == Kind::column && (sibling || depends))) {
    return detail::rename_identifier(text, old.name, rename.to);
  }
  return text;
}

/// owned_by holds plain names, not SQL.
void rewrite_owner(std::vector<std::string>& owner, const Rename& rename) {
  if (owner.size() != 3) return;
  const EntityId column = renamed({Kind::column, owner[0], owner[1], owner[2], {}}, rename);
  owner = {column.schema, column.of, column.name};
}

/// Attributes that hold plain text or names, which no SQL rewriting may touch.
bool is_plain(std::string_view attribute) {
  return attribute == "comment" || attribute == "labels" || attribute == "owned_by" || attribute == "columns" ||
         attribute == "identity_sequence" || attribute == "in_schema";
}

void rewrite(Entity& entity, const Rename& rename) {
  for (auto& [name, text] : entity.facts) {
    if (!is_plain(name)) text = rewritten(entity, text, rename);
    const bool index = rename.from.kind == Kind::index || rename.from.kind == Kind::constraint;
    if (index && name == "replica_identity_index" && text == rename.from.name && entity.id.name == rename.from.of) {
      text = rename.to;
    }
    if (rename.from.kind == Kind::schema && name == "in_schema" && text == rename.from.name) text = rename.to;
  }
  for (auto& [name, items] : entity.lists) {
    if (name == "owned_by") rewrite_owner(items, rename);
    if (name == "columns" && rename.from.kind == Kind::column) {
      std::ranges::replace(items, rename.from.name, rename.to);
    }
    if (is_plain(name)) continue;
    for (auto& item : items) item = rewritten(entity, item, rename);
  }
}

Model with_rename(const Model& model, const Rename& rename) {
  Model result;
  result.server_version = model.server_version;
  for (const auto& [id, old] : model.entities()) {
    Entity entity = old;
    rewrite(entity, rename);
    entity.id = renamed(id, rename);
    for (auto& need : entity.needs) need = renamed(need, rename);
    result.add(std::move(entity));
  }
  return result;
}

void rename_value(Model& model, const Rename& rename) {
  const EntityId& value = rename.from;
  Entity& type = model.entities().at({Kind::enum_type, value.schema, {}, value.of, {}});
  std::ranges::replace(type.lists["labels"], value.name, rename.to);
}

/// Throws unless the rename can be done in `model`.
void check(const Model& model, const Rename& rename) {
  const EntityId& old = rename.from;
  if (is_enum_value(old)) {
    const Entity* type = model.find({Kind::enum_type, old.schema, {}, old.of, {}});
    const auto has = [&](const std::string& label) {
      return type != nullptr && std::ranges::find(type->list("labels"), label) != type->list("labels").end();
    };
    if (!has(old.name))
      throw base::Error(fmt::format("cannot rename value {} of an enum: there is no such value in {}",
                                    sql::quote_literal(old.name), describe({old.kind, old.schema, {}, old.of, {}})));
    if (!has(rename.to)) return;
  } else {
    if (model.find(old) == nullptr) {
      throw base::Error(fmt::format("cannot rename {}: the old schema does not have it", describe(old)),
                        "Remove the annotation once the rename has been done everywhere.");
    }
    EntityId taken = old;
    taken.name = rename.to;
    if (model.find(taken) == nullptr) return;
  }
  throw base::Error(
      fmt::format("cannot rename {} to {}: that name is taken", describe(old), sql::quote_identifier(rename.to)));
}

/// What is equal in two entities that only the name tells apart.
std::string shape(const Entity& entity) {
  std::string text;
  const auto add = [&](std::string_view name, std::string_view value) {
    text.append(name).append(1, '\1').append(value).append(1, '\2');
  };
  const auto own_name = "INDEX " + sql::quote_identifier(entity.id.name) + " ON ";
  for (const auto& [name, value] : entity.facts) {
    if (name == "comment" || name == "clustered") continue;
    const auto at = entity.id.kind == Kind::index ? value.find(own_name) : std::string::npos;
    add(name, at == std::string::npos ? value : value.substr(0, at) + "INDEX ON " + value.substr(at + own_name.size()));
  }
  for (const auto& [name, items] : entity.lists) {
    if (name == "acl") continue;
    for (const auto& item : items) add(name, item);
  }
  return text;
}

using Place = std::tuple<Kind, std::string, std::string, std::string>;

bool is_matched_by_shape(const Entity& entity) {
  return entity.id.kind == Kind::constraint || entity.id.kind == Kind::index ||
         (entity.id.kind == Kind::sequence && !entity.list("owned_by").empty());
}

/// Entities of `model` that `other` does not have, by where they are and what they are like.
std::map<Place, std::vector<EntityId>> left_over(const Model& model, const Model& other) {
  std::map<Place, std::vector<EntityId>> result;
  for (const auto& [id, entity] : model.entities()) {
    if (is_matched_by_shape(entity) && other.find(id) == nullptr) {
      result[{id.kind, id.schema, id.of, shape(entity)}].push_back(id);
    }
  }
  return result;
}

/// Constraints, indexes and owned sequences that only the name tells apart; alone of their shape on both sides.
std::vector<Rename> renames_by_shape(const Model& from, const Model& to) {
  std::vector<Rename> result;
  const auto wanted = left_over(to, from);
  for (const auto& [place, olds] : left_over(from, to)) {
    const auto found = wanted.find(place);
    if (found == wanted.end() || olds.size() != found->second.size()) continue;
    for (std::size_t i = 0; i < olds.size(); ++i) result.push_back({olds[i], found->second[i].name});
  }
  return result;
}

/// Wholes before their parts: a part is given by the name its whole has before any rename.
int rank(const Rename& rename) {
  if (rename.from.kind == Kind::schema) return 0;
  return detail::is_part(rename.from.kind) || is_enum_value(rename.from) ? 2 : 1;
}

}  // namespace

Renamed apply_renames(const Model& from, const Model& to, const std::vector<Rename>& renames) {
  Renamed result{from, {}};
  const auto apply = [&](const Rename& rename) {
    check(result.model, rename);
    Change change{ChangeKind::rename, rename.from, rename.from, {}};
    change.to.name = rename.to;
    if (is_enum_value(rename.from)) {
      rename_value(result.model, rename);
    } else {
      result.model = with_rename(result.model, rename);
    }
    result.renames.push_back(std::move(change));
  };
  std::vector<Rename> left = renames;
  std::ranges::stable_sort(left, {}, rank);
  for (std::size_t i = 0; i < left.size(); ++i) {
    apply(left[i]);
    for (std::size_t later = i + 1; later < left.size(); ++later) left[later].from = renamed(left[later].from, left[i]);
  }
  for (const auto& rename : renames_by_shape(result.model, to)) apply(rename);
  return result;
}

}  // namespace migrate::schema
