#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "migrate/base/error.hpp"
#include "migrate/engine/connection.hpp"
#include "migrate/script/plan.hpp"

namespace migrate::runtime {

/// The version table is not what it should be, or a row of it changed under us. The transaction was rolled back.
class VersionTableError : public base::Error {
 public:
  using Error::Error;
};

/// Alembic's version table: one VARCHAR(32) column, version_num, primary key <table>_pkc. Every statement made here is
/// schema-qualified, so that what a revision does to search_path does not matter.
class VersionTable {
 public:
  /// Finds the table: in `schema`, or when that is empty where search_path finds it, else in the first schema of
  /// search_path. One round trip. Throws VersionTableError when there is no schema to put it in, or the column is
  /// missing.
  static VersionTable locate(engine::Connection& connection, std::string_view schema, std::string_view table);

  /// For scripts written without a database. An empty schema leaves the name unqualified.
  VersionTable(std::string schema, std::string table, bool exists);

  [[nodiscard]] bool exists() const noexcept { return exists_; }
  void set_exists(bool exists) noexcept { exists_ = exists; }
  /// Quoted where needed: public.alembic_version
  [[nodiscard]] const std::string& qualified_name() const noexcept { return qualified_; }

  /// A table beside it, for what else a run keeps: public.alembic_version_backfill for "_backfill".
  [[nodiscard]] std::string sibling(std::string_view suffix) const;

  /// The rows, sorted; none when the table does not exist. Throws VersionTableError for a NULL or a missing permission.
  [[nodiscard]] std::vector<std::string> read(engine::Connection& connection) const;

  [[nodiscard]] std::string create_statement(bool if_not_exists) const;

  /// The statements of one row change. The first of an UPDATE or DELETE fails with division_by_zero (22012) unless
  /// exactly one row holds the old value, and locks that row.
  [[nodiscard]] std::vector<std::string> guarded_change(const script::RowChange& change) const;
  /// The change alone.
  [[nodiscard]] std::string change(const script::RowChange& change) const;

 private:
  std::string schema_;
  std::string table_;
  std::string qualified_;
  bool exists_;
};

}  // namespace migrate::runtime
