#include <fmt/format.h>

#include "migrate/base/text.hpp"
#include "migrate/schema/detail/ddl.hpp"

namespace migrate::schema::detail {
namespace {

using Kind = Constraint::Kind;

std::string_view convention_of(Kind kind, const NamingConvention& naming) {
  switch (kind) {
    case Kind::pk:
      return naming.pk;
    case Kind::uq:
      return naming.uq;
    case Kind::fk:
      return naming.fk;
    case Kind::ck:
      return naming.ck;
    case Kind::ex:
      break;  // SQLAlchemy has none either
  }
  return {};
}

/// CASCADE, SET NULL …; from PostgreSQL 15 on, SET NULL and SET DEFAULT may list columns: "SET NULL (author_id)".
std::string referential_action(std::string_view given, std::string_view what) {
  const auto open = given.find('(');
  const std::string action =
      word(given.substr(0, open), {"CASCADE", "RESTRICT", "SET NULL", "SET DEFAULT", "NO ACTION"}, what);
  if (open == std::string_view::npos) return action;
  if (what != "ondelete" || !action.starts_with("SET ")) {
    refuse(fmt::format("{} is \"{}\"", what, given),
           "Only ondelete's SET NULL and SET DEFAULT take a list of columns.");
  }
  return action + " " + std::string(base::trim(given.substr(open)));
}

/// "PRIMARY KEY (a) INCLUDE (b)" or "… USING INDEX i".
std::string key_body(std::string_view words, const Constraint& constraint, const Names& include,
                     std::string_view using_index, bool new_table) {
  if (using_index.empty()) {
    return fmt::format("{} ({}){}", words, identifier_list(constraint.columns, "the columns"),
                       listed_clause("INCLUDE", include, "include"));
  }
  if (new_table) refuse("using_index is given for a table that does not exist yet");
  if (!include.empty()) refuse("using_index and include are given", "The index says already what it includes.");
  return fmt::format("{} USING INDEX {}", words, identifier(using_index, "the index"));
}

std::string unique_body(const Constraint& constraint, bool new_table) {
  const UniqueOptions& options = constraint.unique;
  if (options.nulls_not_distinct && !options.using_index.empty()) {
    refuse("using_index and nulls_not_distinct are given", "The index says already how it takes NULL.");
  }
  return key_body(options.nulls_not_distinct ? "UNIQUE NULLS NOT DISTINCT" : "UNIQUE", constraint, options.include,
                  options.using_index, new_table) +
         deferral(options.deferrable, options.initially);
}

std::string foreign_key_body(const Constraint& constraint) {
  const ForeignKeyOptions& options = constraint.foreign_key;
  const std::size_t remote = constraint.referent_columns.size();
  if (remote != 0 && remote != constraint.columns.size()) {
    refuse(fmt::format("{} columns refer to {}", constraint.columns.size(), remote),
           "Give as many remote columns as local ones.");
  }
  return fmt::format("FOREIGN KEY ({}) REFERENCES {}{}{}{}{}", identifier_list(constraint.columns, "the local columns"),
                     qualified(options.referent_schema, constraint.referent, "the table referred to"),
                     listed_clause("", constraint.referent_columns, "the remote columns"),
                     reference_actions(options.match, options.onupdate, options.ondelete),
                     deferral(options.deferrable, options.initially), options.not_valid ? " NOT VALID" : "");
}

std::string exclude_body(const Constraint& constraint) {
  const ExcludeOptions& options = constraint.exclude;
  if (constraint.elements.empty()) refuse("nothing is excluded", "Give pairs such as exclude(\"room\", \"=\").");
  std::string list;
  for (const ExcludeElement& element : constraint.elements) {
    if (!list.empty()) list += ", ";
    list +=
        element.is_expression ? in_parentheses(element.text, "an expression") : identifier(element.text, "a column");
    if (!element.ops.empty()) list += " " + fragment(element.ops, "ops");
    list += " WITH " + fragment(element.with, "an operator");
  }
  return fmt::format("EXCLUDE{} ({}){}{}", named_clause("USING", options.using_, "using_"), list,
                     options.where.empty() ? "" : " WHERE " + in_parentheses(options.where, "where"),
                     deferral(options.deferrable, options.initially));
}

std::string body_of(const Constraint& constraint, bool new_table) {
  switch (constraint.kind) {
    case Kind::pk: {
      const PrimaryKeyOptions& options = constraint.primary_key;
      return key_body("PRIMARY KEY", constraint, options.include, options.using_index, new_table) +
             deferral(options.deferrable, options.initially);
    }
    case Kind::uq:
      return unique_body(constraint, new_table);
    case Kind::fk:
      return foreign_key_body(constraint);
    case Kind::ex:
      return exclude_body(constraint);
    case Kind::ck:
      break;
  }
  return fmt::format("CHECK {}{}{}", in_parentheses(constraint.condition, "the condition"),
                     constraint.check.no_inherit ? " NO INHERIT" : "", constraint.check.not_valid ? " NOT VALID" : "");
}

std::string_view own_schema(const Constraint& constraint) {
  switch (constraint.kind) {
    case Kind::pk:
      return constraint.primary_key.schema;
    case Kind::uq:
      return constraint.unique.schema;
    case Kind::fk:
      return constraint.foreign_key.source_schema;
    case Kind::ck:
      return constraint.check.schema;
    case Kind::ex:
      break;
  }
  return constraint.exclude.schema;
}

/// Alembic's type_ as the key of a naming convention; nothing when none is given.
std::optional<Kind> kind_of_type(std::string_view type) {
  if (type.empty()) return std::nullopt;
  const std::string found =
      word(type, {"FOREIGNKEY", "FOREIGN KEY", "PRIMARY", "PRIMARY KEY", "UNIQUE", "CHECK", "EXCLUDE"}, "type_");
  if (found.starts_with("FOREIGN")) return Kind::fk;
  if (found.starts_with("PRIMARY")) return Kind::pk;
  return found == "UNIQUE" ? Kind::uq : found == "CHECK" ? Kind::ck : Kind::ex;
}

}  // namespace

std::string settled_name(std::string_view given, bool final, std::string_view convention, NamedParts parts) {
  if (!given.empty() && (final || !convention_wraps_names(convention))) return std::string(given);
  parts.constraint_name = given;
  if (!convention_fits(convention, parts)) return std::string(given);
  return convention_name(convention, parts);
}

std::string constraint_prefix(std::string_view name) {
  return name.empty() ? std::string() : fmt::format("CONSTRAINT {} ", identifier(name, "the constraint"));
}

std::string reference_actions(std::string_view match, std::string_view onupdate, std::string_view ondelete) {
  std::string text;
  if (!match.empty()) text += " MATCH " + word(match, {"FULL", "SIMPLE"}, "match");
  if (!onupdate.empty()) text += " ON UPDATE " + referential_action(onupdate, "onupdate");
  if (!ondelete.empty()) text += " ON DELETE " + referential_action(ondelete, "ondelete");
  return text;
}

std::string constraint_definition(const Constraint& constraint, bool new_table, const TableContext& context) {
  const std::string_view schema = own_schema(constraint);
  if (!schema.empty() && schema != context.schema) {
    refuse(fmt::format("the constraint \"{}\" names the schema \"{}\", its table stands in \"{}\"", constraint.name,
                       schema, context.schema),
           "A constraint belongs to its table: leave its schema out.");
  }
  NamedParts parts{context.table, constraint.columns, constraint.referent, constraint.referent_columns, {}};
  const std::string name = settled_name(constraint.name, constraint.final_name,
                                        convention_of(constraint.kind, context.naming), std::move(parts));
  return constraint_prefix(name) + body_of(constraint, new_table);
}

Statements ddl(const AddConstraint& operation, const NamingConvention& naming) {
  const std::string_view own = own_schema(operation.constraint);
  const TableContext context{operation.table, operation.schema.empty() ? std::string(own) : operation.schema, naming};
  return {
      fmt::format("ALTER TABLE {} ADD {}", context.sql(), constraint_definition(operation.constraint, false, context))};
}

Statements ddl(const DropConstraint& operation, const NamingConvention& naming) {
  const DropConstraintOptions& options = operation.options;
  const auto kind = kind_of_type(options.type_);
  NamedParts parts;
  parts.table = operation.table;
  const std::string name = settled_name(operation.name, operation.final_name,
                                        kind ? convention_of(*kind, naming) : std::string_view(), std::move(parts));
  if (name.empty()) {
    refuse(fmt::format("the constraint of \"{}\" has no name", operation.table),
           "Give its name (psql's \\d shows it); columns that a naming convention asks for are not known here.");
  }
  return {fmt::format("ALTER TABLE {} DROP CONSTRAINT {}{}{}", qualified(options.schema, operation.table, "the table"),
                      options.if_exists ? "IF EXISTS " : "", identifier(name, "the constraint"),
                      options.cascade ? " CASCADE" : "")};
}

Statements ddl(const ValidateConstraint& operation) {
  return {fmt::format("ALTER TABLE {} VALIDATE CONSTRAINT {}",
                      qualified(operation.schema, operation.table, "the table"),
                      identifier(operation.name, "the constraint"))};
}

}  // namespace migrate::schema::detail
