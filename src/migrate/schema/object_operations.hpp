#pragma once
#include <string>
#include <utility>
#include <vector>

#include "migrate/schema/object_options.hpp"

namespace migrate::schema {

class Sink;

/// Operations on what is not a table: schemas, extensions, types, sequences, views, routines, triggers, policies,
/// privileges, statistics. Alembic leaves all of these to execute().
class ObjectOperations {
 public:
  void create_schema(Name name, CreateSchemaOptions options = {});
  void drop_schema(Name name, DropOptions options = {});
  void rename_schema(Name old_name, std::string new_name);

  void create_extension(Name name, ExtensionOptions options = {});
  void drop_extension(Name name, DropOptions options = {});
  /// ALTER EXTENSION … UPDATE; an empty version means the newest.
  void update_extension(Name name, std::string version = {});

  void create_enum(Name name, Names labels, SchemaOption options = {});
  /// The new label cannot be used before the transaction that adds it is committed.
  void add_enum_value(Name name, std::string value, EnumValueOptions options = {});
  void rename_enum_value(Name name, std::string old_value, std::string new_value, SchemaOption options = {});
  void drop_enum(Name name, DropOptions options = {});
  void create_domain(Name name, Type type, DomainOptions options = {});
  void drop_domain(Name name, DropOptions options = {});
  void create_composite_type(Name name, std::vector<Column> attributes, SchemaOption options = {});
  void drop_type(Name name, DropOptions options = {});
  void rename_type(Name old_name, std::string new_name, SchemaOption options = {});

  void create_sequence(Name name, CreateSequenceOptions options = {});
  void alter_sequence(Name name, AlterSequenceOptions options);
  void drop_sequence(Name name, DropOptions options = {});
  void rename_sequence(Name old_name, std::string new_name, RenameOptions options = {});

  void create_view(Name name, std::string query, ViewOptions options = {});
  void drop_view(Name name, DropOptions options = {});
  void rename_view(Name old_name, std::string new_name, RenameOptions options = {});
  void create_materialized_view(Name name, std::string query, MaterializedViewOptions options = {});
  void refresh_materialized_view(Name name, RefreshOptions options = {});
  void drop_materialized_view(Name name, DropOptions options = {});

  /// `arguments` as between the parentheses of CREATE FUNCTION; `body` without quotes.
  void create_function(Name name, std::string arguments, std::string returns, std::string body,
                       RoutineOptions options = {});
  /// `arguments`: types are enough.
  void drop_function(Name name, std::string arguments, DropOptions options = {});
  void create_procedure(Name name, std::string arguments, std::string body, RoutineOptions options = {});
  void drop_procedure(Name name, std::string arguments, DropOptions options = {});

  void create_trigger(Name name, std::string table, TriggerOptions options);
  void drop_trigger(Name name, std::string table, DropOptions options = {});
  void enable_trigger(Name name, std::string table, SchemaOption options = {});
  void disable_trigger(Name name, std::string table, SchemaOption options = {});

  void create_policy(Name name, std::string table, PolicyOptions options = {});
  /// Roles, using_ and with_check that are given replace the old ones.
  void alter_policy(Name name, std::string table, PolicyOptions options);
  void drop_policy(Name name, std::string table, DropOptions options = {});
  void enable_row_level_security(Name table, RowSecurityOptions options = {});
  void disable_row_level_security(Name table, RowSecurityOptions options = {});

  /// grant({"SELECT", "INSERT"}, table("messages"), {"app"}). Roles as in PolicyOptions.
  void grant(Names privileges, Object on, Names roles, GrantOptions options = {}, Place at = Place::here());
  void revoke(Names privileges, Object on, Names roles, RevokeOptions options = {}, Place at = Place::here());

  /// `parts`: columns or expressions.
  void create_statistics(Name name, std::string table, std::vector<IndexElement> parts, StatisticsOptions options = {});
  void drop_statistics(Name name, DropOptions options = {});

  /// COMMENT ON any kind of object; nullptr takes it away.
  void comment_on(Object object, NewValue comment, Place at = Place::here());
  void set_schema(Object object, std::string new_schema, Place at = Place::here());
  void set_owner(Object object, std::string role, Place at = Place::here());

 protected:
  explicit ObjectOperations(Sink& sink) : sink_(sink) {}

 private:
  Sink& sink_;
};

}  // namespace migrate::schema
