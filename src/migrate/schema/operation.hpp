#pragma once
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "migrate/schema/object_options.hpp"

/// What a revision asked for, as plain data: one struct per kind of change. Operations makes them, wire.hpp carries
/// them from the revision's module to migrate, ddl.hpp turns them into SQL.
namespace migrate::schema {

struct CreateTable {
  std::string name;
  std::vector<Column> columns;
  std::vector<Constraint> constraints;
  TableOptions options;
};
struct SetParameters {
  std::string table;
  Parameters parameters;
  std::string schema;
};
struct ResetParameters {
  std::string table;
  Names parameters;
  std::string schema;
};

struct AddColumn {
  std::string table;
  Column column;
  AddColumnOptions options;
};
struct DropColumn {
  std::string table, column;
  DropOptions options;
};
struct AlterColumn {
  std::string table, column;
  AlterColumnOptions options;
};

struct CreateIndex {
  std::string name;
  bool final_name = false;
  std::string table;
  std::vector<IndexElement> elements;
  IndexOptions options;
};
struct DropIndex {
  std::string name, table;
  DropIndexOptions options;
  bool final_name = false;
};

struct AddConstraint {
  std::string table, schema;
  Constraint constraint;
};
struct DropConstraint {
  std::string name, table;
  DropConstraintOptions options;
  bool final_name = false;
};
struct ValidateConstraint {
  std::string name, table, schema;
};

struct CreatePartition {
  std::string name, parent;
  PartitionBound bound;
  PartitionOptions options;
};
struct AttachPartition {
  std::string name, parent;
  PartitionBound bound;
  PartitionOptions options;
};
struct DetachPartition {
  std::string name, parent;
  DetachOptions options;
};

/// DROP of anything but columns, indexes and constraints.
struct DropObject {
  ObjectKind kind = ObjectKind::table;
  std::string name;
  std::optional<std::string> arguments;  ///< of a routine
  std::string of_table;                  ///< of a trigger or policy
  DropOptions options;
};
struct RenameObject {
  Object object;
  std::string new_name;
  bool if_exists = false;
};
struct CommentOn {
  Object object;
  std::optional<std::string> comment;  ///< nothing: taken away
};
struct SetSchema {
  Object object;
  std::string new_schema;
};
struct SetOwner {
  Object object;
  std::string role;
};

struct CreateSchema {
  std::string name;
  CreateSchemaOptions options;
};
struct CreateExtension {
  std::string name;
  ExtensionOptions options;
};
struct UpdateExtension {
  std::string name, version;
};
struct CreateEnum {
  std::string name;
  Names labels;
  std::string schema;
};
struct AddEnumValue {
  std::string name, value;
  EnumValueOptions options;
};
struct RenameEnumValue {
  std::string name, old_value, new_value, schema;
};
struct CreateDomain {
  std::string name;
  Type type;
  DomainOptions options;
};
struct CreateCompositeType {
  std::string name;
  std::vector<Column> attributes;
  std::string schema;
};
struct CreateSequence {
  std::string name;
  CreateSequenceOptions options;
};
struct AlterSequence {
  std::string name;
  AlterSequenceOptions options;
};
struct CreateView {
  std::string name, query;
  ViewOptions options;
};
struct CreateMaterializedView {
  std::string name, query;
  MaterializedViewOptions options;
};
struct RefreshMaterializedView {
  std::string name;
  RefreshOptions options;
};
struct CreateRoutine {
  bool procedure = false;
  std::string name, arguments, returns, body;
  RoutineOptions options;
};
struct CreateTrigger {
  std::string name, table;
  TriggerOptions options;
};
struct SetTrigger {
  std::string name, table, schema;
  bool enabled = true;
};
struct CreatePolicy {
  std::string name, table;
  PolicyOptions options;
};
struct AlterPolicy {
  std::string name, table;
  PolicyOptions options;
};
struct SetRowSecurity {
  std::string table;
  bool enabled = true;
  RowSecurityOptions options;
};
struct Grant {
  Names privileges;
  Object on;
  Names roles;
  GrantOptions options;
};
struct Revoke {
  Names privileges;
  Object on;
  Names roles;
  RevokeOptions options;
};
struct CreateStatistics {
  std::string name, table;
  std::vector<IndexElement> parts;
  StatisticsOptions options;
};

struct Execute {
  std::string sql;
  std::optional<Row> parameters;  ///< for $1, $2 …
};
struct BulkInsert {
  std::string table;
  Names columns;
  std::vector<Row> rows;
  BulkInsertOptions options;
};

/// What follows is committed statement by statement; what came before is committed first.
struct BeginAutocommit {};
/// Back to a transaction.
struct EndAutocommit {};

using Operation =
    std::variant<CreateTable, SetParameters, ResetParameters, AddColumn, DropColumn, AlterColumn, CreateIndex,
                 DropIndex, AddConstraint, DropConstraint, ValidateConstraint, CreatePartition, AttachPartition,
                 DetachPartition, DropObject, RenameObject, CommentOn, SetSchema, SetOwner, CreateSchema,
                 CreateExtension, UpdateExtension, CreateEnum, AddEnumValue, RenameEnumValue, CreateDomain,
                 CreateCompositeType, CreateSequence, AlterSequence, CreateView, CreateMaterializedView,
                 RefreshMaterializedView, CreateRoutine, CreateTrigger, SetTrigger, CreatePolicy, AlterPolicy,
                 SetRowSecurity, Grant, Revoke, CreateStatistics, Execute, BulkInsert, BeginAutocommit, EndAutocommit>;

/// An operation and the line of the revision that asked for it.
struct PlacedOperation {
  std::string file;
  unsigned line = 0;
  Operation operation;
};

}  // namespace migrate::schema
