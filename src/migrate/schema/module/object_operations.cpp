#include "migrate/schema/object_operations.hpp"

#include "migrate/schema/sink.hpp"

namespace migrate::schema {
namespace {

DropObject drop(ObjectKind kind, const Name& name, DropOptions options) {
  DropObject dropped;
  dropped.kind = kind;
  dropped.name = name.text();
  dropped.options = std::move(options);
  return dropped;
}

DropObject drop_from(ObjectKind kind, const Name& name, std::string table, DropOptions options) {
  DropObject dropped = drop(kind, name, std::move(options));
  dropped.of_table = std::move(table);
  return dropped;
}

DropObject drop_routine(ObjectKind kind, const Name& name, std::string arguments, DropOptions options) {
  DropObject dropped = drop(kind, name, std::move(options));
  dropped.arguments = std::move(arguments);
  return dropped;
}

RenameObject rename(ObjectKind kind, const Name& old_name, std::string new_name, RenameOptions options) {
  return {object(kind, old_name.text(), std::move(options.schema)), std::move(new_name), options.if_exists};
}

}  // namespace

void ObjectOperations::create_schema(Name name, CreateSchemaOptions options) {
  sink_.add(name.place(), CreateSchema{name.text(), std::move(options)});
}

void ObjectOperations::drop_schema(Name name, DropOptions options) {
  sink_.add(name.place(), drop(ObjectKind::schema, name, std::move(options)));
}

void ObjectOperations::rename_schema(Name old_name, std::string new_name) {
  sink_.add(old_name.place(), rename(ObjectKind::schema, old_name, std::move(new_name), {}));
}

void ObjectOperations::create_extension(Name name, ExtensionOptions options) {
  sink_.add(name.place(), CreateExtension{name.text(), std::move(options)});
}

void ObjectOperations::drop_extension(Name name, DropOptions options) {
  sink_.add(name.place(), drop(ObjectKind::extension, name, std::move(options)));
}

void ObjectOperations::update_extension(Name name, std::string version) {
  sink_.add(name.place(), UpdateExtension{name.text(), std::move(version)});
}

void ObjectOperations::create_enum(Name name, Names labels, SchemaOption options) {
  sink_.add(name.place(), CreateEnum{name.text(), std::move(labels), std::move(options.schema)});
}

void ObjectOperations::add_enum_value(Name name, std::string value, EnumValueOptions options) {
  sink_.add(name.place(), AddEnumValue{name.text(), std::move(value), std::move(options)});
}

void ObjectOperations::rename_enum_value(Name name, std::string old_value, std::string new_value,
                                         SchemaOption options) {
  sink_.add(name.place(),
            RenameEnumValue{name.text(), std::move(old_value), std::move(new_value), std::move(options.schema)});
}

void ObjectOperations::drop_enum(Name name, DropOptions options) {
  sink_.add(name.place(), drop(ObjectKind::type, name, std::move(options)));
}

void ObjectOperations::create_domain(Name name, Type type, DomainOptions options) {
  sink_.add(name.place(), CreateDomain{name.text(), std::move(type), std::move(options)});
}

void ObjectOperations::drop_domain(Name name, DropOptions options) {
  sink_.add(name.place(), drop(ObjectKind::domain, name, std::move(options)));
}

void ObjectOperations::create_composite_type(Name name, std::vector<Column> attributes, SchemaOption options) {
  sink_.add(name.place(), CreateCompositeType{name.text(), std::move(attributes), std::move(options.schema)});
}

void ObjectOperations::drop_type(Name name, DropOptions options) {
  sink_.add(name.place(), drop(ObjectKind::type, name, std::move(options)));
}

void ObjectOperations::rename_type(Name old_name, std::string new_name, SchemaOption options) {
  sink_.add(old_name.place(),
            rename(ObjectKind::type, old_name, std::move(new_name), {false, std::move(options.schema)}));
}

void ObjectOperations::create_sequence(Name name, CreateSequenceOptions options) {
  sink_.add(name.place(), CreateSequence{name.text(), std::move(options)});
}

void ObjectOperations::alter_sequence(Name name, AlterSequenceOptions options) {
  sink_.add(name.place(), AlterSequence{name.text(), std::move(options)});
}

void ObjectOperations::drop_sequence(Name name, DropOptions options) {
  sink_.add(name.place(), drop(ObjectKind::sequence, name, std::move(options)));
}

void ObjectOperations::rename_sequence(Name old_name, std::string new_name, RenameOptions options) {
  sink_.add(old_name.place(), rename(ObjectKind::sequence, old_name, std::move(new_name), std::move(options)));
}

void ObjectOperations::create_view(Name name, std::string query, ViewOptions options) {
  sink_.add(name.place(), CreateView{name.text(), std::move(query), std::move(options)});
}

void ObjectOperations::drop_view(Name name, DropOptions options) {
  sink_.add(name.place(), drop(ObjectKind::view, name, std::move(options)));
}

void ObjectOperations::rename_view(Name old_name, std::string new_name, RenameOptions options) {
  sink_.add(old_name.place(), rename(ObjectKind::view, old_name, std::move(new_name), std::move(options)));
}

void ObjectOperations::create_materialized_view(Name name, std::string query, MaterializedViewOptions options) {
  sink_.add(name.place(), CreateMaterializedView{name.text(), std::move(query), std::move(options)});
}

void ObjectOperations::refresh_materialized_view(Name name, RefreshOptions options) {
  sink_.add(name.place(), RefreshMaterializedView{name.text(), std::move(options)});
}

void ObjectOperations::drop_materialized_view(Name name, DropOptions options) {
  sink_.add(name.place(), drop(ObjectKind::materialized_view, name, std::move(options)));
}

void ObjectOperations::create_function(Name name, std::string arguments, std::string returns, std::string body,
                                       RoutineOptions options) {
  sink_.add(name.place(), CreateRoutine{false, name.text(), std::move(arguments), std::move(returns), std::move(body),
                                        std::move(options)});
}

void ObjectOperations::drop_function(Name name, std::string arguments, DropOptions options) {
  sink_.add(name.place(), drop_routine(ObjectKind::function, name, std::move(arguments), std::move(options)));
}

void ObjectOperations::create_procedure(Name name, std::string arguments, std::string body, RoutineOptions options) {
  sink_.add(name.place(),
            CreateRoutine{true, name.text(), std::move(arguments), {}, std::move(body), std::move(options)});
}

void ObjectOperations::drop_procedure(Name name, std::string arguments, DropOptions options) {
  sink_.add(name.place(), drop_routine(ObjectKind::procedure, name, std::move(arguments), std::move(options)));
}

void ObjectOperations::create_trigger(Name name, std::string table, TriggerOptions options) {
  sink_.add(name.place(), CreateTrigger{name.text(), std::move(table), std::move(options)});
}

void ObjectOperations::drop_trigger(Name name, std::string table, DropOptions options) {
  sink_.add(name.place(), drop_from(ObjectKind::trigger, name, std::move(table), std::move(options)));
}

void ObjectOperations::enable_trigger(Name name, std::string table, SchemaOption options) {
  sink_.add(name.place(), SetTrigger{name.text(), std::move(table), std::move(options.schema), true});
}

void ObjectOperations::disable_trigger(Name name, std::string table, SchemaOption options) {
  sink_.add(name.place(), SetTrigger{name.text(), std::move(table), std::move(options.schema), false});
}

void ObjectOperations::create_policy(Name name, std::string table, PolicyOptions options) {
  sink_.add(name.place(), CreatePolicy{name.text(), std::move(table), std::move(options)});
}

void ObjectOperations::alter_policy(Name name, std::string table, PolicyOptions options) {
  sink_.add(name.place(), AlterPolicy{name.text(), std::move(table), std::move(options)});
}

void ObjectOperations::drop_policy(Name name, std::string table, DropOptions options) {
  sink_.add(name.place(), drop_from(ObjectKind::policy, name, std::move(table), std::move(options)));
}

void ObjectOperations::enable_row_level_security(Name table, RowSecurityOptions options) {
  sink_.add(table.place(), SetRowSecurity{table.text(), true, std::move(options)});
}

void ObjectOperations::disable_row_level_security(Name table, RowSecurityOptions options) {
  sink_.add(table.place(), SetRowSecurity{table.text(), false, std::move(options)});
}

void ObjectOperations::grant(Names privileges, Object on, Names roles, GrantOptions options, Place at) {
  sink_.add(at, Grant{std::move(privileges), std::move(on), std::move(roles), std::move(options)});
}

void ObjectOperations::revoke(Names privileges, Object on, Names roles, RevokeOptions options, Place at) {
  sink_.add(at, Revoke{std::move(privileges), std::move(on), std::move(roles), std::move(options)});
}

void ObjectOperations::create_statistics(Name name, std::string table, std::vector<IndexElement> parts,
                                         StatisticsOptions options) {
  sink_.add(name.place(), CreateStatistics{name.text(), std::move(table), std::move(parts), std::move(options)});
}

void ObjectOperations::drop_statistics(Name name, DropOptions options) {
  sink_.add(name.place(), drop(ObjectKind::statistics, name, std::move(options)));
}

void ObjectOperations::comment_on(Object object, NewValue comment, Place at) {
  sink_.add(at, CommentOn{std::move(object),
                          comment.what() == NewValue::What::set ? std::optional(comment.value()) : std::nullopt});
}

void ObjectOperations::set_schema(Object object, std::string new_schema, Place at) {
  sink_.add(at, SetSchema{std::move(object), std::move(new_schema)});
}

void ObjectOperations::set_owner(Object object, std::string role, Place at) {
  sink_.add(at, SetOwner{std::move(object), std::move(role)});
}

}  // namespace migrate::schema
