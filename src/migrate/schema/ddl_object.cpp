#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "migrate/base/text.hpp"
#include "migrate/schema/detail/ddl.hpp"

namespace migrate::schema::detail {
namespace {

using enum ObjectKind;

bool is_one_of(ObjectKind kind, std::initializer_list<ObjectKind> kinds) {
  return std::ranges::find(kinds, kind) != kinds.end();
}

std::string lower_words(ObjectKind kind) {
  return base::to_lower(words_of(kind));
}

/// Kinds whose names have no schema before them, in ALTER and DROP.
bool has_no_schema(ObjectKind kind) {
  return is_one_of(kind, {ObjectKind::schema, extension, database, language});
}

std::string table_of(const Object& object) {
  return qualified(object.schema, object.of_table, fmt::format("the table of the {}", lower_words(object.kind)));
}

/// The name as ALTER, DROP and COMMENT ON want it behind the kind: with its schema, its arguments, its table.
std::string name_of_object(const Object& object) {
  const std::string what = "the " + lower_words(object.kind);
  if (has_no_schema(object.kind)) {
    if (object.schema.empty()) return identifier(object.name, what);
    refuse(fmt::format("{} \"{}\" names a schema", what, object.name), "It does not stand in a schema: leave it out.");
  }
  if (is_one_of(object.kind, {constraint, trigger, policy})) {
    return identifier(object.name, what) + " ON " + table_of(object);
  }
  if (object.kind == column) return table_of(object) + "." + identifier(object.name, what);
  if (is_one_of(object.kind, {function, procedure})) return routine_name(object.schema, object.name);
  return qualified(object.schema, object.name, what);
}

[[noreturn]] void refuse_kind(ObjectKind kind, std::string_view what) {
  refuse(fmt::format("PostgreSQL cannot {} {}", what, one_of(kind)));
}

/// Where the arguments of "total(numeric(10, 2))" begin; npos when there are none. The name itself may have
/// parentheses, so it is read from behind.
std::size_t arguments_begin(std::string_view name) {
  if (!name.ends_with(')')) return std::string_view::npos;
  int depth = 0;
  for (std::size_t at = name.size(); at-- > 0;) {
    depth += name[at] == ')' ? 1 : name[at] == '(' ? -1 : 0;
    if (depth == 0) return at;
  }
  return std::string_view::npos;
}

}  // namespace

std::string_view words_of(ObjectKind kind) {
  switch (kind) {
    case table:
      return "TABLE";
    case column:
      return "COLUMN";
    case index:
      return "INDEX";
    case constraint:
      return "CONSTRAINT";
    case sequence:
      return "SEQUENCE";
    case view:
      return "VIEW";
    case materialized_view:
      return "MATERIALIZED VIEW";
    case ObjectKind::schema:
      return "SCHEMA";
    case type:
      return "TYPE";
    case domain:
      return "DOMAIN";
    case function:
      return "FUNCTION";
    case procedure:
      return "PROCEDURE";
    case trigger:
      return "TRIGGER";
    case policy:
      return "POLICY";
    case extension:
      return "EXTENSION";
    case statistics:
      return "STATISTICS";
    case database:
      return "DATABASE";
    case foreign_table:
      return "FOREIGN TABLE";
    case language:
      break;
  }
  return "LANGUAGE";
}

std::string one_of(ObjectKind kind) {
  return (kind == index || kind == extension ? "an " : "a ") + lower_words(kind);
}

std::string routine_name(std::string_view schema, std::string_view name) {
  const std::size_t arguments = arguments_begin(name);
  const std::string_view plain = base::trim(name.substr(0, arguments));
  const std::string behind(arguments == std::string_view::npos ? std::string_view() : name.substr(arguments));
  return qualified(schema, plain, "the routine") + behind;
}

Statements ddl(const DropObject& operation) {
  const auto& [kind, name, arguments, of_table, options] = operation;
  const bool routine = is_one_of(kind, {function, procedure});
  const Object object{kind, routine && arguments ? fmt::format("{}({})", name, *arguments) : name, options.schema,
                      of_table};
  if (arguments && !routine) refuse(one_of(kind) + " has no arguments");
  if (kind == database && options.cascade) refuse("DROP DATABASE knows no CASCADE");
  const std::string_view if_exists = options.if_exists ? "IF EXISTS " : "";
  const std::string_view cascade = options.cascade ? " CASCADE" : "";
  if (is_one_of(kind, {column, constraint})) {
    return {fmt::format("ALTER TABLE {} DROP {} {}{}{}", table_of(object), words_of(kind), if_exists,
                        identifier(name, "the " + lower_words(kind)), cascade)};
  }
  return {fmt::format("DROP {} {}{}{}", words_of(kind), if_exists, name_of_object(object), cascade)};
}

Statements ddl(const RenameObject& operation) {
  const auto& [object, new_name, if_exists] = operation;
  const std::string new_identifier = identifier(new_name, "the new one");
  if (object.kind == extension) refuse_kind(object.kind, "rename");
  if (if_exists && !is_one_of(object.kind, {table, column, constraint, index, sequence, view, materialized_view,
                                            foreign_table, policy})) {
    refuse("if_exists is given for " + one_of(object.kind), "PostgreSQL's ALTER … RENAME knows no IF EXISTS there.");
  }
  const std::string_view exists = if_exists ? "IF EXISTS " : "";
  if (is_one_of(object.kind, {column, constraint})) {
    return {fmt::format("ALTER TABLE {}{} RENAME {} {} TO {}", exists, table_of(object), words_of(object.kind),
                        identifier(object.name, "the " + lower_words(object.kind)), new_identifier)};
  }
  return {
      fmt::format("ALTER {} {}{} RENAME TO {}", words_of(object.kind), exists, name_of_object(object), new_identifier)};
}

Statements ddl(const CommentOn& operation) {
  return {comment_on(fmt::format("{} {}", words_of(operation.object.kind), name_of_object(operation.object)),
                     operation.comment)};
}

Statements ddl(const SetSchema& operation) {
  const Object& object = operation.object;
  if (!is_one_of(object.kind, {table, sequence, view, materialized_view, type, domain, function, procedure, extension,
                               statistics, foreign_table})) {
    refuse_kind(object.kind, "change the schema of");
  }
  return {fmt::format("ALTER {} {} SET SCHEMA {}", words_of(object.kind), name_of_object(object),
                      identifier(operation.new_schema, "the new schema"))};
}

Statements ddl(const SetOwner& operation) {
  const Object& object = operation.object;
  if (is_one_of(object.kind, {column, index, constraint, trigger, policy, extension})) {
    refuse_kind(object.kind, "change the owner of");
  }
  return {fmt::format("ALTER {} {} OWNER TO {}", words_of(object.kind), name_of_object(object),
                      role(operation.role, false))};
}

}  // namespace migrate::schema::detail
