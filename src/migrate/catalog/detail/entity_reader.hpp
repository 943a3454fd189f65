#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <unordered_map>

#include "migrate/catalog/read_model.hpp"
#include "migrate/engine/result.hpp"
#include "migrate/schema/model.hpp"

namespace migrate::catalog::detail {

/// What the catalog knows an object by: the table it is a row of, its oid, and the column's number or 0.
struct Address {
  std::uint32_t catalog = 0;
  std::uint32_t object = 0;
  std::int32_t column = 0;
  bool operator==(const Address&) const = default;
};

struct AddressHash {
  std::size_t operator()(const Address& address) const noexcept;
};

template <typename T>
using ByAddress = std::unordered_map<Address, T, AddressHash>;

/// Makes entities of rows, and remembers their addresses.
class EntityReader {
 public:
  /// Both must outlive it.
  EntityReader(schema::Model& model, const ReadOptions& options) : model_(model), options_(options) {}

  /// Rows of a Query. Wholes (tables, views, types …) must come before their parts: a part of something that was left
  /// out is left out.
  void add(schema::EntityKind kind, const engine::Result& result);
  /// Rows of comments_query() and privileges_query(): attributes of entities that are there.
  void add_comments(const engine::Result& result);
  void add_privileges(const engine::Result& result);
  /// Rows of dependencies_query().
  void add_needs(const engine::Result& result);

 private:
  [[nodiscard]] bool is_left_out(const schema::Entity& entity, std::string_view match) const;
  [[nodiscard]] bool is_excluded(std::string_view name) const;
  [[nodiscard]] bool is_own_table(std::string_view schema, std::string_view name) const;
  [[nodiscard]] const schema::Entity* whole_of(const schema::EntityId& part) const;
  /// The entity at an address: itself, what its column is part of, or what it is an inner part of. Null: not read.
  [[nodiscard]] schema::Entity* resolve(Address address) const;
  /// The same for what others need: a member stands for its extension, a partition's constraint for the parent's.
  [[nodiscard]] const schema::Entity* resolve_needed(const Address& address) const;

  schema::Model& model_;
  const ReadOptions& options_;
  ByAddress<schema::Entity*> entities_;
  ByAddress<Address> inner_parts_;  ///< to what they are part of
  ByAddress<Address> stand_ins_;    ///< members to extensions, parts of partitions to the parent's
};

}  // namespace migrate::catalog::detail
