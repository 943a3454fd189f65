#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "migrate/schema/column.hpp"
#include "migrate/schema/name.hpp"

/// Constraints and index parts as values, for create_table and for the operations that add one to a table.
namespace migrate::schema {

struct PrimaryKeyOptions {
  std::optional<bool> deferrable{};
  std::string initially{};  ///< DEFERRED or IMMEDIATE
  Names include{};
  std::string using_index{};  ///< an existing unique index becomes the key
  std::string schema{};
};

struct UniqueOptions {
  std::optional<bool> deferrable{};
  std::string initially{};
  bool nulls_not_distinct = false;  ///< PostgreSQL 15 and later
  Names include{};
  std::string using_index{};
  std::string schema{};
};

/// Alembic's keywords, in its order.
struct ForeignKeyOptions {
  std::string onupdate{}, ondelete{};  ///< CASCADE, RESTRICT, SET NULL, SET DEFAULT, NO ACTION
  std::optional<bool> deferrable{};
  std::string initially{};
  std::string match{};  ///< FULL, SIMPLE
  std::string source_schema{}, referent_schema{};
  bool not_valid = false;  ///< existing rows are not checked until validate_constraint
};

struct CheckOptions {
  bool not_valid = false;
  bool no_inherit = false;
  std::string schema{};
};

/// One pair of an exclusion constraint: exclude("room", "="), exclude(expression("tsrange(a, b)"), "&&").
struct ExcludeElement {
  std::string text{};
  bool is_expression = false;
  std::string with{};  ///< the operator
  std::string ops{};   ///< operator class
};
inline ExcludeElement exclude(std::string column, std::string with, std::string ops = {}) {
  return {std::move(column), false, std::move(with), std::move(ops)};
}
inline ExcludeElement exclude(Expression value, std::string with, std::string ops = {}) {
  return {std::move(value.sql), true, std::move(with), std::move(ops)};
}

struct ExcludeOptions {
  std::string where{};
  std::string using_ = "gist";
  std::optional<bool> deferrable{};
  std::string initially{};
  std::string schema{};
};

/// A constraint of any kind. Made by the functions below.
struct Constraint {
  enum class Kind { pk, uq, fk, ck, ex };  ///< as in naming conventions, and exclude
  Kind kind = Kind::ck;
  std::string name{};
  bool final_name = false;
  Names columns{};
  std::string condition{};   ///< check
  std::string referent{};    ///< foreign key: the table
  Names referent_columns{};  ///< foreign key
  std::vector<ExcludeElement> elements{};
  PrimaryKeyOptions primary_key;
  UniqueOptions unique;
  ForeignKeyOptions foreign_key;
  CheckOptions check;
  ExcludeOptions exclude;
};

Constraint primary_key_constraint(Name name, Names columns, PrimaryKeyOptions options = {});
Constraint unique_constraint(Name name, Names columns, UniqueOptions options = {});
Constraint foreign_key_constraint(Name name, Names columns, std::string referent_table, Names referent_columns,
                                  ForeignKeyOptions options = {});
Constraint check_constraint(Name name, std::string condition, CheckOptions options = {});
Constraint exclude_constraint(Name name, std::vector<ExcludeElement> elements, ExcludeOptions options = {});

/// A column or expression of an index: "email", expression("lower(email)"), desc("created_at").nulls_last().
struct IndexElement {
  std::string text{};
  bool is_expression = false;
  std::string ops{};  ///< operator class
  std::string collation{};
  bool descending = false;
  std::string nulls{};  ///< FIRST or LAST

  IndexElement() = default;
  // NOLINTBEGIN(google-explicit-constructor): columns are written as strings
  IndexElement(const char* column) : text(column) {}
  IndexElement(std::string column) : text(std::move(column)) {}
  IndexElement(Expression value) : text(std::move(value.sql)), is_expression(true) {}
  // NOLINTEND(google-explicit-constructor)

  IndexElement& with_ops(std::string operator_class);
  IndexElement& collate(std::string name);
  IndexElement& nulls_first();
  IndexElement& nulls_last();
};
IndexElement asc(IndexElement element);
IndexElement desc(IndexElement element);

struct IndexOptions {
  bool unique = false;
  bool if_not_exists = false;
  bool concurrently = false;  ///< only in op.autocommit_block() or under `// transaction: false`
  std::string using_{};       ///< btree, hash, gin, gist, spgist, brin …
  std::string where{};
  Parameters ops{};  ///< operator class by column: {{"email", "text_pattern_ops"}}
  Names include{};
  Parameters with{};  ///< storage parameters
  std::string tablespace{};
  bool nulls_not_distinct = false;
  bool only = false;  ///< not on the partitions
  std::string schema{};
};

}  // namespace migrate::schema
