#include <fmt/format.h>

#include <algorithm>

#include "migrate/schema/detail/ddl.hpp"

namespace migrate::schema::detail {
namespace {

/// Elements with the operator classes of `options.ops`, which are listed by column.
std::vector<IndexElement> with_operator_classes(const CreateIndex& operation) {
  std::vector<IndexElement> elements = operation.elements;
  for (const auto& [column, operator_class] : operation.options.ops) {
    const auto found = std::ranges::find(elements, column, &IndexElement::text);
    if (found == elements.end()) {
      refuse(fmt::format("ops names \"{}\", which is not in the index", column));
    }
    if (!found->ops.empty() && found->ops != operator_class) {
      refuse(fmt::format("\"{}\" has two operator classes, {} and {}", column, found->ops, operator_class));
    }
    found->ops = operator_class;
  }
  return elements;
}

}  // namespace

std::string index_element(const IndexElement& element) {
  std::string text =
      element.is_expression ? in_parentheses(element.text, "an expression") : identifier(element.text, "a column");
  text += collate_clause(element.collation);
  if (!element.ops.empty()) text += " " + fragment(element.ops, "ops");
  if (element.descending) text += " DESC";
  if (!element.nulls.empty()) text += " NULLS " + word(element.nulls, {"FIRST", "LAST"}, "nulls");
  return text;
}

Statements ddl(const CreateIndex& operation, const NamingConvention& naming) {
  const IndexOptions& options = operation.options;
  if (operation.elements.empty()) refuse("the index has no columns");
  NamedParts parts;
  parts.table = operation.table;
  std::string list;
  for (const IndexElement& element : with_operator_classes(operation)) {
    parts.columns.push_back(element.is_expression ? std::string() : element.text);
    list += (list.empty() ? "" : ", ") + index_element(element);
  }
  const std::string name = settled_name(operation.name, operation.final_name, naming.ix, std::move(parts));
  if (name.empty() && options.if_not_exists) {
    refuse("if_not_exists is given, but the index has no name", "PostgreSQL can only look for a name: give one.");
  }
  std::string text = options.unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ";
  if (options.concurrently) text += "CONCURRENTLY ";
  if (options.if_not_exists) text += "IF NOT EXISTS ";
  if (!name.empty()) text += identifier(name, "the index") + " ";
  text += fmt::format("ON {}{}", options.only ? "ONLY " : "", qualified(options.schema, operation.table, "the table"));
  text += named_clause("USING", options.using_, "using_");
  text += " (" + list + ")";
  text += listed_clause("INCLUDE", options.include, "include");
  if (options.nulls_not_distinct) text += " NULLS NOT DISTINCT";
  text += with_clause(options.with);
  text += named_clause("TABLESPACE", options.tablespace, "the tablespace");
  if (!options.where.empty()) text += " WHERE " + fragment(options.where, "where");
  return {text};
}

Statements ddl(const DropIndex& operation, const NamingConvention& naming) {
  const DropIndexOptions& options = operation.options;
  NamedParts parts;
  parts.table = operation.table;
  const std::string name = settled_name(operation.name, operation.final_name, naming.ix, std::move(parts));
  if (name.empty()) {
    refuse("the index has no name",
           "Give its name (psql's \\d shows it); columns that a naming convention asks for are not known here.");
  }
  if (options.concurrently && options.cascade) {
    refuse("concurrently and cascade are given",
           "PostgreSQL drops an index concurrently only when nothing depends on it.");
  }
  return {fmt::format("DROP INDEX {}{}{}{}", options.concurrently ? "CONCURRENTLY " : "",
                      options.if_exists ? "IF EXISTS " : "", qualified(options.schema, name, "the index"),
                      options.cascade ? " CASCADE" : "")};
}

}  // namespace migrate::schema::detail
