#pragma once
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "migrate/schema/bind.hpp"
#include "migrate/schema/object_operations.hpp"
#include "migrate/schema/table_operations.hpp"

namespace migrate::schema {

/// While it lives, operations are committed one by one, outside any transaction: for CREATE INDEX CONCURRENTLY and its
/// kin. What was asked before it is committed first.
class [[nodiscard]] AutocommitBlock {
 public:
  explicit AutocommitBlock(Sink& sink, Place place);
  ~AutocommitBlock();
  AutocommitBlock(const AutocommitBlock&) = delete;
  AutocommitBlock& operator=(const AutocommitBlock&) = delete;

 private:
  Sink& sink_;
};

/// What a revision's upgrade() and downgrade() are given. Operations are noted down in order and sent together when the
/// function returns, or when it asks for a live answer: an error of one names the line that asked for it.
class Operations : public TableOperations, public ObjectOperations {
 public:
  explicit Operations(Sink& sink);

  /// One statement or several, as they are.
  void execute(Name sql);
  /// One statement with $1, $2 … written in as literals, so that --sql shows what runs.
  void execute(Name sql, Row parameters);
  /// INSERT of many rows; rows are cut into statements of options.rows_per_statement.
  void bulk_insert(Name table, Names columns, std::vector<Row> rows, BulkInsertOptions options = {});
  /// Updates a large table in batches by ranges of its key, each committed by itself, so that no lock is held for long.
  /// What was asked before is committed first. The place reached is stored: after a kill, the next run goes on there.
  /// Offline it is one UPDATE.
  void backfill(Name table, BackfillOptions options);

  AutocommitBlock autocommit_block(Place at = Place::here()) { return AutocommitBlock(sink(), at); }
  /// The live connection. With --sql it answers nothing: each question is an OfflineError.
  Connection get_bind(Place at = Place::here());
  Inspector inspect(Place at = Place::here()) { return Inspector(get_bind(at)); }

  /// True when SQL is only written down (--sql).
  [[nodiscard]] bool is_offline() const;
  /// Value of `-x key=value`.
  [[nodiscard]] std::optional<std::string> x(std::string_view key) const;
  [[nodiscard]] std::string x(std::string_view key, std::string_view otherwise) const;
  /// Id of the running revision.
  [[nodiscard]] const std::string& revision() const;
  /// Tells the user something while the revision runs; goes to stderr.
  void log(std::string_view text);
};

}  // namespace migrate::schema
