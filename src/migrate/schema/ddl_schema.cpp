#include <fmt/format.h>

#include "migrate/schema/detail/ddl.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::schema::detail {

Statements ddl(const CreateSchema& operation) {
  const CreateSchemaOptions& options = operation.options;
  std::string text = options.if_not_exists ? "CREATE SCHEMA IF NOT EXISTS" : "CREATE SCHEMA";
  // With an owner alone the schema is called like the owner.
  if (!operation.name.empty() || options.authorization.empty()) text += " " + identifier(operation.name, "the schema");
  if (!options.authorization.empty()) text += " AUTHORIZATION " + role(options.authorization, false);
  return {text};
}

Statements ddl(const CreateExtension& operation) {
  const ExtensionOptions& options = operation.options;
  std::string text = fmt::format("CREATE EXTENSION {}{}", options.if_not_exists ? "IF NOT EXISTS " : "",
                                 identifier(operation.name, "the extension"));
  text += named_clause("SCHEMA", options.schema, "the schema");
  if (!options.version.empty()) text += " VERSION " + sql::quote_literal(options.version);
  return {text + (options.cascade ? " CASCADE" : "")};
}

Statements ddl(const UpdateExtension& operation) {
  std::string text = fmt::format("ALTER EXTENSION {} UPDATE", identifier(operation.name, "the extension"));
  if (!operation.version.empty()) text += " TO " + sql::quote_literal(operation.version);
  return {text};
}

}  // namespace migrate::schema::detail
