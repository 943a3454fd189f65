#pragma once
#include "migrate/schema/request.hpp"

/// The members of every struct that travels between a revision and migrate, once for both directions: `archive` writes
/// or reads each. A member left out here is lost on the way.
namespace migrate::schema {

// clang-format off
template <class A> void fields(A& a, Type& x) { a(x.sql, x.schema, x.name, x.dimensions, x.labels); }
template <class A> void fields(A& a, SequenceOptions& x) { a(x.start, x.increment, x.minvalue, x.maxvalue, x.cache, x.cycle); }
template <class A> void fields(A& a, Identity& x) { a(x.always, x.options); }
template <class A> void fields(A& a, ReferenceOptions& x) { a(x.name, x.onupdate, x.ondelete, x.match, x.initially, x.deferrable, x.schema); }
template <class A> void fields(A& a, References& x) { a(x.table, x.column, x.options); }
template <class A> void fields(A& a, Column& x) {
  a(x.name, x.type, x.nullable, x.primary_key, x.unique, x.indexed, x.server_default, x.identity, x.generated,
    x.references, x.check, x.collation, x.storage, x.compression, x.comment);
}
template <class A> void fields(A& a, Parameter& x) { a(x.name, x.value); }
template <class A> void fields(A& a, Object& x) { a(x.kind, x.name, x.schema, x.of_table); }

template <class A> void fields(A& a, PrimaryKeyOptions& x) { a(x.deferrable, x.initially, x.include, x.using_index, x.schema); }
template <class A> void fields(A& a, UniqueOptions& x) { a(x.deferrable, x.initially, x.nulls_not_distinct, x.include, x.using_index, x.schema); }
template <class A> void fields(A& a, ForeignKeyOptions& x) {
  a(x.onupdate, x.ondelete, x.deferrable, x.initially, x.match, x.source_schema, x.referent_schema, x.not_valid);
}
template <class A> void fields(A& a, CheckOptions& x) { a(x.not_valid, x.no_inherit, x.schema); }
template <class A> void fields(A& a, ExcludeElement& x) { a(x.text, x.is_expression, x.with, x.ops); }
template <class A> void fields(A& a, ExcludeOptions& x) { a(x.where, x.using_, x.deferrable, x.initially, x.schema); }
template <class A> void fields(A& a, Constraint& x) {
  a(x.kind, x.name, x.final_name, x.columns, x.condition, x.referent, x.referent_columns, x.elements, x.primary_key,
    x.unique, x.foreign_key, x.check, x.exclude);
}
template <class A> void fields(A& a, IndexElement& x) { a(x.text, x.is_expression, x.ops, x.collation, x.descending, x.nulls); }
template <class A> void fields(A& a, IndexOptions& x) {
  a(x.unique, x.if_not_exists, x.concurrently, x.using_, x.where, x.ops, x.include, x.with, x.tablespace,
    x.nulls_not_distinct, x.only, x.schema);
}

template <class A> void fields(A& a, TableOptions& x) {
  a(x.if_not_exists, x.comment, x.schema, x.partition_by, x.inherits, x.like, x.unlogged, x.temporary, x.on_commit,
    x.using_, x.with, x.tablespace);
}
template <class A> void fields(A& a, DropOptions& x) { a(x.if_exists, x.cascade, x.schema); }
template <class A> void fields(A& a, AddColumnOptions& x) { a(x.if_not_exists, x.schema); }
template <class A> void fields(A& a, AlterColumnOptions& x) {
  a(x.nullable, x.comment, x.server_default, x.new_column_name, x.type_, x.using_, x.collation, x.add_identity,
    x.set_identity, x.restart_identity, x.drop_identity, x.drop_expression, x.statistics, x.storage, x.compression,
    x.if_exists, x.schema);
}
template <class A> void fields(A& a, DropIndexOptions& x) { a(x.if_exists, x.concurrently, x.cascade, x.schema); }
template <class A> void fields(A& a, DropConstraintOptions& x) { a(x.type_, x.if_exists, x.cascade, x.schema); }
template <class A> void fields(A& a, PartitionBound& x) { a(x.sql); }
template <class A> void fields(A& a, PartitionOptions& x) { a(x.schema, x.parent_schema, x.partition_by, x.if_not_exists, x.tablespace); }
template <class A> void fields(A& a, DetachOptions& x) { a(x.concurrently, x.finalize, x.schema, x.parent_schema); }
template <class A> void fields(A& a, BulkInsertOptions& x) { a(x.schema, x.on_conflict, x.rows_per_statement); }
template <class A> void fields(A& a, BackfillOptions& x) { a(x.set, x.where, x.key, x.batch_size, x.pause_ms, x.name, x.schema); }

template <class A> void fields(A& a, CreateSchemaOptions& x) { a(x.if_not_exists, x.authorization); }
template <class A> void fields(A& a, ExtensionOptions& x) { a(x.if_not_exists, x.schema, x.version, x.cascade); }
template <class A> void fields(A& a, EnumValueOptions& x) { a(x.before, x.after, x.if_not_exists, x.schema); }
template <class A> void fields(A& a, DomainOptions& x) { a(x.default_, x.not_null, x.check, x.constraint_name, x.collation, x.schema); }
template <class A> void fields(A& a, CreateSequenceOptions& x) {
  a(x.as, x.start, x.increment, x.minvalue, x.maxvalue, x.cache, x.cycle, x.if_not_exists, x.owned_by, x.schema);
}
template <class A> void fields(A& a, AlterSequenceOptions& x) {
  a(x.as, x.start, x.increment, x.minvalue, x.maxvalue, x.cache, x.cycle, x.restart, x.owned_by, x.schema);
}
template <class A> void fields(A& a, ViewOptions& x) { a(x.replace, x.columns, x.with, x.check_option, x.temporary, x.schema); }
template <class A> void fields(A& a, MaterializedViewOptions& x) {
  a(x.if_not_exists, x.replace, x.columns, x.using_, x.with, x.tablespace, x.with_data, x.schema);
}
template <class A> void fields(A& a, RefreshOptions& x) { a(x.concurrently, x.with_data, x.schema); }
template <class A> void fields(A& a, RoutineOptions& x) {
  a(x.language, x.replace, x.volatility, x.strict, x.security_definer, x.leakproof, x.parallel, x.cost, x.rows, x.set,
    x.schema);
}
template <class A> void fields(A& a, TriggerOptions& x) {
  a(x.timing, x.events, x.function, x.arguments, x.for_each, x.when, x.constraint, x.deferrable, x.initially,
    x.referencing, x.replace, x.schema);
}
template <class A> void fields(A& a, PolicyOptions& x) { a(x.permissive, x.command, x.roles, x.using_, x.with_check, x.schema); }
template <class A> void fields(A& a, RowSecurityOptions& x) { a(x.force, x.schema); }
template <class A> void fields(A& a, GrantOptions& x) { a(x.with_grant_option, x.columns); }
template <class A> void fields(A& a, RevokeOptions& x) { a(x.grant_option_only, x.columns, x.cascade); }
template <class A> void fields(A& a, StatisticsOptions& x) { a(x.kinds, x.if_not_exists, x.schema); }

template <class A> void fields(A& a, CreateTable& x) { a(x.name, x.columns, x.constraints, x.options); }
template <class A> void fields(A& a, SetParameters& x) { a(x.table, x.parameters, x.schema); }
template <class A> void fields(A& a, ResetParameters& x) { a(x.table, x.parameters, x.schema); }
template <class A> void fields(A& a, AddColumn& x) { a(x.table, x.column, x.options); }
template <class A> void fields(A& a, DropColumn& x) { a(x.table, x.column, x.options); }
template <class A> void fields(A& a, AlterColumn& x) { a(x.table, x.column, x.options); }
template <class A> void fields(A& a, CreateIndex& x) { a(x.name, x.final_name, x.table, x.elements, x.options); }
template <class A> void fields(A& a, DropIndex& x) { a(x.name, x.table, x.options, x.final_name); }
template <class A> void fields(A& a, AddConstraint& x) { a(x.table, x.schema, x.constraint); }
template <class A> void fields(A& a, DropConstraint& x) { a(x.name, x.table, x.options, x.final_name); }
template <class A> void fields(A& a, ValidateConstraint& x) { a(x.name, x.table, x.schema); }
template <class A> void fields(A& a, CreatePartition& x) { a(x.name, x.parent, x.bound, x.options); }
template <class A> void fields(A& a, AttachPartition& x) { a(x.name, x.parent, x.bound, x.options); }
template <class A> void fields(A& a, DetachPartition& x) { a(x.name, x.parent, x.options); }
template <class A> void fields(A& a, DropObject& x) { a(x.kind, x.name, x.arguments, x.of_table, x.options); }
template <class A> void fields(A& a, RenameObject& x) { a(x.object, x.new_name, x.if_exists); }
template <class A> void fields(A& a, CommentOn& x) { a(x.object, x.comment); }
template <class A> void fields(A& a, SetSchema& x) { a(x.object, x.new_schema); }
template <class A> void fields(A& a, SetOwner& x) { a(x.object, x.role); }
template <class A> void fields(A& a, CreateSchema& x) { a(x.name, x.options); }
template <class A> void fields(A& a, CreateExtension& x) { a(x.name, x.options); }
template <class A> void fields(A& a, UpdateExtension& x) { a(x.name, x.version); }
template <class A> void fields(A& a, CreateEnum& x) { a(x.name, x.labels, x.schema); }
template <class A> void fields(A& a, AddEnumValue& x) { a(x.name, x.value, x.options); }
template <class A> void fields(A& a, RenameEnumValue& x) { a(x.name, x.old_value, x.new_value, x.schema); }
template <class A> void fields(A& a, CreateDomain& x) { a(x.name, x.type, x.options); }
template <class A> void fields(A& a, CreateCompositeType& x) { a(x.name, x.attributes, x.schema); }
template <class A> void fields(A& a, CreateSequence& x) { a(x.name, x.options); }
template <class A> void fields(A& a, AlterSequence& x) { a(x.name, x.options); }
template <class A> void fields(A& a, CreateView& x) { a(x.name, x.query, x.options); }
template <class A> void fields(A& a, CreateMaterializedView& x) { a(x.name, x.query, x.options); }
template <class A> void fields(A& a, RefreshMaterializedView& x) { a(x.name, x.options); }
template <class A> void fields(A& a, CreateRoutine& x) { a(x.procedure, x.name, x.arguments, x.returns, x.body, x.options); }
template <class A> void fields(A& a, CreateTrigger& x) { a(x.name, x.table, x.options); }
template <class A> void fields(A& a, SetTrigger& x) { a(x.name, x.table, x.schema, x.enabled); }
template <class A> void fields(A& a, CreatePolicy& x) { a(x.name, x.table, x.options); }
template <class A> void fields(A& a, AlterPolicy& x) { a(x.name, x.table, x.options); }
template <class A> void fields(A& a, SetRowSecurity& x) { a(x.table, x.enabled, x.options); }
template <class A> void fields(A& a, Grant& x) { a(x.privileges, x.on, x.roles, x.options); }
template <class A> void fields(A& a, Revoke& x) { a(x.privileges, x.on, x.roles, x.options); }
template <class A> void fields(A& a, CreateStatistics& x) { a(x.name, x.table, x.parts, x.options); }
template <class A> void fields(A& a, Execute& x) { a(x.sql, x.parameters); }
template <class A> void fields(A& a, BulkInsert& x) { a(x.table, x.columns, x.rows, x.options); }
template <class A> void fields(A&, BeginAutocommit&) {}
template <class A> void fields(A&, EndAutocommit&) {}
template <class A> void fields(A& a, PlacedOperation& x) { a(x.file, x.line, x.operation); }

template <class A> void fields(A& a, Request& x) {
  a(x.kind, x.operations, x.file, x.line, x.text, x.parameters, x.exception, x.table, x.backfill);
}
template <class A> void fields(A& a, ErrorReply& x) { a(x.kind, x.message, x.sqlstate); }
template <class A> void fields(A& a, RunInfo& x) { a(x.revision, x.offline, x.x); }
// clang-format on

}  // namespace migrate::schema
