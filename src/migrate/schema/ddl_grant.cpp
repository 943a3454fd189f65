#include <fmt/format.h>

#include "migrate/base/text.hpp"
#include "migrate/schema/detail/ddl.hpp"

namespace migrate::schema::detail {
namespace {

/// A privilege that objects of this kind know.
std::string privilege(std::string_view given, ObjectKind kind) {
  constexpr std::string_view what = "a privilege";
  switch (kind) {
    case ObjectKind::table:
    case ObjectKind::view:
    case ObjectKind::materialized_view:
    case ObjectKind::foreign_table:
      return word(given,
                  {"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN", "ALL",
                   "ALL PRIVILEGES"},
                  what);
    case ObjectKind::sequence:
      return word(given, {"USAGE", "SELECT", "UPDATE", "ALL", "ALL PRIVILEGES"}, what);
    case ObjectKind::schema:
      return word(given, {"CREATE", "USAGE", "ALL", "ALL PRIVILEGES"}, what);
    case ObjectKind::database:
      return word(given, {"CONNECT", "CREATE", "TEMPORARY", "TEMP", "ALL", "ALL PRIVILEGES"}, what);
    case ObjectKind::function:
    case ObjectKind::procedure:
      return word(given, {"EXECUTE", "ALL", "ALL PRIVILEGES"}, what);
    case ObjectKind::type:
    case ObjectKind::domain:
    case ObjectKind::language:
      return word(given, {"USAGE", "ALL", "ALL PRIVILEGES"}, what);
    default:
      refuse(one_of(kind) + " has no privileges", "Privileges are those of its table or schema.");
  }
}

bool is_table_like(ObjectKind kind) {
  return kind == ObjectKind::table || kind == ObjectKind::view || kind == ObjectKind::materialized_view ||
         kind == ObjectKind::foreign_table;
}

/// "SELECT (a, b), UPDATE (a, b)"
std::string privilege_list(const Names& privileges, const Names& columns, ObjectKind kind) {
  if (privileges.empty()) refuse("no privilege is named", "Name privileges, or ALL.");
  if (!columns.empty() && !is_table_like(kind)) refuse("columns are given for what is not a table");
  std::string list;
  for (const std::string& given : privileges) {
    const std::string name = privilege(given, kind);
    if (!columns.empty() && (name == "DELETE" || name == "TRUNCATE" || name == "TRIGGER" || name == "MAINTAIN")) {
      refuse(fmt::format("{} is a privilege on the whole table, but columns are given", name));
    }
    list += (list.empty() ? "" : ", ") + name + listed_clause("", columns, "columns");
  }
  return list;
}

/// "TABLE app.messages", "ALL TABLES IN SCHEMA app"
std::string subject(const Object& on, const Names& columns) {
  const std::string_view words = is_table_like(on.kind) ? "TABLE" : words_of(on.kind);
  if (!on.name.empty() || on.schema.empty()) {
    if (on.kind == ObjectKind::function || on.kind == ObjectKind::procedure) {
      return fmt::format("{} {}", words, routine_name(on.schema, on.name));
    }
    return fmt::format("{} {}", words, qualified(on.schema, on.name, "what the privileges are on"));
  }
  if (!is_table_like(on.kind) && on.kind != ObjectKind::sequence && on.kind != ObjectKind::function &&
      on.kind != ObjectKind::procedure) {
    refuse(fmt::format("a schema as a whole has no {}s to speak of", base::to_lower(words)),
           "All of a schema can be tables, sequences, functions or procedures.");
  }
  if (!columns.empty()) refuse("columns are given for all tables of a schema");
  return fmt::format("ALL {}S IN SCHEMA {}", words, identifier(on.schema, "the schema"));
}

}  // namespace

Statements ddl(const Grant& operation) {
  const GrantOptions& options = operation.options;
  return {fmt::format("GRANT {} ON {} TO {}{}",
                      privilege_list(operation.privileges, options.columns, operation.on.kind),
                      subject(operation.on, options.columns), role_list(operation.roles),
                      options.with_grant_option ? " WITH GRANT OPTION" : "")};
}

Statements ddl(const Revoke& operation) {
  const RevokeOptions& options = operation.options;
  return {fmt::format("REVOKE {}{} ON {} FROM {}{}", options.grant_option_only ? "GRANT OPTION FOR " : "",
                      privilege_list(operation.privileges, options.columns, operation.on.kind),
                      subject(operation.on, options.columns), role_list(operation.roles),
                      options.cascade ? " CASCADE" : "")};
}

}  // namespace migrate::schema::detail
