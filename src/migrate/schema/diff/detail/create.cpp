#include "migrate/schema/diff/detail/create.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/base/error.hpp"
#include "migrate/schema/diff/detail/rules.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::schema::detail {
namespace {

using Kind = EntityKind;

std::string with_options(const Entity& entity) {
  const auto& options = entity.list("options");
  return options.empty() ? std::string() : "\nWITH (" + storage_parameters(options) + ")";
}

void create_schema(const Entity& schema, Writer& writer) {
  // Every new database has it.
  const bool is_there = schema.id.name == "public";
  writer.add(std::string("CREATE SCHEMA ") + (is_there ? "IF NOT EXISTS " : "") + name_of(schema.id));
}

void create_sequence(const Entity& sequence, Writer& writer) {
  const auto type = sequence.has("type") ? sequence.fact("type") : std::string("bigint");
  std::string text = sequence.fact("persistence") == "unlogged" ? "CREATE UNLOGGED SEQUENCE " : "CREATE SEQUENCE ";
  text += name_of(sequence.id);
  if (type != "bigint") text += " AS " + type;
  writer.add(text + sequence_clauses(sequence, "", type));
}

void dress_columns(const Model& model, const Entity& view, Writer& writer) {
  for (const Entity* column : model.parts(view.id, Kind::column)) dress_column(model, *column, writer);
}

void create_view(const Model& model, const Entity& view, Writer& writer) {
  std::string text =
      "CREATE VIEW " + name_of(view.id) + with_options(view) + " AS\n" + trimmed(view.fact("definition"));
  writer.add(std::move(text));
  dress_columns(model, view, writer);
}

void create_materialized_view(const Model& model, const Entity& view, Writer& writer) {
  std::string text = "CREATE MATERIALIZED VIEW " + name_of(view.id);
  if (view.has("access_method")) text += "\nUSING " + sql::quote_identifier(view.fact("access_method"));
  text += with_options(view);
  if (view.has("tablespace")) text += "\nTABLESPACE " + sql::quote_identifier(view.fact("tablespace"));
  text += " AS\n" + trimmed(view.fact("definition"));
  if (view.fact("populated") == "false") text += "\nWITH NO DATA";
  writer.add(std::move(text));
  dress_columns(model, view, writer);
}

void create_index(const Entity& index, Writer& writer) {
  std::string text = index.fact("definition");
  if (index.has("tablespace")) {
    // TABLESPACE stands before WHERE; pg_get_indexdef leaves it out.
    const auto where = text.find(" WHERE ");
    const auto clause = " TABLESPACE " + sql::quote_identifier(index.fact("tablespace"));
    text.insert(where == std::string::npos ? text.size() : where, clause);
  }
  writer.add(std::move(text));
  const auto name = sql::quote_qualified(index.id.schema, index.id.name);
  if (index.has("parent")) writer.add(fmt::format("ALTER INDEX {} ATTACH PARTITION {}", index.fact("parent"), name));
  if (index.has("clustered")) {
    writer.add(fmt::format("ALTER TABLE {} CLUSTER ON {}", whole_name(index.id), sql::quote_identifier(index.id.name)));
  }
  for (const auto& target : index.list("statistics")) {
    const auto sign = target.find('=');
    writer.add(fmt::format("ALTER INDEX {} ALTER COLUMN {} SET STATISTICS {}", name, target.substr(0, sign),
                           target.substr(sign + 1)));
  }
}

void create_policy(const Entity& policy, Writer& writer) {
  std::string text = "CREATE POLICY " + sql::quote_identifier(policy.id.name) + " ON " + whole_name(policy.id);
  if (policy.fact("permissive") == "false") text += " AS RESTRICTIVE";
  if (policy.has("command")) text += " FOR " + policy.fact("command");
  if (!policy.list("roles").empty()) text += " TO " + joined(policy.list("roles"));
  if (policy.has("using")) text += " USING (" + policy.fact("using") + ")";
  if (policy.has("check")) text += " WITH CHECK (" + policy.fact("check") + ")";
  writer.add(std::move(text));
}

void create_event_trigger(const Entity& trigger, Writer& writer) {
  std::string text = "CREATE EVENT TRIGGER " + name_of(trigger.id) + " ON " + trigger.fact("event");
  std::vector<std::string> tags;
  for (const auto& tag : trigger.list("tags")) tags.push_back(sql::quote_literal(tag));
  if (!tags.empty()) text += "\nWHEN TAG IN (" + joined(tags) + ")";
  writer.add(text + "\nEXECUTE FUNCTION " + trigger.fact("function") + "()");
  if (trigger.has("enabled")) writer.add(enabling(trigger));
}

void create_constraint(const Model& model, const Entity& constraint, Writer& writer) {
  const Entity* whole = whole_of(model, constraint.id);
  const bool of_domain = whole != nullptr && whole->id.kind == Kind::domain;
  const bool foreign = whole != nullptr && whole->id.kind == Kind::foreign_table;
  const auto words = of_domain ? "DOMAIN" : foreign ? "FOREIGN TABLE" : "TABLE";
  writer.add(fmt::format("ALTER {} {} ADD {}", words, whole_name(constraint.id), constraint_definition(constraint)));
  if (constraint.has("clustered")) {
    writer.add(fmt::format("ALTER TABLE {} CLUSTER ON {}", whole_name(constraint.id),
                           sql::quote_identifier(constraint.id.name)));
  }
}

void create_column(const Model& model, const Entity& column, Writer& writer) {
  const Entity* whole = whole_of(model, column.id);
  if (whole != nullptr && whole->id.kind == Kind::composite_type) {
    writer.add(fmt::format("ALTER TYPE {} ADD ATTRIBUTE {}", whole_name(column.id), column_definition(column)));
  } else {
    const bool foreign = whole != nullptr && whole->id.kind == Kind::foreign_table;
    const auto& options = column.list("fdw_options");
    writer.add(fmt::format("ALTER {} {} ADD COLUMN {}{}", foreign ? "FOREIGN TABLE" : "TABLE", whole_name(column.id),
                           column_definition(column),
                           options.empty() ? std::string() : " OPTIONS (" + joined(options) + ")"));
  }
  dress_column(model, column, writer);
}

void create_collation(const Entity& collation, Writer& writer) {
  std::vector<std::string> parts;
  for (const auto* name : {"provider", "locale", "lc_collate", "lc_ctype", "deterministic", "rules"}) {
    if (!collation.has(name)) continue;
    const bool word = std::string_view(name) == "provider" || std::string_view(name) == "deterministic";
    parts.push_back(
        fmt::format("{} = {}", name, word ? collation.fact(name) : sql::quote_literal(collation.fact(name))));
  }
  writer.add("CREATE COLLATION " + name_of(collation.id) + " (" + joined(parts) + ")");
}

void create_statistics(const Entity& statistics, Writer& writer) {
  writer.add(trimmed(statistics.fact("definition")));
  if (statistics.has("target")) {
    writer.add("ALTER STATISTICS " + name_of(statistics.id) + " SET STATISTICS " + statistics.fact("target"));
  }
}

void create_trigger(const Entity& trigger, Writer& writer) {
  writer.add(trimmed(trigger.fact("definition")));
  if (trigger.has("enabled")) writer.add(enabling(trigger));
}

}  // namespace

