#include <fmt/format.h>

#include "migrate/schema/detail/ddl.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::schema::detail {
namespace {

/// "a text COLLATE "C"": of a column's settings a composite type knows no more.
std::string attribute_definition(const Column& column) {
  if (column.nullable || column.primary_key || column.unique || column.indexed || column.server_default ||
      column.identity || column.generated || column.references || column.check || !column.storage.empty() ||
      !column.compression.empty()) {
    refuse(fmt::format("attribute \"{}\" has more than a type, a collation and a comment", column.name),
           "Attributes of a composite type know no constraints and defaults; a domain as their type can have them.");
  }
  return fmt::format("{} {}{}", identifier(column.name, "an attribute"),
                     type_sql(column.type, fmt::format("attribute \"{}\"", column.name)),
                     collate_clause(column.collation));
}

}  // namespace

Statements ddl(const CreateEnum& operation) {
  return {enum_type(operation.schema, operation.name, operation.labels)};
}

Statements ddl(const AddEnumValue& operation) {
  const EnumValueOptions& options = operation.options;
  if (!options.before.empty() && !options.after.empty()) refuse("before and after are given", "One of them is enough.");
  std::string text = fmt::format("ALTER TYPE {} ADD VALUE {}{}", qualified(options.schema, operation.name, "the enum"),
                                 options.if_not_exists ? "IF NOT EXISTS " : "", sql::quote_literal(operation.value));
  if (!options.before.empty()) text += " BEFORE " + sql::quote_literal(options.before);
  if (!options.after.empty()) text += " AFTER " + sql::quote_literal(options.after);
  return {text};
}

Statements ddl(const RenameEnumValue& operation) {
  return {fmt::format("ALTER TYPE {} RENAME VALUE {} TO {}", qualified(operation.schema, operation.name, "the enum"),
                      sql::quote_literal(operation.old_value), sql::quote_literal(operation.new_value))};
}

Statements ddl(const CreateDomain& operation) {
  const DomainOptions& options = operation.options;
  if (!options.constraint_name.empty() && options.check.empty()) {
    refuse("constraint_name is given without check", "It is the name of the check.");
  }
  Statements statements;
  create_enum_type(operation.type, false, statements);
  std::string text = fmt::format("CREATE DOMAIN {} AS {}", qualified(options.schema, operation.name, "the domain"),
                                 type_sql(operation.type, "the domain"));
  text += collate_clause(options.collation);
  if (!options.default_.empty()) text += " DEFAULT " + fragment(options.default_, "default_");
  if (options.not_null) text += " NOT NULL";
  if (!options.check.empty()) {
    text += " " + constraint_prefix(options.constraint_name) + "CHECK " + in_parentheses(options.check, "check");
  }
  statements.push_back(std::move(text));
  return statements;
}

Statements ddl(const CreateCompositeType& operation) {
  const std::string name = qualified(operation.schema, operation.name, "the type");
  Statements statements;
  std::string list;
  for (const Column& attribute : operation.attributes) {
    create_enum_type(attribute.type, false, statements);
    list += (list.empty() ? "" : ", ") + attribute_definition(attribute);
  }
  statements.push_back(fmt::format("CREATE TYPE {} AS ({})", name, list));
  for (const Column& attribute : operation.attributes) {
    if (!attribute.comment) continue;
    const std::string subject = fmt::format("COLUMN {}.{}", name, identifier(attribute.name, "an attribute"));
    statements.push_back(comment_on(subject, attribute.comment));
  }
  return statements;
}

}  // namespace migrate::schema::detail
