#include <fmt/format.h>

#include "migrate/base/text.hpp"
#include "migrate/schema/detail/ddl.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::schema::detail {
namespace {

/// "INSERT", or "UPDATE OF a, b": columns are names, or SQL when there is a double quote among them.
std::string event(std::string_view given) {
  const std::string upper = base::to_upper(base::trim(given));
  if (!upper.starts_with("UPDATE OF ")) return word(given, {"INSERT", "UPDATE", "DELETE", "TRUNCATE"}, "an event");
  const std::string_view columns = base::trim(base::trim(given).substr(10));
  if (columns.find('"') != std::string_view::npos) return "UPDATE OF " + std::string(columns);
  return "UPDATE OF " + identifier_list(base::split_list(columns), "the columns of UPDATE OF");
}

std::string event_list(const Names& events) {
  if (events.empty()) refuse("no event is given", "Set .events, such as {\"INSERT\", \"UPDATE OF name\"}.");
  std::string list;
  for (const std::string& given : events) list += (list.empty() ? "" : " OR ") + event(given);
  return list;
}

void check_constraint_trigger(const TriggerOptions& options, std::string_view timing, std::string_view level) {
  if (!options.constraint) {
    if (options.deferrable || !options.initially.empty()) {
      refuse("deferrable or initially is given", "Only a constraint trigger can wait: set .constraint = true.");
    }
    return;
  }
  if (timing != "AFTER" || level != "ROW") {
    refuse("a constraint trigger runs AFTER, and for each ROW", "Set .timing = \"AFTER\".");
  }
  if (options.replace) refuse("replace is given", "PostgreSQL cannot replace a constraint trigger: drop it first.");
}

std::string argument_list(const Names& arguments) {
  std::string list;
  for (const std::string& argument : arguments) list += (list.empty() ? "" : ", ") + sql::quote_literal(argument);
  return list;
}

}  // namespace

Statements ddl(const CreateTrigger& operation) {
  const TriggerOptions& options = operation.options;
  const std::string timing = word(options.timing, {"BEFORE", "AFTER", "INSTEAD OF"}, "timing");
  const std::string level = word(options.for_each, {"ROW", "STATEMENT"}, "for_each");
  check_constraint_trigger(options, timing, level);
  std::string_view function = base::trim(options.function);
  if (function.ends_with("()")) function.remove_suffix(2);
  std::string text =
      fmt::format("CREATE {}{}TRIGGER {} {} {} ON {}", options.replace ? "OR REPLACE " : "",
                  options.constraint ? "CONSTRAINT " : "", identifier(operation.name, "the trigger"), timing,
                  event_list(options.events), qualified(options.schema, operation.table, "the table"));
  text += deferral(options.deferrable, options.initially);
  if (!options.referencing.empty()) text += " REFERENCING " + fragment(options.referencing, "referencing");
  text += " FOR EACH " + level;
  if (!options.when.empty()) text += " WHEN " + in_parentheses(options.when, "when");
  text += fmt::format(" EXECUTE FUNCTION {}({})", fragment(function, "function"), argument_list(options.arguments));
  return {text};
}

Statements ddl(const SetTrigger& operation) {
  return {fmt::format("ALTER TABLE {} {} TRIGGER {}", qualified(operation.schema, operation.table, "the table"),
                      operation.enabled ? "ENABLE" : "DISABLE", identifier(operation.name, "the trigger"))};
}

}  // namespace migrate::schema::detail
