#include <fmt/format.h>

#include "migrate/base/text.hpp"
#include "migrate/schema/detail/ddl.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::schema::detail {
namespace {

/// Between dollar quotes whose tag does not occur in it. A dollar sign at the very end would become part of the tag.
std::string dollar_quoted(std::string_view body) {
  std::string tag = "$$";
  while (body.find(tag) != std::string_view::npos || (tag == "$$" && body.ends_with('$'))) {
    tag = tag == "$$" ? "$body$" : tag.insert(tag.size() - 1, "_");
  }
  return fmt::format("{0}{1}{0}", tag, body);
}

/// Whether the body is in the form of the SQL standard, which stands without quotes: RETURN … or BEGIN ATOMIC … END.
bool is_standard_body(std::string_view language, std::string_view body) {
  if (base::to_lower(language) != "sql") return false;
  const std::string upper = base::to_upper(base::trim(body));
  const auto begins = [&](std::string_view word, std::string_view rest) {
    return rest.starts_with(word) && rest.size() > word.size() &&
           std::string_view(" \t\r\n(").find(rest[word.size()]) != std::string_view::npos;
  };
  if (begins("RETURN", upper)) return true;
  return begins("BEGIN", upper) && begins("ATOMIC", base::trim(std::string_view(upper).substr(5)));
}

/// One value of a setting: kept when it is a number, quoted already, or a plain word; else a literal, as 64MB must be.
std::string setting_value(std::string_view value) {
  const std::string_view trimmed = base::trim(value);
  const bool number = !trimmed.empty() && trimmed.find_first_not_of("0123456789.-") == std::string_view::npos;
  if (number || trimmed.starts_with('\'') || trimmed.starts_with('"')) return std::string(trimmed);
  if (base::to_upper(trimmed) == "DEFAULT") return "DEFAULT";
  return sql::quote_identifier(trimmed) == trimmed ? std::string(trimmed) : sql::quote_literal(trimmed);
}

/// Pieces between commas that stand outside of quotes.
std::vector<std::string_view> split_values(std::string_view list) {
  std::vector<std::string_view> values;
  std::size_t begin = 0;
  char quote = 0;
  for (std::size_t at = 0; at < list.size(); ++at) {
    if (quote != 0) {
      if (list[at] == quote) quote = 0;
    } else if (list[at] == '\'' || list[at] == '"') {
      quote = list[at];
    } else if (list[at] == ',') {
      values.push_back(list.substr(begin, at - begin));
      begin = at + 1;
    }
  }
  values.push_back(list.substr(begin));
  return values;
}

std::string setting_clause(const Parameter& setting) {
  const std::string name = parameter_name(setting.name);
  if (base::to_upper(base::trim(setting.value)) == "FROM CURRENT") return fmt::format(" SET {} FROM CURRENT", name);
  std::string list;
  for (const std::string_view value : split_values(setting.value)) {
    list += (list.empty() ? "" : ", ") + setting_value(value);
  }
  return fmt::format(" SET {} = {}", name, list);
}

/// Volatility and its kin: what only functions have.
std::string function_clauses(const RoutineOptions& options) {
  std::string text;
  if (!options.volatility.empty())
    text += " " + word(options.volatility, {"IMMUTABLE", "STABLE", "VOLATILE"}, "volatility");
  if (options.strict) text += " STRICT";
  if (options.leakproof) text += " LEAKPROOF";
  if (!options.parallel.empty())
    text += " PARALLEL " + word(options.parallel, {"SAFE", "RESTRICTED", "UNSAFE"}, "parallel");
  if (options.cost) text += fmt::format(" COST {}", *options.cost);
  if (options.rows) text += fmt::format(" ROWS {}", *options.rows);
  return text;
}

void check_procedure(const CreateRoutine& operation) {
  if (!operation.returns.empty()) refuse("a procedure returns nothing", "Use OUT arguments, or create_function.");
  if (!function_clauses(operation.options).empty()) {
    refuse("a procedure has volatility, strict, leakproof, parallel, cost or rows", "Only functions have these.");
  }
}

}  // namespace

Statements ddl(const CreateRoutine& operation) {
  const RoutineOptions& options = operation.options;
  if (operation.procedure) check_procedure(operation);
  std::string text = fmt::format(
      "CREATE {}{} {}({})", options.replace ? "OR REPLACE " : "", operation.procedure ? "PROCEDURE" : "FUNCTION",
      qualified(options.schema, operation.name, "the routine"),
      base::trim(operation.arguments).empty() ? "" : fragment(operation.arguments, "arguments"));
  if (!operation.returns.empty()) text += " RETURNS " + fragment(operation.returns, "returns");
  text += " LANGUAGE " + identifier(options.language, "the language");
  text += function_clauses(options);
  if (options.security_definer) text += " SECURITY DEFINER";
  for (const Parameter& setting : options.set) text += setting_clause(setting);
  if (base::trim(operation.body).empty()) refuse("the body is empty");
  if (is_standard_body(options.language, operation.body)) {
    std::string_view body = base::trim(operation.body);
    while (body.ends_with(';')) body = base::trim(body.substr(0, body.size() - 1));
    return {text + "\n" + fragment(body, "the body")};
  }
  return {text + " AS " + dollar_quoted(operation.body)};
}

}  // namespace migrate::schema::detail
