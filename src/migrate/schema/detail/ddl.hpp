#pragma once
#include <string>
#include <string_view>

#include "migrate/schema/detail/clauses.hpp"
#include "migrate/schema/naming.hpp"
#include "migrate/schema/operation.hpp"

/// One function per operation: the statements that carry it out. An operation without one does not compile.
namespace migrate::schema::detail {

Statements ddl(const CreateTable& operation, const NamingConvention& naming);
Statements ddl(const SetParameters& operation);
Statements ddl(const ResetParameters& operation);
Statements ddl(const AddColumn& operation, const NamingConvention& naming);
Statements ddl(const DropColumn& operation);
Statements ddl(const AlterColumn& operation);
Statements ddl(const CreateIndex& operation, const NamingConvention& naming);
Statements ddl(const DropIndex& operation, const NamingConvention& naming);
Statements ddl(const AddConstraint& operation, const NamingConvention& naming);
Statements ddl(const DropConstraint& operation, const NamingConvention& naming);
Statements ddl(const ValidateConstraint& operation);
Statements ddl(const CreatePartition& operation);
Statements ddl(const AttachPartition& operation);
Statements ddl(const DetachPartition& operation);
Statements ddl(const DropObject& operation);
Statements ddl(const RenameObject& operation);
Statements ddl(const CommentOn& operation);
Statements ddl(const SetSchema& operation);
Statements ddl(const SetOwner& operation);
Statements ddl(const CreateSchema& operation);
Statements ddl(const CreateExtension& operation);
Statements ddl(const UpdateExtension& operation);
Statements ddl(const CreateEnum& operation);
Statements ddl(const AddEnumValue& operation);
Statements ddl(const RenameEnumValue& operation);
Statements ddl(const CreateDomain& operation);
Statements ddl(const CreateCompositeType& operation);
Statements ddl(const CreateSequence& operation);
Statements ddl(const AlterSequence& operation);
Statements ddl(const CreateView& operation);
Statements ddl(const CreateMaterializedView& operation);
Statements ddl(const RefreshMaterializedView& operation);
Statements ddl(const CreateRoutine& operation);
Statements ddl(const CreateTrigger& operation);
Statements ddl(const SetTrigger& operation);
Statements ddl(const CreatePolicy& operation);
Statements ddl(const AlterPolicy& operation);
Statements ddl(const SetRowSecurity& operation);
Statements ddl(const Grant& operation);
Statements ddl(const Revoke& operation);
Statements ddl(const CreateStatistics& operation);
Statements ddl(const Execute& operation);
Statements ddl(const BulkInsert& operation);
Statements ddl(const BeginAutocommit& operation);
Statements ddl(const EndAutocommit& operation);

/// The table a column or constraint belongs to, and how to name what has no name.
struct TableContext {
  std::string table, schema;
  const NamingConvention& naming;

  [[nodiscard]] std::string sql() const { return qualified(schema, table, "the table"); }
};

/// "name type NOT NULL …", as CREATE TABLE and ADD COLUMN take it. `primary_key`: it is written here.
std::string column_definition(const Column& column, bool primary_key, const TableContext& context);
/// What CREATE TABLE and ADD COLUMN cannot say before PostgreSQL 16: SET STORAGE.
void add_storage(const Column& column, const TableContext& context, Statements& statements);
/// CREATE INDEX for an `indexed` column. `if_not_exists`: it always gets a name, as IF NOT EXISTS needs one.
void add_index(const Column& column, bool if_not_exists, const TableContext& context, Statements& statements);
void add_comment(const Column& column, const TableContext& context, Statements& statements);
/// "GENERATED ALWAYS AS IDENTITY (START WITH 5)"
std::string identity_clause(const Identity& identity);

/// "CONSTRAINT name CHECK (…)", as CREATE TABLE and ADD take it. `new_table`: in CREATE TABLE.
std::string constraint_definition(const Constraint& constraint, bool new_table, const TableContext& context);
/// "CONSTRAINT name ", or nothing when PostgreSQL shall name it.
std::string constraint_prefix(std::string_view name);
/// " MATCH FULL ON DELETE CASCADE …"
std::string reference_actions(std::string_view match, std::string_view onupdate, std::string_view ondelete);
/// The name given, with the convention around it if it is one of that sort; else the convention's name; else nothing.
std::string settled_name(std::string_view given, bool final, std::string_view convention, NamedParts parts);

/// "(lower(email)) COLLATE "C" text_pattern_ops DESC NULLS LAST"
std::string index_element(const IndexElement& element);

/// The words of a kind: "MATERIALIZED VIEW".
std::string_view words_of(ObjectKind kind);
/// The same for messages: "a materialized view", "an index".
std::string one_of(ObjectKind kind);
/// "app.total(integer)", "users.email" and so on, as COMMENT ON and ALTER take it behind the kind.
std::string routine_name(std::string_view schema, std::string_view name);

}  // namespace migrate::schema::detail
