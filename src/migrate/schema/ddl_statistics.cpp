#include <fmt/format.h>

#include "migrate/base/text.hpp"
#include "migrate/schema/detail/ddl.hpp"

namespace migrate::schema::detail {

Statements ddl(const CreateStatistics& operation) {
  const StatisticsOptions& options = operation.options;
  std::string kinds;
  for (const std::string& kind : options.kinds) {
    kinds += (kinds.empty() ? "" : ", ") + base::to_lower(word(kind, {"NDISTINCT", "DEPENDENCIES", "MCV"}, "a kind"));
  }
  std::string parts;
  for (const IndexElement& part : operation.parts) {
    if (!part.ops.empty() || !part.collation.empty() || part.descending || !part.nulls.empty()) {
      refuse(fmt::format("\"{}\" has an order, a collation or an operator class", part.text),
             "Statistics are about columns and expressions alone.");
    }
    parts += (parts.empty() ? "" : ", ") + index_element(part);
  }
  if (operation.parts.empty() || (operation.parts.size() == 1 && !operation.parts.front().is_expression)) {
    refuse("there are fewer than two columns", "Statistics are about two columns or more, or about an expression.");
  }
  return {fmt::format("CREATE STATISTICS {}{}{} ON {} FROM {}", options.if_not_exists ? "IF NOT EXISTS " : "",
                      qualified(options.schema, operation.name, "the statistics object"),
                      kinds.empty() ? "" : " (" + kinds + ")", parts,
                      qualified(options.schema, operation.table, "the table"))};
}

}  // namespace migrate::schema::detail
