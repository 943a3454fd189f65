#include "migrate/catalog/detail/entity_reader.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "migrate/base/text.hpp"
#include "migrate/catalog/detail/row_layout.hpp"
#include "migrate/engine/codecs.hpp"

namespace migrate::catalog::detail {
namespace {

using schema::Entity;
using schema::EntityId;
using schema::EntityKind;

Address address_of(const engine::Result& result, int row, int first_column) {
  return {result.get<std::uint32_t>(row, first_column), result.get<std::uint32_t>(row, first_column + 1),
          result.get<std::int32_t>(row, first_column + 2)};
}

/// Publications, event triggers and the like are parts of nothing although they name tables; what has an `of` is.
bool is_part(EntityKind kind) {
  switch (kind) {
    case EntityKind::column:
    case EntityKind::constraint:
    case EntityKind::index:
    case EntityKind::trigger:
    case EntityKind::rule:
    case EntityKind::policy:
      return true;
    default:
      return false;
  }
}

constexpr std::array k_wholes{EntityKind::table,         EntityKind::view,           EntityKind::materialized_view,
                              EntityKind::foreign_table, EntityKind::composite_type, EntityKind::domain};

}  // namespace

std::size_t AddressHash::operator()(const Address& address) const noexcept {
  const auto object = (std::uint64_t{address.catalog} << 32U) | address.object;
  return std::hash<std::uint64_t>{}(object * 1'000'003U + static_cast<std::uint32_t>(address.column));
}

const Entity* EntityReader::whole_of(const EntityId& part) const {
  for (const EntityKind kind : k_wholes) {
    if (const Entity* whole = model_.find({kind, part.schema, {}, part.of, {}})) return whole;
  }
  return nullptr;
}

bool EntityReader::is_excluded(std::string_view name) const {
  return std::ranges::any_of(options_.exclude,
                             [&](const std::string& pattern) { return base::matches_glob(name, pattern); });
}

bool EntityReader::is_own_table(std::string_view schema, std::string_view name) const {
  return std::ranges::any_of(options_.own_tables, [&](const TableName& own) {
    return own.name == name && (own.schema.empty() || own.schema == schema);
  });
}

bool EntityReader::is_left_out(const Entity& entity, std::string_view match) const {
  const EntityId& id = entity.id;
  if (is_part(id.kind) && whole_of(id) == nullptr) return true;
  if (id.kind == EntityKind::table && is_own_table(id.schema, id.name)) return true;
  if (const auto& owner = entity.list("owned_by"); owner.size() == 3) {
    if (is_own_table(owner[0], owner[1]) || is_excluded(owner[0] + "." + owner[1])) return true;
  }
  if (options_.exclude.empty()) return false;
  if (!match.empty()) return is_excluded(match);
  const std::string prefix = id.schema.empty() ? "" : id.schema + ".";
  if (id.of.empty() || id.kind == EntityKind::index) {
    if (is_excluded(prefix + id.name)) return true;
  }
  return !id.of.empty() && is_excluded(prefix + id.of + "." + id.name);
}

void EntityReader::add(EntityKind kind, const engine::Result& result) {
  const RowLayout layout(result);
  for (int row = 0; row < result.rows(); ++row) {
    Entity entity = layout.read(kind, result, row);
    if (entity.position == 0) entity.position = row + 1;
    if (is_left_out(entity, layout.match(result, row))) continue;
    const auto address = layout.address(result, row);
    Entity& added = model_.add(std::move(entity));
    if (address) entities_.emplace(*address, &added);
  }
}

void EntityReader::add_comments(const engine::Result& result) {
  for (int row = 0; row < result.rows(); ++row) {
    const Address address = address_of(result, row, 0);
    if (const auto found = entities_.find(address); found != entities_.end()) {
      found->second->facts.insert_or_assign("comment", std::string(result.text(row, 3)));
    } else if (const auto part = inner_parts_.find(address); part != inner_parts_.end()) {
      // The index of a constraint can be commented on as well; of other inner parts nobody can tell.
      const auto whole = entities_.find(part->second);
      if (whole == entities_.end() || whole->second->id.kind != EntityKind::constraint) continue;
      whole->second->facts.insert_or_assign("index_comment", std::string(result.text(row, 3)));
    }
  }
}

void EntityReader::add_privileges(const engine::Result& result) {
  for (int row = 0; row < result.rows(); ++row) {
    const auto found = entities_.find(address_of(result, row, 0));
    if (found == entities_.end()) continue;
    if (const auto owner = result.get(row, 3)) found->second->facts.insert_or_assign("owner", std::string(*owner));
    if (const auto list = result.get(row, 4)) {
      found->second->lists.insert_or_assign("acl", engine::Codec<std::vector<std::string>>::decode(*list));
    }
  }
}

Entity* EntityReader::resolve(Address address) const {
  constexpr int k_deepest = 8;
  for (int step = 0; step < k_deepest; ++step) {
    if (const auto found = entities_.find(address); found != entities_.end()) return found->second;
    if (const auto part = inner_parts_.find(address); part != inner_parts_.end()) {
      address = part->second;
    } else if (address.column != 0) {
      address.column = 0;
    } else {
      return nullptr;
    }
  }
  return nullptr;
}

const Entity* EntityReader::resolve_needed(const Address& address) const {
  if (const Entity* entity = resolve(address)) return entity;
  auto inner = inner_parts_.find(address);
  const auto found = stand_ins_.find(inner == inner_parts_.end() ? address : inner->second);
  return found == stand_ins_.end() ? nullptr : resolve(found->second);
}

void EntityReader::add_needs(const engine::Result& result) {
  for (int row = 0; row < result.rows(); ++row) {
    const std::string_view how = result.text(row, 6);
    if (how == "i") inner_parts_.emplace(address_of(result, row, 0), address_of(result, row, 3));
    if (how == "e" || how == "P") stand_ins_.emplace(address_of(result, row, 0), address_of(result, row, 3));
  }
  for (int row = 0; row < result.rows(); ++row) {
    Entity* const dependent = resolve(address_of(result, row, 0));
    const Entity* const needed = dependent == nullptr ? nullptr : resolve_needed(address_of(result, row, 3));
    if (needed == nullptr || needed == dependent) continue;
    const EntityId& id = dependent->id;
    const bool is_own_part = needed->id.of == id.name && needed->id.schema == id.schema && is_part(needed->id.kind);
    // Whose a sequence is, is said after both are there.
    const bool is_ownership = id.kind == EntityKind::sequence && needed->id.kind == EntityKind::column;
    if (!is_own_part && !is_ownership) dependent->needs.push_back(needed->id);
  }
  for (auto& [id, entity] : model_.entities()) {
    if (const Entity* whole = is_part(id.kind) ? whole_of(id) : nullptr) entity.needs.push_back(whole->id);
    std::ranges::sort(entity.needs);
    const auto rest = std::ranges::unique(entity.needs);
    entity.needs.erase(rest.begin(), rest.end());
  }
}

}  // namespace migrate::catalog::detail
