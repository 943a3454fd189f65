#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "migrate/schema/operations.hpp"

/// A schema as C++ describes it: all of what there shall be, in any order.
namespace migrate::schema {

/// An index among the elements of MetaData::table().
struct TableIndex {
  Name name;
  std::vector<IndexElement> elements;
  IndexOptions options;
};
/// index("ix_users_email", {"email"}), index("ix", {expression("lower(email)")}, {.unique = true}).
inline TableIndex index(Name name, std::vector<IndexElement> elements, IndexOptions options = {}) {
  return {std::move(name), std::move(elements), std::move(options)};
}

/// As foreign_key_constraint(), among the elements of MetaData::table().
inline Constraint foreign_key(Name name, Names columns, std::string referent_table, Names referent_columns,
                              ForeignKeyOptions options = {}) {
  return foreign_key_constraint(std::move(name), std::move(columns), std::move(referent_table),
                                std::move(referent_columns), std::move(options));
}
/// As check_constraint(), among the elements of MetaData::table(). With a condition alone it has no name of its own.
inline Constraint check(Name name, std::string condition, CheckOptions options = {}) {
  return check_constraint(std::move(name), std::move(condition), std::move(options));
}

/// What a model's metadata() is given. An error of the server names the line that asked for what it refuses.
class MetaData {
 public:
  explicit MetaData(Operations& op) : op_(op) {}

  /// Columns, constraints, indexes, a comment and at most one TableOptions, in any order. Foreign keys may lead in
  /// circles, and to tables of other files.
  template <class... Elements>
  void table(Name name, Elements... elements) {
    Parts parts{std::move(name), {}, {}, {}, {}};
    (add(parts, std::move(elements)), ...);
    make(std::move(parts));
  }

  void schema(Name name, CreateSchemaOptions options = {}) { op_.create_schema(std::move(name), std::move(options)); }
  void extension(Name name, ExtensionOptions options = {}) {
    op_.create_extension(std::move(name), std::move(options));
  }
  void enum_type(Name name, Names labels, SchemaOption options = {}) {
    op_.create_enum(std::move(name), std::move(labels), std::move(options));
  }
  void domain(Name name, Type type, DomainOptions options = {}) {
    op_.create_domain(std::move(name), std::move(type), std::move(options));
  }
  void composite_type(Name name, std::vector<Column> attributes, SchemaOption options = {}) {
    op_.create_composite_type(std::move(name), std::move(attributes), std::move(options));
  }
  void sequence(Name name, CreateSequenceOptions options = {}) {
    op_.create_sequence(std::move(name), std::move(options));
  }
  void view(Name name, std::string query, ViewOptions options = {}) {
    op_.create_view(std::move(name), std::move(query), std::move(options));
  }
  void materialized_view(Name name, std::string query, MaterializedViewOptions options = {}) {
    op_.create_materialized_view(std::move(name), std::move(query), std::move(options));
  }
  void function(Name name, std::string arguments, std::string returns, std::string body, RoutineOptions options = {}) {
    op_.create_function(std::move(name), std::move(arguments), std::move(returns), std::move(body), std::move(options));
  }
  void trigger(Name name, std::string table, TriggerOptions options) {
    op_.create_trigger(std::move(name), std::move(table), std::move(options));
  }
  void policy(Name name, std::string table, PolicyOptions options = {}) {
    op_.create_policy(std::move(name), std::move(table), std::move(options));
  }
  /// Anything else, as SQL: execute("CREATE PUBLICATION …").
  void execute(Name sql) { op_.execute(std::move(sql)); }
  /// Whatever a revision can do.
  [[nodiscard]] Operations& op() noexcept { return op_; }

 private:
  struct Parts {
    Name name;
    std::vector<TableElement> elements;
    std::vector<Constraint> foreign_keys;
    std::vector<TableIndex> indexes;
    TableOptions options;
  };

  static void add(Parts& parts, Column column);
  static void add(Parts& parts, Constraint constraint);
  static void add(Parts& parts, attribute::Check check) {
    parts.elements.emplace_back(check_constraint(nullptr, std::move(check.sql)));
  }
  static void add(Parts& parts, TableIndex index) { parts.indexes.push_back(std::move(index)); }
  static void add(Parts& parts, attribute::Comment comment) { parts.options.comment = std::move(comment.text); }
  static void add(Parts& parts, TableOptions options) {
    if (options.comment.empty()) options.comment = std::move(parts.options.comment);
    parts.options = std::move(options);
  }
  void make(Parts parts);

  Operations& op_;
};

}  // namespace migrate::schema
