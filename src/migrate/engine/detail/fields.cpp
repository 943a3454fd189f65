#include "migrate/engine/detail/fields.hpp"

#include <libpq-fe.h>

#include <charconv>

#include "migrate/base/text.hpp"

namespace migrate::engine::detail {
namespace {

std::string field(const pg_result* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text != nullptr ? text : "";
}

std::optional<std::size_t> number(const pg_result* result, int code) {
  const std::string text = field(result, code);
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value == 0) return std::nullopt;
  return value;
}

}  // namespace

ErrorFields error_fields(const pg_result* result) {
  ErrorFields fields;
  fields.severity = field(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  if (fields.severity.empty()) fields.severity = field(result, PG_DIAG_SEVERITY);
  fields.sqlstate = field(result, PG_DIAG_SQLSTATE);
  fields.message = field(result, PG_DIAG_MESSAGE_PRIMARY);
  if (fields.message.empty()) fields.message = first_line(PQresultErrorMessage(result));
  fields.detail = field(result, PG_DIAG_MESSAGE_DETAIL);
  fields.hint = field(result, PG_DIAG_MESSAGE_HINT);
  fields.context = field(result, PG_DIAG_CONTEXT);
  fields.schema = field(result, PG_DIAG_SCHEMA_NAME);
  fields.table = field(result, PG_DIAG_TABLE_NAME);
  fields.column = field(result, PG_DIAG_COLUMN_NAME);
  fields.datatype = field(result, PG_DIAG_DATATYPE_NAME);
  fields.constraint = field(result, PG_DIAG_CONSTRAINT_NAME);
  fields.internal_query = field(result, PG_DIAG_INTERNAL_QUERY);
  fields.routine = field(result, PG_DIAG_SOURCE_FUNCTION);
  fields.position = number(result, PG_DIAG_STATEMENT_POSITION);
  fields.internal_position = number(result, PG_DIAG_INTERNAL_POSITION);
  return fields;
}

Notice notice_fields(const pg_result* result) {
  ErrorFields fields = error_fields(result);
  return {std::move(fields.severity), std::move(fields.sqlstate), std::move(fields.message), std::move(fields.detail),
          std::move(fields.hint)};
}

std::string first_line(std::string_view text) {
  text = base::trim(text);
  return std::string(base::trim(text.substr(0, text.find('\n'))));
}

}  // namespace migrate::engine::detail
