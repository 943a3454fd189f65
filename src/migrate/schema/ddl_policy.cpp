#include <fmt/format.h>

#include "migrate/schema/detail/ddl.hpp"

namespace migrate::schema::detail {
namespace {

/// TO, USING and WITH CHECK: what creating and altering a policy share.
std::string rules(const PolicyOptions& options) {
  std::string text;
  if (!options.roles.empty()) text += " TO " + role_list(options.roles);
  if (!options.using_.empty()) text += " USING " + in_parentheses(options.using_, "using_");
  if (!options.with_check.empty()) text += " WITH CHECK " + in_parentheses(options.with_check, "with_check");
  return text;
}

}  // namespace

Statements ddl(const CreatePolicy& operation) {
  const PolicyOptions& options = operation.options;
  std::string text = fmt::format("CREATE POLICY {} ON {}", identifier(operation.name, "the policy"),
                                 qualified(options.schema, operation.table, "the table"));
  if (!options.permissive) text += " AS RESTRICTIVE";
  if (!options.command.empty()) {
    const std::string command = word(options.command, {"ALL", "SELECT", "INSERT", "UPDATE", "DELETE"}, "command");
    if (command == "INSERT" && !options.using_.empty()) {
      refuse("using_ is given for INSERT", "New rows are judged by .with_check alone.");
    }
    if ((command == "SELECT" || command == "DELETE") && !options.with_check.empty()) {
      refuse(fmt::format("with_check is given for {}", command), "Rows that are there are judged by .using_ alone.");
    }
    text += " FOR " + command;
  }
  return {text + rules(options)};
}

Statements ddl(const AlterPolicy& operation) {
  const PolicyOptions& options = operation.options;
  if (!options.command.empty() || !options.permissive) {
    refuse("command or permissive is given", "PostgreSQL cannot change them: drop the policy and create it anew.");
  }
  const std::string changes = rules(options);
  if (changes.empty()) refuse("nothing is changed", "Give .roles, .using_ or .with_check.");
  return {fmt::format("ALTER POLICY {} ON {}{}", identifier(operation.name, "the policy"),
                      qualified(options.schema, operation.table, "the table"), changes)};
}

Statements ddl(const SetRowSecurity& operation) {
  std::string text = fmt::format("ALTER TABLE {} {} ROW LEVEL SECURITY",
                                 qualified(operation.options.schema, operation.table, "the table"),
                                 operation.enabled ? "ENABLE" : "DISABLE");
  if (operation.options.force)
    text += operation.enabled ? ", FORCE ROW LEVEL SECURITY" : ", NO FORCE ROW LEVEL SECURITY";
  return {text};
}

}  // namespace migrate::schema::detail
