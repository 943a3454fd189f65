#include <fmt/format.h>

#include "migrate/schema/detail/ddl.hpp"

namespace migrate::schema::detail {
namespace {

void check_generation(const Column& column) {
  const int ways = (column.server_default ? 1 : 0) + (column.identity ? 1 : 0) + (column.generated ? 1 : 0);
  if (ways > 1) {
    refuse(fmt::format("column \"{}\" has more than one of server_default, identity and generated", column.name),
           "A column's values come from one of them.");
  }
  if (column.nullable == true && (column.primary_key || column.identity)) {
    refuse(fmt::format("column \"{}\" is nullable and {}", column.name,
                       column.primary_key ? "part of the primary key" : "an identity column"),
           "Leave nullable out: PostgreSQL makes the column NOT NULL.");
  }
}

std::string value_clause(const Column& column) {
  const std::string what = fmt::format("of column \"{}\"", column.name);
  if (column.server_default) return " DEFAULT " + fragment(*column.server_default, "the server_default " + what);
  if (column.identity) return " " + identity_clause(*column.identity);
  if (!column.generated) return {};
  return fmt::format(" GENERATED ALWAYS AS {} STORED",
                     in_parentheses(*column.generated, "the generated value " + what));
}

/// The constraints written at the column itself, in the order SQLAlchemy has them.
std::string own_constraints(const Column& column, bool primary_key, const TableContext& context) {
  NamedParts parts;
  parts.table = context.table;
  parts.columns = {column.name};
  const auto prefix = [&](std::string_view given, std::string_view convention) {
    return " " + constraint_prefix(settled_name(given, false, convention, parts));
  };
  std::string text;
  if (primary_key) text += prefix("", context.naming.pk) + "PRIMARY KEY";
  if (column.unique) text += prefix("", context.naming.uq) + "UNIQUE";
  if (column.check) {
    const std::string what = fmt::format("the check of column \"{}\"", column.name);
    text += prefix("", context.naming.ck) + "CHECK " + in_parentheses(*column.check, what);
  }
  if (column.references) {
    const auto& [table, referent, options] = *column.references;
    parts.referred_table = table;
    parts.referred_columns = {referent};
    text += prefix(options.name, context.naming.fk) + "REFERENCES " +
            qualified(options.schema, table, "the table referred to");
    if (!referent.empty()) text += " (" + identifier(referent, "the column referred to") + ")";
    text += reference_actions(options.match, options.onupdate, options.ondelete);
    text += deferral(options.deferrable, options.initially);
  }
  return text;
}

}  // namespace

std::string identity_clause(const Identity& identity) {
  const std::string options = sequence_options(identity.options);
  return fmt::format("GENERATED {} AS IDENTITY{}", identity.always ? "ALWAYS" : "BY DEFAULT",
                     options.empty() ? "" : " (" + options + ")");
}

std::string column_definition(const Column& column, bool primary_key, const TableContext& context) {
  check_generation(column);
  std::string text = identifier(column.name, "a column");
  text += " " + type_sql(column.type, fmt::format("column \"{}\"", column.name));
  text += named_clause("COMPRESSION", column.compression, "the compression");
  text += collate_clause(column.collation);
  text += value_clause(column);
  if (column.nullable == false) text += " NOT NULL";
  return text + own_constraints(column, primary_key, context);
}

void add_storage(const Column& column, const TableContext& context, Statements& statements) {
  if (column.storage.empty()) return;
  statements.push_back(fmt::format("ALTER TABLE {} ALTER COLUMN {} SET STORAGE {}", context.sql(),
                                   identifier(column.name, "a column"),
                                   word(column.storage, {"PLAIN", "EXTERNAL", "EXTENDED", "MAIN"}, "storage")));
}

void add_index(const Column& column, bool if_not_exists, const TableContext& context, Statements& statements) {
  if (!column.indexed) return;
  CreateIndex index;
  index.table = context.table;
  index.elements = {column.name};
  index.options.schema = context.schema;
  index.options.if_not_exists = if_not_exists;
  NamedParts parts;
  parts.table = context.table;
  parts.columns = {column.name};
  if (if_not_exists && !convention_fits(context.naming.ix, parts)) {
    // The name PostgreSQL would choose itself.
    index.name = convention_name("%(table_name)s_%(column_0_name)s_idx", parts);
    index.final_name = true;
  }
  for (auto& statement : ddl(index, context.naming)) statements.push_back(std::move(statement));
}

void add_comment(const Column& column, const TableContext& context, Statements& statements) {
  if (!column.comment) return;
  const std::string subject = fmt::format("COLUMN {}.{}", context.sql(), identifier(column.name, "a column"));
  statements.push_back(comment_on(subject, column.comment));
}

Statements ddl(const AddColumn& operation, const NamingConvention& naming) {
  const auto& [table, column, options] = operation;
  const TableContext context{table, options.schema, naming};
  Statements statements;
  create_enum_type(column.type, options.if_not_exists, statements);
  statements.push_back(fmt::format("ALTER TABLE {} ADD COLUMN {}{}", context.sql(),
                                   options.if_not_exists ? "IF NOT EXISTS " : "",
                                   column_definition(column, column.primary_key, context)));
  add_storage(column, context, statements);
  add_index(column, options.if_not_exists, context, statements);
  add_comment(column, context, statements);
  return statements;
}

Statements ddl(const DropColumn& operation) {
  const auto& [table, column, options] = operation;
  return {fmt::format("ALTER TABLE {} DROP COLUMN {}{}{}", qualified(options.schema, table, "the table"),
                      options.if_exists ? "IF EXISTS " : "", identifier(column, "the column"),
                      options.cascade ? " CASCADE" : "")};
}

}  // namespace migrate::schema::detail
