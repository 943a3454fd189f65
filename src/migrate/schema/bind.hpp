#pragma once
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "migrate/schema/table_options.hpp"

/// What a revision can ask the database while it runs. None of it is there in offline mode (--sql).
namespace migrate::schema {

/// A statement that a revision ran itself was refused. The transaction it stood in has failed: after catching this,
/// only ROLLBACK TO SAVEPOINT helps.
class StatementError : public std::runtime_error {
 public:
  StatementError(const std::string& message, std::string sqlstate)
      : std::runtime_error(message), sqlstate_(std::move(sqlstate)) {}
  /// Five characters; empty when the failure did not come from the server.
  [[nodiscard]] const std::string& sqlstate() const noexcept { return sqlstate_; }

 private:
  std::string sqlstate_;
};

/// The revision asked for what only a live database can answer, in offline mode.
class OfflineError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The rows of a query. A value.
class QueryResult {
 public:
  using Field = std::optional<std::string>;  ///< nothing: NULL
  QueryResult() = default;
  QueryResult(Names columns, std::vector<std::vector<Field>> rows, long affected)
      : columns_(std::move(columns)), rows_(std::move(rows)), affected_(affected) {}

  [[nodiscard]] const Names& columns() const noexcept { return columns_; }
  [[nodiscard]] const std::vector<std::vector<Field>>& rows() const noexcept { return rows_; }
  [[nodiscard]] std::size_t size() const noexcept { return rows_.size(); }
  [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }
  [[nodiscard]] const std::vector<Field>& operator[](std::size_t row) const { return rows_.at(row); }
  [[nodiscard]] auto begin() const noexcept { return rows_.begin(); }
  [[nodiscard]] auto end() const noexcept { return rows_.end(); }
  /// First field of the first row; nothing when there is no row or it is NULL.
  [[nodiscard]] Field scalar() const { return rows_.empty() || rows_[0].empty() ? Field{} : rows_[0][0]; }
  /// Rows that a data-changing statement touched.
  [[nodiscard]] long affected_rows() const noexcept { return affected_; }

 private:
  Names columns_;
  std::vector<std::vector<Field>> rows_;
  long affected_ = 0;
};

class Sink;

/// The connection the run holds, in the revision's own transaction. Everything asked of `op` before is done first.
class Connection {
 public:
  explicit Connection(Sink& sink, Place place) : sink_(&sink), place_(place) {}
  /// One statement, with $1, $2 … when there are parameters. Throws StatementError.
  QueryResult execute(std::string_view sql, const Row& parameters = {});
  /// First field of the first row.
  std::optional<std::string> scalar(std::string_view sql, const Row& parameters = {});

 private:
  Sink* sink_;
  Place place_;
};

struct ColumnInfo {
  std::string name;
  std::string type;  ///< as format_type writes it
  bool nullable = true;
  std::optional<std::string> default_;
};

/// What the catalog holds now, changes of this revision included. Names are looked up in `schema`, or by search_path
/// when it is empty.
class Inspector {
 public:
  explicit Inspector(Connection connection) : connection_(connection) {}
  bool has_schema(std::string_view name);
  bool has_table(std::string_view name, std::string_view schema = {});
  bool has_view(std::string_view name, std::string_view schema = {});
  bool has_column(std::string_view table, std::string_view column, std::string_view schema = {});
  bool has_index(std::string_view name, std::string_view schema = {});
  bool has_constraint(std::string_view table, std::string_view name, std::string_view schema = {});
  bool has_sequence(std::string_view name, std::string_view schema = {});
  bool has_type(std::string_view name, std::string_view schema = {});
  bool has_function(std::string_view name, std::string_view schema = {});
  bool has_extension(std::string_view name);
  /// In the order of the table; empty when there is no such table.
  std::vector<ColumnInfo> columns(std::string_view table, std::string_view schema = {});
  Names table_names(std::string_view schema = {});
  Names index_names(std::string_view table, std::string_view schema = {});
  Names constraint_names(std::string_view table, std::string_view schema = {});
  Names enum_labels(std::string_view name, std::string_view schema = {});

 private:
  bool exists(std::string_view sql, const Row& parameters);
  Names list(std::string_view sql, const Row& parameters);
  Connection connection_;
};

}  // namespace migrate::schema
