#pragma once
#include "migrate/schema/diff/detail/fates.hpp"
#include "migrate/schema/diff/detail/graph.hpp"

/// The steps of a plan and what orders them.
namespace migrate::schema::detail {

/// Between two models (the old one after the renames) and what becomes of their entities.
struct Scene {
  const Model& from;
  const Model& to;
  const Fates& fates;

  /// The entity whose step carries the statements about `id`: a column of a new table is carried by the table.
  [[nodiscard]] EntityId maker(const EntityId& id) const;
  [[nodiscard]] EntityId dropper(const EntityId& id) const;
  /// The index or constraint goes with a column that is dropped, the sequence with its table: no statement of its own.
  [[nodiscard]] bool goes_by_itself(const EntityId& id) const;
  /// Constraints and columns of a new table that a CREATE TABLE holds.
  [[nodiscard]] bool is_inside(const Entity& part) const;
  /// A new entity that needs, over others that are new, the table it would be written into.
  [[nodiscard]] bool leads_back(const Entity& part, const EntityId& table) const;
  /// The same of an old one over others that go: it has to be dropped before the table.
  [[nodiscard]] bool led_back(const Entity& part, const EntityId& table) const;
  /// A new partition of a table whose indexes are there already, or one that is attached in this plan: its indexes come
  /// first, and attaching finds them.
  [[nodiscard]] bool is_attached_later(const Entity& table) const;
};

/// Steps with their statements.
void add_drops(const Scene& scene, StepGraph& graph);
void add_creations(const Scene& scene, StepGraph& graph);
void add_alterations(const Scene& scene, StepGraph& graph);
/// For tables that exist: the forms that do not hold their locks while work is done. After the steps, before the order.
void make_online(const Scene& scene, StepGraph& graph);
/// What goes before what.
void add_order(const Scene& scene, StepGraph& graph);

/// A type that is rebuilt is called like this while both exist.
std::string interim_name(const std::string& name);

}  // namespace migrate::schema::detail
