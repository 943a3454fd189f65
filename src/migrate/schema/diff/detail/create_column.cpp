#include <fmt/format.h>

#include <algorithm>

#include "migrate/schema/diff/detail/create.hpp"
#include "migrate/schema/diff/detail/rules.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::schema::detail {
namespace {

using Kind = EntityKind;

std::string limit_of(const std::string& type, bool highest) {
  if (type == "smallint") return highest ? "32767" : "-32768";
  if (type == "integer") return highest ? "2147483647" : "-2147483648";
  return highest ? "9223372036854775807" : "-9223372036854775808";
}

/// WITH and TABLESPACE stand behind the columns of a key, before DEFERRABLE.
std::size_t end_of_key(std::string_view definition) {
  const auto at = definition.rfind(')');
  return at == std::string_view::npos ? definition.size() : at + 1;
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

}  // namespace

std::string sequence_fact(const Entity& entity, std::string_view prefix, std::string_view name,
                          const std::string& type) {
  const auto& given = entity.fact(fmt::format("{}{}", prefix, name));
  if (!given.empty()) return given;
  const bool descends = entity.fact(fmt::format("{}increment", prefix)).starts_with('-');
  if (name == "increment" || name == "cache") return "1";
  if (name == "min") return descends ? limit_of(type, false) : "1";
  if (name == "max") return descends ? "-1" : limit_of(type, true);
  if (name == "start") return sequence_fact(entity, prefix, descends ? "max" : "min", type);
  return "false";
}

std::string sequence_clauses(const Entity& entity, std::string_view prefix, const std::string& type) {
  Entity plain;
  const auto increment = sequence_fact(entity, prefix, "increment", type);
  plain.facts[fmt::format("{}increment", prefix)] = increment;
  std::string text;
  const auto add = [&](std::string_view name, std::string_view words, const std::string& usual) {
    const auto value = sequence_fact(entity, prefix, name, type);
    if (value != usual) text += fmt::format(" {} {}", words, value);
  };
  add("increment", "INCREMENT BY", "1");
  add("min", "MINVALUE", sequence_fact(plain, prefix, "min", type));
  add("max", "MAXVALUE", sequence_fact(plain, prefix, "max", type));
  const bool descends = increment.starts_with('-');
  add("start", "START WITH", sequence_fact(entity, prefix, descends ? "max" : "min", type));
  add("cache", "CACHE", "1");
  if (sequence_fact(entity, prefix, "cycle", type) == "true") text += " CYCLE";
  return text;
}

std::string identity_clause(const Entity& column) {
  const EntityId& id = column.id;
  std::string inside = sequence_clauses(column, "identity_", column.fact("type"));
  const auto& sequence = column.fact("identity_sequence");
  if (!sequence.empty() && sequence != id.of + "_" + id.name + "_seq") {
    inside = " SEQUENCE NAME " + sql::quote_qualified(id.schema, sequence) + inside;
  }
  const auto text = fmt::format("GENERATED {} AS IDENTITY", upper(column.fact("identity")));
  return inside.empty() ? text : text + " (" + inside.substr(1) + ")";
}

std::string column_definition(const Entity& column, bool with_default) {
  std::string text = sql::quote_identifier(column.id.name) + " " + column.fact("type");
  if (column.has("compression")) text += " COMPRESSION " + column.fact("compression");
  if (column.has("collation")) text += " COLLATE " + column.fact("collation");
  if (column.has("generated")) {
    text += fmt::format(" GENERATED ALWAYS AS ({}) {}", column.fact("expression"), upper(column.fact("generated")));
  } else if (column.has("identity")) {
    text += " " + identity_clause(column);
  } else if (column.has("default") && with_default) {
    text += " DEFAULT " + column.fact("default");
  }
  if (column.has("not_null")) text += " NOT NULL";
  return text;
}

void dress_column(const Model& model, const Entity& column, Writer& writer) {
  const Entity* whole = whole_of(model, column.id);
  const bool stored = whole != nullptr && whole->id.kind != Kind::composite_type;
  const bool view = whole != nullptr && whole->id.kind == Kind::view;
  const std::string_view table = whole == nullptr || whole->id.kind == Kind::table ? "TABLE"
                                 : view                                            ? "VIEW"
                                 : whole->id.kind == Kind::materialized_view       ? "MATERIALIZED VIEW"
                                                                                   : "FOREIGN TABLE";
  const auto head = fmt::format("ALTER {} {}{} ALTER COLUMN {} ", table, table == "TABLE" ? "ONLY " : "",
                                whole_name(column.id), sql::quote_identifier(column.id.name));
  if (stored && view && column.has("default")) writer.add(head + "SET DEFAULT " + column.fact("default"));
  if (stored && !view) {
    if (column.has("storage")) writer.add(head + "SET STORAGE " + upper(column.fact("storage")));
    if (column.has("statistics")) writer.add(head + "SET STATISTICS " + column.fact("statistics"));
    if (!column.list("options").empty()) writer.add(head + "SET (" + storage_parameters(column.list("options")) + ")");
  }
  dress(model, column, writer);
}

std::string constraint_definition(const Entity& constraint) {
  std::string text = constraint.fact("definition");
  const bool key = constraint.fact("type") == "primary key" || constraint.fact("type") == "unique";
  std::string storage;
  if (key && !constraint.list("options").empty())
    storage += " WITH (" + storage_parameters(constraint.list("options")) + ")";
  if (key && constraint.has("tablespace")) {
    storage += " USING INDEX TABLESPACE " + sql::quote_identifier(constraint.fact("tablespace"));
  }
  text.insert(end_of_key(text), storage);
  return "CONSTRAINT " + sql::quote_identifier(constraint.id.name) + " " + text;
}

}  // namespace migrate::schema::detail
