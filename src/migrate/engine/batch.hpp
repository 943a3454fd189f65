#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/engine/parameters.hpp"
#include "migrate/engine/prepared_statement.hpp"
#include "migrate/engine/result.hpp"

namespace migrate::engine {

/// What came of one statement of a batch.
class BatchOutcome {
 public:
  explicit BatchOutcome(Result result) : result_(std::move(result)) {}
  explicit BatchOutcome(SqlError error) : error_(std::make_shared<const SqlError>(std::move(error))) {}
  /// Not run, because statement `cause` failed before it.
  explicit BatchOutcome(std::size_t cause) : cause_(cause) {}

  [[nodiscard]] bool ok() const noexcept { return result_.has_value(); }
  /// Null unless the statement itself failed.
  [[nodiscard]] const SqlError* error() const noexcept { return error_.get(); }
  [[nodiscard]] bool skipped() const noexcept { return !result_ && error_ == nullptr; }
  /// Throws the statement's SqlError, or DatabaseArgumentError when it was skipped.
  [[nodiscard]] const Result& result() const;

 private:
  std::optional<Result> result_;
  std::shared_ptr<const SqlError> error_;
  std::size_t cause_ = 0;
};

/// Statements that travel together, each one a single statement with or without parameters. A value; run by
/// Connection::run as often as wanted. Statements up to a sync() are one transaction, unless one is open already: when
/// one fails, those before it are undone and those behind it skipped. Without any sync() the batch is one such group.
class Batch {
 public:
  /// The number of the statement, from 0.
  template <typename... T>
  std::size_t add(std::string_view sql, const T&... values) {
    const std::size_t first = parameters_.size();
    (parameters_.add(values), ...);
    return note(sql, first);
  }
  template <typename... T>
  std::size_t add(const PreparedStatement& statement, const T&... values) {
    const std::size_t first = parameters_.size();
    (parameters_.add(values), ...);
    return note(statement, first);
  }
  /// The end of a group.
  void sync();

  /// Statements, without the syncs.
  [[nodiscard]] std::size_t size() const noexcept { return statements_; }
  void clear();

  struct Item {
    std::size_t sql = 0;  ///< in texts()
    std::size_t first = 0, parameters = 0;
    std::shared_ptr<detail::Statement> statement;
    bool sync = false;
  };
  /// Used by the engine.
  [[nodiscard]] const std::vector<Item>& items() const noexcept { return items_; }
  [[nodiscard]] const std::vector<std::string>& texts() const noexcept { return texts_; }
  [[nodiscard]] const Parameters& parameters() const noexcept { return parameters_; }

 private:
  std::size_t note(std::string_view sql, std::size_t first);
  std::size_t note(const PreparedStatement& statement, std::size_t first);
  std::size_t note(Item item);

  std::vector<Item> items_;
  std::vector<std::string> texts_;  ///< a text that repeats its predecessor is kept once
  Parameters parameters_;           ///< of all statements
  std::size_t statements_ = 0;
};

}  // namespace migrate::engine