std::string enabling(const Entity& entity) {
  const auto& enabled = entity.fact("enabled");
  const std::string words = enabled == "disabled"  ? "DISABLE"
                            : enabled == "replica" ? "ENABLE REPLICA"
                            : enabled == "always"  ? "ENABLE ALWAYS"
                                                   : "ENABLE";
  const auto own = sql::quote_identifier(entity.id.name);
  if (entity.id.kind == Kind::event_trigger) return "ALTER EVENT TRIGGER " + own + " " + words;
  const auto kind = entity.id.kind == Kind::rule ? "RULE" : "TRIGGER";
  return fmt::format("ALTER TABLE {} {} {} {}", whole_name(entity.id), words, kind, own);
}

void create(const Model& model, const Entity& entity, Writer& writer) {
  switch (entity.id.kind) {
    case Kind::schema:
      create_schema(entity, writer);
      break;
    case Kind::extension: {
      const auto schema =
          entity.has("in_schema") ? " WITH SCHEMA " + sql::quote_identifier(entity.fact("in_schema")) : std::string();
      writer.add("CREATE EXTENSION " + name_of(entity.id) + schema);
      break;
    }
    case Kind::collation:
      create_collation(entity, writer);
      break;
    case Kind::enum_type:
    case Kind::domain:
    case Kind::composite_type:
    case Kind::range_type:
      create_type(model, entity, writer);
      break;
    case Kind::sequence:
      create_sequence(entity, writer);
      break;
    case Kind::table:
    case Kind::foreign_table:
      throw base::Error("a table is made by create_table");
    case Kind::column:
      create_column(model, entity, writer);
      return;
    case Kind::constraint:
      create_constraint(model, entity, writer);
      break;
    case Kind::index:
      create_index(entity, writer);
      break;
    case Kind::view:
      create_view(model, entity, writer);
      break;
    case Kind::materialized_view:
      create_materialized_view(model, entity, writer);
      break;
    case Kind::function:
    case Kind::procedure:
    case Kind::aggregate:
      create_routine(entity, writer);
      break;
    case Kind::trigger:
    case Kind::rule:
      create_trigger(entity, writer);
      break;
    case Kind::event_trigger:
      create_event_trigger(entity, writer);
      break;
    case Kind::policy:
      create_policy(entity, writer);
      break;
    case Kind::statistics:
      create_statistics(entity, writer);
      break;
    case Kind::publication:
      create_publication(entity, writer);
      break;
    case Kind::foreign_data_wrapper:
    case Kind::foreign_server:
    case Kind::user_mapping:
      create_foreign(model, entity, writer);
      break;
    case Kind::default_privileges: {
      const bool everywhere = entity.id.schema.empty();
      const Kind kind = entity.id.of == "tables"      ? Kind::table
                        : entity.id.of == "sequences" ? Kind::sequence
                        : entity.id.of == "functions" ? Kind::function
                        : entity.id.of == "types"     ? Kind::enum_type
                                                      : Kind::schema;
      const auto start = everywhere
                             ? built_in_privileges(kind, sql::quote_identifier(entity.id.name), model.server_version)
                             : std::vector<std::string>{};
      grant_by_default(entity, start, entity.list("acl"), writer);
      return;
    }
    case Kind::unmanaged:
      return;
  }
  dress(model, entity, writer);
}

}  // namespace migrate::schema::detail
