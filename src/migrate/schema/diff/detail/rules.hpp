#pragma once
#include "migrate/schema/diff/change.hpp"

/// What is known of each kind of entity when two of them are compared.
namespace migrate::schema::detail {

/// Not a difference at all: told but never compared, or held by another entity.
bool is_ignored(EntityKind kind, std::string_view attribute) noexcept;

/// Whether PostgreSQL can alter what differs, or the entity has to be made anew. `from` and `to` have the same id.
ChangeKind fate(const Model& from_model, const Model& to_model, const Change& change);

/// Whether it is part of a table, view, type … (by its `of`), and is made and dropped with it.
bool is_part(EntityKind kind) noexcept;

/// Kinds that share the names of relations (tables, views, indexes, sequences) or of types in a schema.
bool is_relation(EntityKind kind) noexcept;
bool is_type(EntityKind kind) noexcept;
bool is_routine(EntityKind kind) noexcept;

/// The entity that `id` is part of; nothing when it is not a part, or the model does not have it.
const Entity* whole_of(const Model& model, const EntityId& id);

/// Labels of `from` all stand in `to`, in the same order: values can be added in place.
bool is_extension_of(const std::vector<std::string>& from, const std::vector<std::string>& to);

}  // namespace migrate::schema::detail
