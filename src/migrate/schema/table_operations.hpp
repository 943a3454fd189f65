#pragma once
#include <string>
#include <utility>
#include <vector>

#include "migrate/schema/table_options.hpp"

namespace migrate::schema {

class Sink;

/// One of the things create_table takes behind the name: a column, a constraint, or the table's options.
struct TableElement {
  // NOLINTBEGIN(google-explicit-constructor): elements are written as what they are
  TableElement(Column value) : kind(Kind::column), column(std::move(value)) {}
  TableElement(Constraint value) : kind(Kind::constraint), constraint(std::move(value)) {}
  TableElement(TableOptions value) : kind(Kind::options), options(std::move(value)) {}
  // NOLINTEND(google-explicit-constructor)
  enum class Kind { column, constraint, options };
  Kind kind;
  Column column;
  Constraint constraint;
  TableOptions options;
};

/// Operations on tables and what belongs to them: columns, constraints, indexes, comments, partitions.
class TableOperations {
 public:
  /// Columns, constraints and at most one TableOptions, in any order. Indexes of `indexed` columns, comments and enum
  /// types with labels are made along with it.
  template <class... Elements>
  void create_table(Name name, Elements... elements) {
    std::vector<TableElement> list;
    list.reserve(sizeof...(elements));
    (list.emplace_back(std::move(elements)), ...);
    create_table_of(std::move(name), std::move(list));
  }
  void create_table_of(Name name, std::vector<TableElement> elements);
  void drop_table(Name name, DropOptions options = {});
  /// The new name has no schema: the table stays where it is.
  void rename_table(Name old_name, std::string new_name, RenameOptions options = {});
  void create_table_comment(Name table, std::string comment, SchemaOption options = {});
  void drop_table_comment(Name table, SchemaOption options = {});
  void set_storage_parameters(Name table, Parameters parameters, SchemaOption options = {});
  void reset_storage_parameters(Name table, Names parameters, SchemaOption options = {});

  void add_column(Name table, Column column, AddColumnOptions options = {});
  void drop_column(Name table, std::string column, DropOptions options = {});
  /// Type, nullability, default, identity, comment and name in one go; the name changes last.
  void alter_column(Name table, std::string column, AlterColumnOptions options);

  void create_index(Name name, std::string table, std::vector<IndexElement> elements, IndexOptions options = {});
  /// PostgreSQL does not need the table; an unnamed index is found through it by the naming convention.
  void drop_index(Name name, Name table = nullptr, DropIndexOptions options = {});
  void drop_index(Name name, DropIndexOptions options) { drop_index(std::move(name), nullptr, std::move(options)); }
  void rename_index(Name old_name, std::string new_name, RenameOptions options = {});

  void create_primary_key(Name name, std::string table, Names columns, PrimaryKeyOptions options = {});
  void create_unique_constraint(Name name, std::string table, Names columns, UniqueOptions options = {});
  void create_foreign_key(Name name, std::string source_table, std::string referent_table, Names local_columns,
                          Names remote_columns, ForeignKeyOptions options = {});
  void create_check_constraint(Name name, std::string table, std::string condition, CheckOptions options = {});
  void create_exclude_constraint(Name name, std::string table, std::vector<ExcludeElement> elements,
                                 ExcludeOptions options = {});
  void drop_constraint(Name name, std::string table, DropConstraintOptions options = {});
  /// Checks the rows that a NOT VALID constraint let through; takes a weak lock only.
  void validate_constraint(Name name, std::string table, SchemaOption options = {});
  void rename_constraint(Name old_name, std::string table, std::string new_name, SchemaOption options = {});

  void create_partition(Name name, std::string parent, PartitionBound bound, PartitionOptions options = {});
  void attach_partition(Name name, std::string parent, PartitionBound bound, PartitionOptions options = {});
  void detach_partition(Name name, std::string parent, DetachOptions options = {});

 protected:
  explicit TableOperations(Sink& sink) : sink_(sink) {}
  [[nodiscard]] Sink& sink() const noexcept { return sink_; }

 private:
  Sink& sink_;
};

}  // namespace migrate::schema
