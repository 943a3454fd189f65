#pragma once
#include <set>
#include <string>
#include <vector>

#include "migrate/schema/diff/detail/words.hpp"

/// Statements that make an entity as the model describes it, with comment, owner and privileges.
namespace migrate::schema::detail {

/// What goes into CREATE TABLE, and what comes later in statements of its own.
struct TableForm {
  std::vector<const Entity*> constraints{};  ///< those inside
  std::set<EntityId> default_later{};        ///< columns whose default needs what needs the table
  bool attached_later = false;               ///< a partition that is made as a table of its own
};

/// The table or foreign table with its columns; `attach` and what finish_table() writes are left out.
void create_table(const Model& model, const Entity& table, const TableForm& form, Writer& writer);
/// ATTACH PARTITION.
void attach(const Entity& table, Writer& writer);
/// REPLICA IDENTITY, which may name an index.
void replica_identity(const Entity& table, Writer& writer);

/// Any other kind. Constraints and columns by ALTER TABLE (DOMAIN, TYPE).
void create(const Model& model, const Entity& entity, Writer& writer);

/// Several files share the work.
void create_type(const Model& model, const Entity& type, Writer& writer);
void create_routine(const Entity& routine, Writer& writer);
void create_foreign(const Model& model, const Entity& entity, Writer& writer);
void create_publication(const Entity& publication, Writer& writer);

/// "name integer COLLATE c DEFAULT 0 NOT NULL", as CREATE TABLE and ADD COLUMN take it.
std::string column_definition(const Entity& column, bool with_default = true);
/// What a column definition cannot say: storage, statistics, options, comment, privileges.
void dress_column(const Model& model, const Entity& column, Writer& writer);
/// "GENERATED ALWAYS AS IDENTITY (START WITH 5)".
std::string identity_clause(const Entity& column);

/// "CONSTRAINT name PRIMARY KEY (id) WITH (fillfactor=70)".
std::string constraint_definition(const Entity& constraint);

/// The clauses of CREATE SEQUENCE that differ from the defaults of the type; `prefix` is "identity_" for a column's.
std::string sequence_clauses(const Entity& entity, std::string_view prefix, const std::string& type);
/// What an absent fact stands for: "start", "min" …
std::string sequence_fact(const Entity& entity, std::string_view prefix, std::string_view name,
                          const std::string& type);

/// "TABLE public.t (a), public.u, TABLES IN SCHEMA s"; empty: nothing is published.
std::string publication_objects(const Entity& publication);
/// "publish = 'insert', publish_via_partition_root = true".
std::string publication_options(const Entity& publication);

/// ALTER TABLE t DISABLE TRIGGER …; `name` of a trigger or rule, `enabled` as the model has it.
std::string enabling(const Entity& entity);

}  // namespace migrate::schema::detail
