#pragma once
#include "migrate/engine/connection.hpp"

namespace migrate::engine {

/// BEGIN … COMMIT as an object that cannot be forgotten: the destructor rolls back, never commits. The connection must
/// stay where it is as long as the transaction is open. `mode`: what follows BEGIN, such as ISOLATION LEVEL
/// SERIALIZABLE. Throws DatabaseArgumentError when a transaction is open already.
class [[nodiscard]] Transaction {
 public:
  explicit Transaction(Connection& connection, std::string_view mode = {});
  ~Transaction();
  Transaction(Transaction&& other) noexcept;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  Transaction& operator=(Transaction&&) = delete;

  /// Throws SqlError (25P02) when the server answered COMMIT with ROLLBACK because a statement had failed, and what
  /// COMMIT itself failed of; the transaction is over in any case. A DatabaseConnectionError leaves its outcome open.
  void commit();
  /// Idempotent.
  void rollback();
  [[nodiscard]] bool open() const noexcept { return connection_ != nullptr; }

 private:
  Connection* connection_;
};

}  // namespace migrate::engine
