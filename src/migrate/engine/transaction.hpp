#pragma once
#include <string>
#include <string_view>
#include <utility>

#include "migrate/engine/connection.hpp"
#include "migrate/engine/savepoint.hpp"

namespace migrate::engine {

/// BEGIN … COMMIT as an object that cannot be forgotten: the destructor rolls back, never commits. The connection must
/// stay where it is as long as the transaction is open. `mode`: what follows BEGIN, such as ISOLATION LEVEL
/// SERIALIZABLE. Throws DatabaseArgumentError when a transaction is open already.
class [[nodiscard]] Transaction {
 public:
  explicit Transaction(Connection& connection, std::string_view mode = {});
  Transaction(Connection& connection, const TransactionOptions& options);
  ~Transaction();
  Transaction(Transaction&& other) noexcept;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  Transaction& operator=(Transaction&&) = delete;

  /// One statement inside it. Of a lazy transaction the first one carries BEGIN along.
  template <typename... T>
  Result execute(std::string_view sql, const T&... values) {
    return run(sql, Parameters::of(values...));
  }
  Result execute(std::string_view sql, Parameters parameters) { return run(sql, std::move(parameters)); }
  /// The last statement, with COMMIT in the same round trip (and BEGIN, where that has not gone out). When the
  /// statement or COMMIT fails everything is rolled back; the transaction is over in any case.
  template <typename... T>
  Result execute_and_commit(std::string_view sql, const T&... values) {
    return finish_with(sql, Parameters::of(values...));
  }
  Result execute_and_commit(std::string_view sql, Parameters parameters) {
    return finish_with(sql, std::move(parameters));
  }
  /// A transaction inside this one.
  [[nodiscard]] Savepoint savepoint();

  /// Throws SqlError (25P02) when the server answered COMMIT with ROLLBACK because a statement had failed, and what
  /// COMMIT itself failed of; the transaction is over in any case. A DatabaseConnectionError leaves its outcome open.
  void commit();
  /// Idempotent.
  void rollback();
  [[nodiscard]] bool open() const noexcept { return connection_ != nullptr; }

 private:
  friend class Connection;
  Transaction(Connection& connection, std::string begin, bool lazy);
  Connection& require_open() const;
  Result run(std::string_view sql, Parameters parameters);
  Result finish_with(std::string_view sql, Parameters parameters);

  Connection* connection_;
  std::string begin_;  ///< still to be sent; empty: it has been
};

}  // namespace migrate::engine
