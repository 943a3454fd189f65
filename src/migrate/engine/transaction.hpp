#pragma once
#include "migrate/engine/connection.hpp"

namespace migrate::engine {

/// BEGIN … COMMIT as an object that cannot be forgotten: the destructor rolls back, never commits.
class [[nodiscard]] Transaction {
 public:
  explicit Transaction(Connection& connection, std::string_view mode = {});
  ~Transaction();
  Transaction(Transaction&& other) noexcept;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  Transaction& operator=(Transaction&&) = delete;

  /// Throws SqlError when the server answered COMMIT with ROLLBACK because a statement had failed.
  void commit();
  /// Idempotent.
  void rollback();
  [[nodiscard]] bool open() const noexcept { return connection_ != nullptr; }

 private:
  Connection* connection_;
};

}  // namespace migrate::engine
