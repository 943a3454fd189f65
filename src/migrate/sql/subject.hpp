#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "migrate/sql/statement.hpp"

namespace migrate::sql {

/// What a statement that ran outside a transaction is about, for asking the catalog after a crash whether it took
/// effect.
enum class SubjectKind {
  create_index_concurrently,
  drop_index_concurrently,
  reindex_concurrently,
  add_enum_value,
  validate_constraint,  ///< of one constraint of a table, and nothing else in the statement
  detach_concurrently,  ///< DETACH PARTITION … CONCURRENTLY or FINALIZE
  rerunnable,           ///< running it again gives the same: VACUUM, REFRESH, COMMENT, SET, SET STATISTICS …
  other
};

/// What REINDEX works through.
enum class ReindexTarget { index, table, schema, database, system };

/// A name as the catalog has it: quotes resolved, unquoted letters in lower case. An empty schema was not written.
struct ObjectName {
  std::string schema;
  std::string name;
  bool operator==(const ObjectName&) const = default;
};

/// Names that a kind does not have are empty.
struct Subject {
  SubjectKind kind = SubjectKind::other;
  /// The index (CREATE: in its table's schema, empty when PostgreSQL chooses the name; DROP; REINDEX INDEX), the enum
  /// type, or what else REINDEX works through: a table, a schema or database (in `name`; empty: the current database).
  ObjectName object;
  ObjectName table;      ///< CREATE INDEX, VALIDATE CONSTRAINT; the parent of DETACH PARTITION; REINDEX TABLE
  ObjectName partition;  ///< of DETACH PARTITION
  std::string member;    ///< the enum value or the constraint
  ReindexTarget target = ReindexTarget::index;
  bool unique = false;         ///< CREATE UNIQUE INDEX
  bool if_not_exists = false;  ///< CREATE INDEX, ADD VALUE
  bool if_exists = false;      ///< DROP INDEX, ALTER TABLE
  bool finalize = false;       ///< DETACH PARTITION … FINALIZE
};

/// Nothing when the statement starts like one of the kinds but its names cannot be read (malformed text, or a kind of
/// literal that only the server resolves). Never throws on bad text.
std::optional<Subject> subject_of(std::string_view text, const Statement& statement);

}  // namespace migrate::sql
