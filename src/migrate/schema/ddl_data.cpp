#include <fmt/format.h>

#include <algorithm>

#include "migrate/base/text.hpp"
#include "migrate/schema/detail/ddl.hpp"
#include "migrate/sql/open_comment.hpp"
#include "migrate/sql/parameters.hpp"
#include "migrate/sql/quote.hpp"
#include "migrate/sql/statement.hpp"

namespace migrate::schema {
namespace detail {
namespace {

/// A value where an operator may stand before or behind it: "a-$1" must not become the comment "a--5".
std::string operand(const Value& value) {
  std::string literal = to_literal(value);
  const bool loose = value.kind() == Value::Kind::expression || literal.starts_with('-');
  return loose ? "(" + literal + ")" : literal;
}

/// What is written behind must not become part of a comment. Text that cannot be read is the server's to judge.
std::string with_comment_closed(std::string text) {
  try {
    return sql::ends_in_comment(text) ? text + '\n' : text;
  } catch (const sql::SqlSyntaxError&) {
    return text;
  }
}

std::string row_sql(const Row& row, std::size_t number, const Names& columns) {
  if (row.size() != columns.size()) {
    refuse(fmt::format("row {} has {} {}, but there are {} columns", number, row.size(),
                       row.size() == 1 ? "value" : "values", columns.size()),
           "Rows count from 1; nullptr stands for NULL.");
  }
  std::string list;
  for (const Value& value : row) list += (list.empty() ? "" : ", ") + to_literal(value);
  return "(" + list + ")";
}

}  // namespace

Statements ddl(const Execute& operation) {
  if (base::trim(operation.sql).empty()) refuse("the text is empty");
  std::string text = operation.sql;
  if (operation.parameters) {
    std::vector<std::string> literals;
    for (const Value& value : *operation.parameters) literals.push_back(operand(value));
    text = sql::inline_parameters(text, literals);
  }
  return {with_comment_closed(std::move(text))};
}

Statements ddl(const BulkInsert& operation) {
  const BulkInsertOptions& options = operation.options;
  const std::string into =
      fmt::format("INSERT INTO {} ({}) VALUES", qualified(options.schema, operation.table, "the table"),
                  identifier_list(operation.columns, "the columns"));
  if (options.rows_per_statement == 0) refuse("rows_per_statement is 0");
  const std::string behind =
      options.on_conflict.empty() ? "" : "\nON CONFLICT " + fragment(options.on_conflict, "on_conflict");
  Statements statements;
  for (std::size_t first = 0; first < operation.rows.size(); first += options.rows_per_statement) {
    const std::size_t end = first + std::min(options.rows_per_statement, operation.rows.size() - first);
    std::string text = into;
    for (std::size_t i = first; i < end; ++i) {
      text += (i == first ? "\n    " : ",\n    ") + row_sql(operation.rows[i], i + 1, operation.columns);
    }
    statements.push_back(text + behind);
  }
  return statements;
}

Statements ddl(const BeginAutocommit&) {
  return {};
}

Statements ddl(const EndAutocommit&) {
  return {};
}

}  // namespace detail

std::string to_literal(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::number:
      // NaN and Infinity are no numbers to the grammar.
      if (value.text().find_first_of("nN") == std::string::npos) return value.text();
      return "'" + value.text() + "'::float8";
    case Value::Kind::boolean:
    case Value::Kind::expression:
      return value.text();
    case Value::Kind::text:
      return sql::quote_literal(value.text());
    case Value::Kind::null:
      break;
  }
  return "NULL";
}

}  // namespace migrate::schema
