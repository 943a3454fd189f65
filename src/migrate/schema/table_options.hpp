#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "migrate/schema/constraint.hpp"

/// Options of the operations on tables, columns and data. Members stand in Alembic's order where Alembic has them.
namespace migrate::schema {

/// As the last words of create_table: TableOptions{.if_not_exists = true, .comment = "…"}.
struct TableOptions {
  bool if_not_exists = false;
  std::string comment{};
  std::string schema{};
  std::string partition_by{};  ///< "RANGE (created_at)"
  Names inherits{};
  std::string like{};  ///< "other INCLUDING ALL"
  bool unlogged = false;
  bool temporary = false;
  std::string on_commit{};  ///< DROP, DELETE ROWS, PRESERVE ROWS
  std::string using_{};     ///< access method
  Parameters with{};        ///< storage parameters
  std::string tablespace{};
};

struct DropOptions {
  bool if_exists = false;
  bool cascade = false;
  std::string schema{};
};

struct RenameOptions {
  bool if_exists = false;
  std::string schema{};
};

struct AddColumnOptions {
  bool if_not_exists = false;
  std::string schema{};
};

/// A setting that may be left alone (the default), given, or taken away (nullptr).
class NewValue {
 public:
  enum class What { keep, set, drop };
  NewValue() = default;
  // NOLINTBEGIN(google-explicit-constructor): reads like Alembic's keyword arguments
  NewValue(std::nullptr_t) : what_(What::drop) {}
  NewValue(const char* value) : what_(What::set), value_(value) {}
  NewValue(std::string value) : what_(What::set), value_(std::move(value)) {}
  NewValue(Expression value) : what_(What::set), value_(std::move(value.sql)) {}
  NewValue(int value) : what_(What::set), value_(std::to_string(value)) {}
  NewValue(bool value) : what_(What::set), value_(value ? "true" : "false") {}
  // NOLINTEND(google-explicit-constructor)
  [[nodiscard]] What what() const noexcept { return what_; }
  [[nodiscard]] const std::string& value() const noexcept { return value_; }

 private:
  What what_ = What::keep;
  std::string value_;
};

/// Alembic's keywords of alter_column, in its order; what is not given stays as it is.
struct AlterColumnOptions {
  std::optional<bool> nullable{};
  NewValue comment{};
  NewValue server_default{};  ///< SQL; nullptr drops it
  std::string new_column_name{};
  std::optional<Type> type_{};
  std::string using_{};  ///< how old values become new ones; only with type_
  std::string collation{};
  std::optional<Identity> add_identity{}, set_identity{};
  std::optional<long long> restart_identity{};
  bool drop_identity = false;
  bool drop_expression = false;  ///< a generated column becomes an ordinary one
  std::optional<int> statistics{};
  std::string storage{}, compression{};
  bool if_exists = false;  ///< of the table
  std::string schema{};
};

struct DropIndexOptions {
  bool if_exists = false;
  bool concurrently = false;
  bool cascade = false;
  std::string schema{};
};

struct DropConstraintOptions {
  std::string type_{};  ///< Alembic's foreignkey, primary, unique, check; PostgreSQL does not need it
  bool if_exists = false;
  bool cascade = false;
  std::string schema{};
};

struct SchemaOption {
  std::string schema{};
};

/// PARTITION OF: how a partition is bounded. Values are SQL: values_in({"'eu'", "'us'"}), values_from({"1"}, {"100"}).
struct PartitionBound {
  std::string sql{};
};
PartitionBound values_in(Names values);
PartitionBound values_from(Names from, Names to);
PartitionBound values_hash(int modulus, int remainder);
PartitionBound default_partition();

struct PartitionOptions {
  std::string schema{};         ///< of both
  std::string parent_schema{};  ///< when the parent stands elsewhere
  std::string partition_by{};   ///< the partition is partitioned itself
  bool if_not_exists = false;
  std::string tablespace{};
};

struct DetachOptions {
  bool concurrently = false;  ///< only in op.autocommit_block() or under `// transaction: false`
  bool finalize = false;
  std::string schema{};
  std::string parent_schema{};
};

/// A value for bulk_insert and for execute's parameters.
class Value {
 public:
  enum class Kind { null, number, boolean, text, expression };
  Value() = default;
  // NOLINTBEGIN(google-explicit-constructor): rows are written as plain values
  Value(std::nullptr_t) {}
  Value(bool value) : kind_(Kind::boolean), text_(value ? "true" : "false") {}
  Value(int value) : kind_(Kind::number), text_(std::to_string(value)) {}
  Value(long value) : kind_(Kind::number), text_(std::to_string(value)) {}
  Value(long long value) : kind_(Kind::number), text_(std::to_string(value)) {}
  Value(unsigned value) : kind_(Kind::number), text_(std::to_string(value)) {}
  Value(unsigned long value) : kind_(Kind::number), text_(std::to_string(value)) {}
  Value(unsigned long long value) : kind_(Kind::number), text_(std::to_string(value)) {}
  Value(double value);  ///< so many digits that it reads back as the same; NaN and the infinities too
  Value(const char* value) : kind_(value == nullptr ? Kind::null : Kind::text), text_(value == nullptr ? "" : value) {}
  Value(std::string value) : kind_(Kind::text), text_(std::move(value)) {}
  Value(std::string_view value) : kind_(Kind::text), text_(value) {}
  Value(Expression value) : kind_(Kind::expression), text_(std::move(value.sql)) {}
  // NOLINTEND(google-explicit-constructor)
  /// Put together from its parts.
  static Value of(Kind kind, std::string text) {
    Value value(std::move(text));
    value.kind_ = kind;
    return value;
  }
  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  bool operator==(const Value&) const = default;

 private:
  Kind kind_ = Kind::null;
  std::string text_;
};
using Row = std::vector<Value>;

struct BulkInsertOptions {
  std::string schema{};
  std::string on_conflict{};  ///< what follows ON CONFLICT: "(id) DO NOTHING"
  std::size_t rows_per_statement = 1000;
};

/// A large update in small transactions; see Operations::backfill.
struct BackfillOptions {
  std::string set{};            ///< "content_length = char_length(content)"
  std::string where{};          ///< rows that need it; empty: all
  std::string key = "id";       ///< a column with an index, unique: the cursor
  long long batch_size = 1000;  ///< rows looked at in each transaction
  int pause_ms = 0;             ///< milliseconds between two batches
  std::string name{};           ///< of the stored cursor; empty: made of revision, table and what is set
  std::string schema{};
};

}  // namespace migrate::schema
