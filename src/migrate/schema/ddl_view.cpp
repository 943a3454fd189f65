#include <fmt/format.h>

#include "migrate/schema/detail/ddl.hpp"

namespace migrate::schema::detail {

Statements ddl(const CreateView& operation) {
  const ViewOptions& options = operation.options;
  if (options.temporary && !options.schema.empty()) {
    refuse(fmt::format("the temporary view names the schema \"{}\"", options.schema),
           "Temporary views stand in a schema of their own: leave it out.");
  }
  std::string text =
      fmt::format("CREATE {}{}VIEW {}", options.replace ? "OR REPLACE " : "", options.temporary ? "TEMPORARY " : "",
                  qualified(options.schema, operation.name, "the view"));
  text += listed_clause("", options.columns, "columns");
  text += with_clause(options.with);
  text += " AS " + query(operation.query);
  if (!options.check_option.empty()) {
    text += fmt::format(" WITH {} CHECK OPTION", word(options.check_option, {"LOCAL", "CASCADED"}, "check_option"));
  }
  return {text};
}

Statements ddl(const CreateMaterializedView& operation) {
  const MaterializedViewOptions& options = operation.options;
  const std::string name = qualified(options.schema, operation.name, "the view");
  if (options.replace && options.if_not_exists) {
    refuse("replace and if_not_exists are given", "One drops the old view, the other keeps it.");
  }
  Statements statements;
  if (options.replace) statements.push_back("DROP MATERIALIZED VIEW IF EXISTS " + name);
  std::string text = fmt::format("CREATE MATERIALIZED VIEW {}{}", options.if_not_exists ? "IF NOT EXISTS " : "", name);
  text += listed_clause("", options.columns, "columns");
  text += named_clause("USING", options.using_, "using_");
  text += with_clause(options.with);
  text += named_clause("TABLESPACE", options.tablespace, "the tablespace");
  text += " AS " + query(operation.query);
  statements.push_back(text + (options.with_data ? "" : " WITH NO DATA"));
  return statements;
}

Statements ddl(const RefreshMaterializedView& operation) {
  const RefreshOptions& options = operation.options;
  if (options.concurrently && !options.with_data) {
    refuse("concurrently is given, and with_data is false", "Only a refresh with data can be concurrent.");
  }
  return {fmt::format("REFRESH MATERIALIZED VIEW {}{}{}", options.concurrently ? "CONCURRENTLY " : "",
                      qualified(options.schema, operation.name, "the view"), options.with_data ? "" : " WITH NO DATA")};
}

}  // namespace migrate::schema::detail
