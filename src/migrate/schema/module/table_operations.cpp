#include "migrate/schema/table_operations.hpp"

#include "migrate/schema/sink.hpp"

namespace migrate::schema {
namespace {

/// The constraint as an element of `table`, whose schema it takes from its own options.
AddConstraint added(std::string table, std::string schema, Constraint constraint) {
  return {std::move(table), std::move(schema), std::move(constraint)};
}

DropObject dropped(ObjectKind kind, const Name& name, DropOptions options) {
  DropObject drop;
  drop.kind = kind;
  drop.name = name.text();
  drop.options = std::move(options);
  return drop;
}

RenameObject renamed(ObjectKind kind, const Name& old_name, std::string new_name, RenameOptions options) {
  return {object(kind, old_name.text(), std::move(options.schema)), std::move(new_name), options.if_exists};
}

}  // namespace

void TableOperations::create_table_of(Name name, std::vector<TableElement> elements) {
  CreateTable create;
  create.name = name.text();
  for (auto& element : elements) {
    switch (element.kind) {
      case TableElement::Kind::column:
        create.columns.push_back(std::move(element.column));
        break;
      case TableElement::Kind::constraint:
        create.constraints.push_back(std::move(element.constraint));
        break;
      case TableElement::Kind::options:
        create.options = std::move(element.options);
        break;
    }
  }
  sink_.add(name.place(), std::move(create));
}

void TableOperations::drop_table(Name name, DropOptions options) {
  sink_.add(name.place(), dropped(ObjectKind::table, name, std::move(options)));
}

void TableOperations::rename_table(Name old_name, std::string new_name, RenameOptions options) {
  sink_.add(old_name.place(), renamed(ObjectKind::table, old_name, std::move(new_name), std::move(options)));
}

void TableOperations::create_table_comment(Name table, std::string comment, SchemaOption options) {
  sink_.add(table.place(),
            CommentOn{object(ObjectKind::table, table.text(), std::move(options.schema)), std::move(comment)});
}

void TableOperations::drop_table_comment(Name table, SchemaOption options) {
  sink_.add(table.place(), CommentOn{object(ObjectKind::table, table.text(), std::move(options.schema)), std::nullopt});
}

void TableOperations::set_storage_parameters(Name table, Parameters parameters, SchemaOption options) {
  sink_.add(table.place(), SetParameters{table.text(), std::move(parameters), std::move(options.schema)});
}

void TableOperations::reset_storage_parameters(Name table, Names parameters, SchemaOption options) {
  sink_.add(table.place(), ResetParameters{table.text(), std::move(parameters), std::move(options.schema)});
}

void TableOperations::add_column(Name table, Column column, AddColumnOptions options) {
  sink_.add(table.place(), AddColumn{table.text(), std::move(column), std::move(options)});
}

void TableOperations::drop_column(Name table, std::string column, DropOptions options) {
  sink_.add(table.place(), DropColumn{table.text(), std::move(column), std::move(options)});
}

void TableOperations::alter_column(Name table, std::string column, AlterColumnOptions options) {
  sink_.add(table.place(), AlterColumn{table.text(), std::move(column), std::move(options)});
}

void TableOperations::create_index(Name name, std::string table, std::vector<IndexElement> elements,
                                   IndexOptions options) {
  sink_.add(name.place(),
            CreateIndex{name.text(), name.final(), std::move(table), std::move(elements), std::move(options)});
}

void TableOperations::drop_index(Name name, Name table, DropIndexOptions options) {
  sink_.add(name.place(), DropIndex{name.text(), table.text(), std::move(options), name.final()});
}

void TableOperations::rename_index(Name old_name, std::string new_name, RenameOptions options) {
  sink_.add(old_name.place(), renamed(ObjectKind::index, old_name, std::move(new_name), std::move(options)));
}

void TableOperations::create_primary_key(Name name, std::string table, Names columns, PrimaryKeyOptions options) {
  const Place at = name.place();
  std::string schema = options.schema;
  sink_.add(at, added(std::move(table), std::move(schema),
                      primary_key_constraint(std::move(name), std::move(columns), std::move(options))));
}

void TableOperations::create_unique_constraint(Name name, std::string table, Names columns, UniqueOptions options) {
  const Place at = name.place();
  std::string schema = options.schema;
  sink_.add(at, added(std::move(table), std::move(schema),
                      unique_constraint(std::move(name), std::move(columns), std::move(options))));
}

void TableOperations::create_foreign_key(Name name, std::string source_table, std::string referent_table,
                                         Names local_columns, Names remote_columns, ForeignKeyOptions options) {
  const Place at = name.place();
  std::string schema = options.source_schema;
  sink_.add(at, added(std::move(source_table), std::move(schema),
                      foreign_key_constraint(std::move(name), std::move(local_columns), std::move(referent_table),
                                             std::move(remote_columns), std::move(options))));
}

void TableOperations::create_check_constraint(Name name, std::string table, std::string condition,
                                              CheckOptions options) {
  const Place at = name.place();
  std::string schema = options.schema;
  sink_.add(at, added(std::move(table), std::move(schema),
                      check_constraint(std::move(name), std::move(condition), std::move(options))));
}

void TableOperations::create_exclude_constraint(Name name, std::string table, std::vector<ExcludeElement> elements,
                                                ExcludeOptions options) {
  const Place at = name.place();
  std::string schema = options.schema;
  sink_.add(at, added(std::move(table), std::move(schema),
                      exclude_constraint(std::move(name), std::move(elements), std::move(options))));
}

void TableOperations::drop_constraint(Name name, std::string table, DropConstraintOptions options) {
  sink_.add(name.place(), DropConstraint{name.text(), std::move(table), std::move(options), name.final()});
}

void TableOperations::validate_constraint(Name name, std::string table, SchemaOption options) {
  sink_.add(name.place(), ValidateConstraint{name.text(), std::move(table), std::move(options.schema)});
}

void TableOperations::rename_constraint(Name old_name, std::string table, std::string new_name, SchemaOption options) {
  sink_.add(old_name.place(),
            RenameObject{object(ObjectKind::constraint, old_name.text(), std::move(options.schema), std::move(table)),
                         std::move(new_name), false});
}

void TableOperations::create_partition(Name name, std::string parent, PartitionBound bound, PartitionOptions options) {
  sink_.add(name.place(), CreatePartition{name.text(), std::move(parent), std::move(bound), std::move(options)});
}

void TableOperations::attach_partition(Name name, std::string parent, PartitionBound bound, PartitionOptions options) {
  sink_.add(name.place(), AttachPartition{name.text(), std::move(parent), std::move(bound), std::move(options)});
}

void TableOperations::detach_partition(Name name, std::string parent, DetachOptions options) {
  sink_.add(name.place(), DetachPartition{name.text(), std::move(parent), std::move(options)});
}

}  // namespace migrate::schema
