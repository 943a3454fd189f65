#include <fmt/format.h>

#include "migrate/schema/diff/detail/alter.hpp"
#include "migrate/schema/diff/detail/create.hpp"
#include "migrate/schema/diff/detail/rules.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::schema::detail {
namespace {

using Kind = EntityKind;

/// What is lost with an entity beside its definition.
std::vector<Hazard> loss(const Entity& entity, const Entity* whole) {
  const bool table_column = whole != nullptr && whole->id.kind == Kind::table;
  switch (entity.id.kind) {
    case Kind::table:
      return {{HazardKind::data_loss, "drops " + describe(entity.id) + " and its rows"}};
    case Kind::materialized_view:
      return {{HazardKind::data_loss, "drops " + describe(entity.id) + " and its rows"}};
    case Kind::schema:
      return {{HazardKind::data_loss, "drops " + describe(entity.id)}};
    case Kind::sequence:
      return {{HazardKind::data_loss, "drops " + describe(entity.id) + " and where it stood"}};
    case Kind::column:
      if (!table_column || entity.has("generated")) return {};
      return {{HazardKind::data_loss, "drops " + describe(entity.id) + " and its values"}};
    case Kind::extension:
      return {{HazardKind::data_loss, "drops " + describe(entity.id) + " and all that is of it"}};
    default:
      return {};
  }
}

std::string rename_words(const Model& model, const Change& change) {
  const EntityId& id = change.from;
  const auto own = sql::quote_identifier(id.name);
  const Entity* whole = whole_of(model, id);
  const bool of_domain = whole != nullptr && whole->id.kind == Kind::domain;
  const bool of_type = whole != nullptr && whole->id.kind == Kind::composite_type;
  const auto to = sql::quote_identifier(change.to.name);
  switch (id.kind) {
    case Kind::column:
      return fmt::format("ALTER {} {} RENAME {} {} TO {}", of_type ? "TYPE" : "TABLE", whole_name(id),
                         of_type ? "ATTRIBUTE" : "COLUMN", own, to);
    case Kind::constraint:
      return fmt::format("ALTER {} {} RENAME CONSTRAINT {} TO {}", of_domain ? "DOMAIN" : "TABLE", whole_name(id), own,
                         to);
    case Kind::enum_type:
      if (!id.of.empty()) {
        return fmt::format("ALTER TYPE {} RENAME VALUE {} TO {}", whole_name(id), sql::quote_literal(id.name),
                           sql::quote_literal(change.to.name));
      }
      break;
    default:
      break;
  }
  return "ALTER " + object_words(model, id) + " RENAME TO " + to;
}

}  // namespace

void drop(const Model& model, const Entity& entity, Writer& writer) {
  const EntityId& id = entity.id;
  const Entity* whole = whole_of(model, id);
  const auto own = sql::quote_identifier(id.name);
  if (id.kind == Kind::default_privileges) {
    Entity nothing = entity;
    const auto all = nothing.list("acl");
    const bool everywhere = id.schema.empty();
    const Kind kind = id.of == "tables"      ? Kind::table
                      : id.of == "sequences" ? Kind::sequence
                      : id.of == "functions" ? Kind::function
                      : id.of == "types"     ? Kind::enum_type
                                             : Kind::schema;
    const auto end = everywhere ? built_in_privileges(kind, sql::quote_identifier(id.name), model.server_version)
                                : std::vector<std::string>{};
    return grant_by_default(entity, all, end, writer);
  }
  const bool of_domain = whole != nullptr && whole->id.kind == Kind::domain;
  const bool of_type = whole != nullptr && whole->id.kind == Kind::composite_type;
  const bool foreign = whole != nullptr && whole->id.kind == Kind::foreign_table;
  const std::string table = of_domain ? "DOMAIN" : of_type ? "TYPE" : foreign ? "FOREIGN TABLE" : "TABLE";
  if (id.kind == Kind::column) {
    writer.add(fmt::format("ALTER {} {} DROP {} {}", table, whole_name(id), of_type ? "ATTRIBUTE" : "COLUMN", own),
               loss(entity, whole));
  } else if (id.kind == Kind::constraint) {
    writer.add(fmt::format("ALTER {} {} DROP CONSTRAINT {}", table, whole_name(id), own));
  } else {
    writer.add("DROP " + object_words(model, id), loss(entity, whole));
  }
}

void rename(const Model& from, const Change& change, Writer& writer) {
  writer.add(rename_words(from, change));
}

}  // namespace migrate::schema::detail
