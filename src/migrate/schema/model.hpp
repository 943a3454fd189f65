#pragma once
#include <compare>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::schema {

/// What a schema is made of. `unmanaged`: an object the differ does not handle; it is reported by name, never passed by
/// in silence.
enum class EntityKind {
  schema,
  extension,
  collation,
  enum_type,
  domain,
  composite_type,
  range_type,
  sequence,
  table,
  column,
  constraint,  ///< of a table or a domain
  index,
  view,
  materialized_view,
  function,
  procedure,
  aggregate,
  trigger,
  event_trigger,
  rule,
  policy,
  statistics,
  publication,
  foreign_data_wrapper,
  foreign_server,
  user_mapping,
  foreign_table,
  default_privileges,
  unmanaged
};

/// As people say it: "materialized view".
std::string_view kind_name(EntityKind kind) noexcept;

/// What an entity is known by, unquoted. Two entities of one model never share it.
struct EntityId {
  EntityKind kind = EntityKind::table;
  std::string schema{};  ///< empty for what lies in no schema
  std::string of{};  ///< the table, view or domain (in `schema`) that a column, constraint, trigger, rule … is part of
  std::string name{};
  std::string signature{};  ///< identity arguments of a routine: "integer, text"

  auto operator<=>(const EntityId&) const = default;
  bool operator==(const EntityId&) const = default;
};

/// "table public.users", "column public.users.email", "function public.total(integer)".
std::string describe(const EntityId& id);

/// One entity with everything that makes two of them differ. Values are canonical SQL as PostgreSQL's own deparse
/// functions write it with an empty search_path: names are qualified, and quoted where they need it.
struct Entity {
  EntityId id{};
  /// By attribute: "type", "default", "definition", "comment" … Absent: as PostgreSQL has it when nothing is said.
  std::map<std::string, std::string, std::less<>> facts{};
  /// Attributes that are lists: "labels", "options", "inherits", "acl" … Absent: empty.
  std::map<std::string, std::vector<std::string>, std::less<>> lists{};
  /// What has to exist before it (pg_depend); only entities of the same model.
  std::vector<EntityId> needs{};
  /// Where it stands among its like: attnum of columns, order of creation otherwise. Never compared.
  int position = 0;

  /// Empty when absent.
  [[nodiscard]] const std::string& fact(std::string_view name) const;
  [[nodiscard]] const std::vector<std::string>& list(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const { return facts.contains(name) || lists.contains(name); }
};

/// A schema as values: what catalog reads, what the differ compares. The order of iteration is that of EntityId.
class Model {
 public:
  /// Replaces an entity of the same id.
  Entity& add(Entity entity);
  [[nodiscard]] const Entity* find(const EntityId& id) const;
  /// Children of a table, view or domain, by position: columns, constraints, indexes …
  [[nodiscard]] std::vector<const Entity*> parts(const EntityId& of, EntityKind kind) const;
  [[nodiscard]] const std::map<EntityId, Entity>& entities() const noexcept { return entities_; }
  [[nodiscard]] std::map<EntityId, Entity>& entities() noexcept { return entities_; }

  int server_version = 0;  ///< as PQserverVersion: 150020; which syntax may be used

 private:
  std::map<EntityId, Entity> entities_;
};

}  // namespace migrate::schema
