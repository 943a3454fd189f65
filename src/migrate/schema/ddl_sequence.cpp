#include <fmt/format.h>

#include "migrate/base/text.hpp"
#include "migrate/schema/detail/ddl.hpp"

namespace migrate::schema::detail {
namespace {

/// "table.column", "schema.table.column", NONE, or SQL when it has a double quote in it. The table must stand in the
/// sequence's schema.
std::string owner_clause(std::string_view owner, std::string_view schema) {
  if (base::to_upper(owner) == "NONE") return " OWNED BY NONE";
  if (owner.find('"') != std::string_view::npos) return fmt::format(" OWNED BY {}", owner);
  const auto parts = base::split(owner, '.');
  if (parts.size() != 2 && parts.size() != 3) {
    refuse(fmt::format("owned_by is \"{}\"", owner), "It takes table.column, schema.table.column or NONE.");
  }
  std::string name = parts.size() == 2 && !schema.empty() ? identifier(schema, "the schema") : std::string();
  for (const std::string_view part : parts) name += (name.empty() ? "" : ".") + identifier(part, "a part of owned_by");
  return " OWNED BY " + name;
}

std::string type_clause(std::string_view type) {
  if (type.empty()) return {};
  return " AS " + base::to_lower(word(type, {"SMALLINT", "INTEGER", "BIGINT", "INT", "INT2", "INT4", "INT8"}, "as"));
}

/// The options that creating and altering share, in front of a blank.
template <class Options>
std::string number_clauses(const Options& options) {
  const std::string text = sequence_options(
      {options.start, options.increment, options.minvalue, options.maxvalue, options.cache, options.cycle});
  return text.empty() ? text : " " + text;
}

}  // namespace

Statements ddl(const CreateSequence& operation) {
  const CreateSequenceOptions& options = operation.options;
  std::string text = fmt::format("CREATE SEQUENCE {}{}{}{}", options.if_not_exists ? "IF NOT EXISTS " : "",
                                 qualified(options.schema, operation.name, "the sequence"), type_clause(options.as),
                                 number_clauses(options));
  if (!options.owned_by.empty()) text += owner_clause(options.owned_by, options.schema);
  return {text};
}

Statements ddl(const AlterSequence& operation) {
  const AlterSequenceOptions& options = operation.options;
  std::string changes = type_clause(options.as) + number_clauses(options);
  if (options.restart) changes += fmt::format(" RESTART WITH {}", *options.restart);
  if (!options.owned_by.empty()) changes += owner_clause(options.owned_by, options.schema);
  if (changes.empty()) refuse("nothing is changed", "Give at least one option, such as .restart or .increment.");
  return {fmt::format("ALTER SEQUENCE {}{}", qualified(options.schema, operation.name, "the sequence"), changes)};
}

}  // namespace migrate::schema::detail
