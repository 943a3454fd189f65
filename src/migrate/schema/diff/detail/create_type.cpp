#include <fmt/format.h>

#include "migrate/schema/diff/detail/create.hpp"
#include "migrate/schema/diff/detail/rules.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::schema::detail {
namespace {

using Kind = EntityKind;

std::string domain_text(const Model& model, const Entity& domain) {
  std::string text = "CREATE DOMAIN " + name_of(domain.id) + " AS " + domain.fact("type");
  if (domain.has("collation")) text += " COLLATE " + domain.fact("collation");
  if (domain.has("default")) text += " DEFAULT " + domain.fact("default");
  if (domain.has("not_null")) text += " NOT NULL";
  for (const Entity* constraint : model.parts(domain.id, Kind::constraint)) {
    if (!constraint->has("valid")) text += "\n  " + constraint_definition(*constraint);
  }
  return text;
}

std::string composite_text(const Model& model, const Entity& type) {
  std::vector<std::string> lines;
  for (const Entity* column : model.parts(type.id, Kind::column)) lines.push_back(column_definition(*column));
  return "CREATE TYPE " + name_of(type.id) + " AS (" + (lines.empty() ? "" : "\n  " + joined(lines, ",\n  ") + "\n") +
         ")";
}

std::string range_text(const Entity& type) {
  std::vector<std::string> lines;
  for (const auto* name :
       {"subtype", "subtype_opclass", "collation", "canonical", "subtype_diff", "multirange_type_name"}) {
    if (type.has(name)) lines.push_back(fmt::format("{} = {}", name, type.fact(name)));
  }
  return "CREATE TYPE " + name_of(type.id) + " AS RANGE (\n  " + joined(lines, ",\n  ") + "\n)";
}

}  // namespace

void create_type(const Model& model, const Entity& type, Writer& writer) {
  switch (type.id.kind) {
    case Kind::enum_type: {
      std::vector<std::string> labels;
      for (const auto& label : type.list("labels")) labels.push_back(sql::quote_literal(label));
      writer.add("CREATE TYPE " + name_of(type.id) + " AS ENUM (" + joined(labels) + ")");
      return;
    }
    case Kind::domain:
      writer.add(domain_text(model, type));
      for (const Entity* constraint : model.parts(type.id, Kind::constraint)) {
        if (constraint->has("valid")) {
          writer.add(fmt::format("ALTER DOMAIN {} ADD {}", name_of(type.id), constraint_definition(*constraint)));
        }
        dress(model, *constraint, writer);
      }
      return;
    case Kind::composite_type:
      writer.add(composite_text(model, type));
      for (const Entity* column : model.parts(type.id, Kind::column)) dress(model, *column, writer);
      return;
    default:
      writer.add(range_text(type));
      return;
  }
}

void create_routine(const Entity& routine, Writer& writer) {
  if (routine.id.kind != Kind::aggregate) {
    writer.add(trimmed(routine.fact("definition")));
    return;
  }
  const auto& arguments = routine.has("arguments") ? routine.fact("arguments") : routine.id.signature;
  writer.add(fmt::format("CREATE AGGREGATE {}({}) (\n  {}\n)", sql::quote_qualified(routine.id.schema, routine.id.name),
                         arguments.empty() ? "*" : arguments, joined(routine.list("options"), ",\n  ")));
}

void create_foreign(const Model& model, const Entity& entity, Writer& writer) {
  std::string text = "CREATE " + object_words(model, entity.id);
  if (entity.has("handler")) text += " HANDLER " + entity.fact("handler");
  if (entity.has("validator")) text += " VALIDATOR " + entity.fact("validator");
  if (entity.has("server_type")) text += " TYPE " + sql::quote_literal(entity.fact("server_type"));
  if (entity.has("version")) text += " VERSION " + sql::quote_literal(entity.fact("version"));
  if (entity.has("wrapper")) text += " FOREIGN DATA WRAPPER " + sql::quote_identifier(entity.fact("wrapper"));
  if (!entity.list("options").empty()) text += " OPTIONS (" + joined(entity.list("options")) + ")";
  writer.add(std::move(text));
}

std::string publication_objects(const Entity& publication) {
  std::vector<std::string> objects;
  if (!publication.list("tables").empty()) objects.push_back("TABLE " + joined(publication.list("tables")));
  if (!publication.list("schemas").empty())
    objects.push_back("TABLES IN SCHEMA " + joined(publication.list("schemas")));
  return joined(objects);
}

std::string publication_options(const Entity& publication) {
  const auto& publish = publication.fact("publish");
  return fmt::format("publish = '{}', publish_via_partition_root = {}",
                     publication.has("publish") ? publish : "insert, update, delete, truncate",
                     publication.has("via_root") ? "true" : "false");
}

void create_publication(const Entity& publication, Writer& writer) {
  std::string text = "CREATE PUBLICATION " + name_of(publication.id);
  if (publication.has("all_tables")) {
    text += " FOR ALL TABLES";
  } else if (const auto objects = publication_objects(publication); !objects.empty()) {
    text += " FOR " + objects;
  }
  if (publication.has("publish") || publication.has("via_root"))
    text += " WITH (" + publication_options(publication) + ")";
  writer.add(std::move(text));
}

}  // namespace migrate::schema::detail
