#include <fmt/format.h>

#include <algorithm>

#include "migrate/schema/detail/ddl.hpp"

namespace migrate::schema::detail {
namespace {

void check_sense(const CreateTable& operation) {
  const TableOptions& options = operation.options;
  if (options.temporary && options.unlogged)
    refuse("temporary and unlogged are given", "Temporary tables are not logged.");
  if (options.temporary && !options.schema.empty()) {
    refuse(fmt::format("the temporary table names the schema \"{}\"", options.schema),
           "Temporary tables stand in a schema of their own: leave it out.");
  }
  if (!options.on_commit.empty() && !options.temporary) refuse("on_commit is given for a table that is not temporary");
  for (const Column& column : operation.columns) {
    if (std::ranges::count(operation.columns, column.name, &Column::name) > 1) {
      refuse(fmt::format("column \"{}\" is there twice", column.name));
    }
    const auto other = std::ranges::find_if(operation.columns, [&](const Column& candidate) {
      const Type &one = column.type, &two = candidate.type;
      return !one.labels.empty() && one.name == two.name && one.schema == two.schema && !two.labels.empty() &&
             one.labels != two.labels;
    });
    if (other != operation.columns.end()) {
      refuse(fmt::format("columns \"{}\" and \"{}\" give the enum \"{}\" different labels", column.name, other->name,
                         column.type.name));
    }
  }
}

/// Columns marked primary_key. More than one make a constraint of the table.
Names key_columns(const CreateTable& operation) {
  Names names;
  for (const Column& column : operation.columns) {
    if (column.primary_key) names.push_back(column.name);
  }
  const bool has_constraint =
      std::ranges::find(operation.constraints, Constraint::Kind::pk, &Constraint::kind) != operation.constraints.end();
  if (!names.empty() && has_constraint) {
    refuse(fmt::format("there are two primary keys: column \"{}\" and a constraint", names.front()),
           "Mark columns with primary_key, or give a primary_key_constraint.");
  }
  return names;
}

std::string elements_of(const CreateTable& operation, const TableContext& context) {
  std::string list;
  const auto add = [&](const std::string& element) { list += (list.empty() ? "\n    " : ",\n    ") + element; };
  const Names key = key_columns(operation);
  for (const Column& column : operation.columns) {
    add(column_definition(column, column.primary_key && key.size() == 1, context));
  }
  if (!operation.options.like.empty()) add("LIKE " + fragment(operation.options.like, "like"));
  if (key.size() > 1) {
    Constraint constraint;
    constraint.kind = Constraint::Kind::pk;
    constraint.columns = key;
    add(constraint_definition(constraint, true, context));
  }
  for (const Constraint& constraint : operation.constraints) add(constraint_definition(constraint, true, context));
  return list.empty() ? "()" : "(" + list + "\n)";
}

std::string table_clauses(const TableOptions& options) {
  std::string text;
  if (!options.inherits.empty()) {
    std::string parents;
    for (const std::string& parent : options.inherits) {
      parents += (parents.empty() ? "" : ", ") + qualified(options.schema, parent, "a parent table");
    }
    text += " INHERITS (" + parents + ")";
  }
  if (!options.partition_by.empty()) text += " PARTITION BY " + fragment(options.partition_by, "partition_by");
  text += named_clause("USING", options.using_, "using_");
  text += with_clause(options.with);
  if (!options.on_commit.empty()) {
    text += " ON COMMIT " + word(options.on_commit, {"DROP", "DELETE ROWS", "PRESERVE ROWS"}, "on_commit");
  }
  return text + named_clause("TABLESPACE", options.tablespace, "the tablespace");
}

}  // namespace

Statements ddl(const CreateTable& operation, const NamingConvention& naming) {
  check_sense(operation);
  const TableOptions& options = operation.options;
  const TableContext context{operation.name, options.schema, naming};
  Statements statements;
  for (const Column& column : operation.columns) create_enum_type(column.type, options.if_not_exists, statements);
  statements.push_back(fmt::format("CREATE {}TABLE {}{} {}{}",
                                   options.temporary  ? "TEMPORARY "
                                   : options.unlogged ? "UNLOGGED "
                                                      : "",
                                   options.if_not_exists ? "IF NOT EXISTS " : "", context.sql(),
                                   elements_of(operation, context), table_clauses(options)));
  for (const Column& column : operation.columns) add_storage(column, context, statements);
  for (const Column& column : operation.columns) add_index(column, options.if_not_exists, context, statements);
  if (!options.comment.empty()) statements.push_back(comment_on("TABLE " + context.sql(), options.comment));
  for (const Column& column : operation.columns) add_comment(column, context, statements);
  return statements;
}

Statements ddl(const SetParameters& operation) {
  if (operation.parameters.empty()) refuse("no parameter is given");
  return {fmt::format("ALTER TABLE {} SET ({})", qualified(operation.schema, operation.table, "the table"),
                      parameter_list(operation.parameters))};
}

Statements ddl(const ResetParameters& operation) {
  if (operation.parameters.empty()) refuse("no parameter is given");
  std::string list;
  for (const std::string& name : operation.parameters) list += (list.empty() ? "" : ", ") + parameter_name(name);
  return {fmt::format("ALTER TABLE {} RESET ({})", qualified(operation.schema, operation.table, "the table"), list)};
}

}  // namespace migrate::schema::detail
