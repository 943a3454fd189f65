#include "migrate/schema/operations.hpp"
#include "migrate/schema/sink.hpp"

namespace migrate::schema {
namespace {

/// A schema given by the caller, else all of search_path.
constexpr std::string_view k_in_schema =
    "($2 = '' AND n.nspname = ANY (pg_catalog.current_schemas(true)) OR n.nspname = $2)";

std::string with_schema(std::string_view before) {
  return std::string(before) + " AND " + std::string(k_in_schema);
}

constexpr std::string_view k_relation =
    "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = $1";

}  // namespace

QueryResult Connection::execute(std::string_view sql, const Row& parameters) {
  Request request;
  request.kind = RequestKind::query;
  request.text = sql;
  request.parameters = parameters;
  return decode_result(sink_->call(std::move(request), place_));
}

std::optional<std::string> Connection::scalar(std::string_view sql, const Row& parameters) {
  return execute(sql, parameters).scalar();
}

bool Inspector::exists(std::string_view sql, const Row& parameters) {
  return connection_.scalar("SELECT EXISTS (SELECT " + std::string(sql) + ")", parameters) == "t";
}

Names Inspector::list(std::string_view sql, const Row& parameters) {
  Names names;
  for (const auto& row : connection_.execute(sql, parameters)) names.push_back(row.at(0).value_or(""));
  return names;
}

bool Inspector::has_schema(std::string_view name) {
  return exists("FROM pg_catalog.pg_namespace WHERE nspname = $1", {name});
}

bool Inspector::has_table(std::string_view name, std::string_view schema) {
  return exists(with_schema(std::string(k_relation) + " AND c.relkind IN ('r', 'p', 'f')"), {name, schema});
}

bool Inspector::has_view(std::string_view name, std::string_view schema) {
  return exists(with_schema(std::string(k_relation) + " AND c.relkind IN ('v', 'm')"), {name, schema});
}

bool Inspector::has_index(std::string_view name, std::string_view schema) {
  return exists(with_schema(std::string(k_relation) + " AND c.relkind IN ('i', 'I')"), {name, schema});
}

bool Inspector::has_sequence(std::string_view name, std::string_view schema) {
  return exists(with_schema(std::string(k_relation) + " AND c.relkind = 'S'"), {name, schema});
}

bool Inspector::has_column(std::string_view table, std::string_view column, std::string_view schema) {
  return exists(with_schema("FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                            " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid"
                            " WHERE c.relname = $1 AND a.attname = $3 AND a.attnum > 0 AND NOT a.attisdropped"),
                {table, schema, column});
}

bool Inspector::has_constraint(std::string_view table, std::string_view name, std::string_view schema) {
  return exists(with_schema("FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                            " JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid"
                            " WHERE c.relname = $1 AND k.conname = $3"),
                {table, schema, name});
}

bool Inspector::has_type(std::string_view name, std::string_view schema) {
  return exists(with_schema("FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace"
                            " WHERE t.typname = $1"),
                {name, schema});
}

bool Inspector::has_function(std::string_view name, std::string_view schema) {
  return exists(with_schema("FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace"
                            " WHERE p.proname = $1"),
                {name, schema});
}

bool Inspector::has_extension(std::string_view name) {
  return exists("FROM pg_catalog.pg_extension WHERE extname = $1", {name});
}

std::vector<ColumnInfo> Inspector::columns(std::string_view table, std::string_view schema) {
  std::vector<ColumnInfo> columns;
  const auto rows = connection_.execute(
      with_schema("SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,"
                  " pg_catalog.pg_get_expr(d.adbin, d.adrelid)"
                  " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                  " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
                  " LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum"
                  " WHERE c.relname = $1") +
          " ORDER BY pg_catalog.array_position(pg_catalog.current_schemas(true), n.nspname), a.attnum",
      {table, schema});
  for (const auto& row : rows) {
    // A name that stands in two schemas of search_path: the first one is meant, and its columns come first.
    if (!columns.empty() && row.at(0) == columns.front().name) break;
    columns.push_back({row.at(0).value_or(""), row.at(1).value_or(""), row.at(2) == "t", row.at(3)});
  }
  return columns;
}

Names Inspector::table_names(std::string_view schema) {
  return list(
      "SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
      " WHERE c.relkind IN ('r', 'p', 'f') AND"
      " ($1 = '' AND n.nspname = ANY (pg_catalog.current_schemas(false)) OR n.nspname = $1) ORDER BY 1",
      {schema});
}

Names Inspector::index_names(std::string_view table, std::string_view schema) {
  return list(with_schema("SELECT i.relname FROM pg_catalog.pg_class c"
                          " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                          " JOIN pg_catalog.pg_index x ON x.indrelid = c.oid"
                          " JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid WHERE c.relname = $1") +
                  " ORDER BY 1",
              {table, schema});
}

Names Inspector::constraint_names(std::string_view table, std::string_view schema) {
  return list(with_schema("SELECT k.conname FROM pg_catalog.pg_class c"
                          " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                          " JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid WHERE c.relname = $1") +
                  " ORDER BY 1",
              {table, schema});
}

Names Inspector::enum_labels(std::string_view name, std::string_view schema) {
  return list(with_schema("SELECT e.enumlabel FROM pg_catalog.pg_type t"
                          " JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace"
                          " JOIN pg_catalog.pg_enum e ON e.enumtypid = t.oid WHERE t.typname = $1") +
                  " ORDER BY e.enumsortorder",
              {name, schema});
}

}  // namespace migrate::schema
