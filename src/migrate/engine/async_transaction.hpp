#pragma once
#include <asio/awaitable.hpp>
#include <memory>
#include <string>

#include "migrate/engine/async_connection.hpp"

namespace migrate::engine {

/// BEGIN … COMMIT as an object that cannot be forgotten. The destructor never commits and never waits: what is open
/// then is rolled back ahead of the connection's next statement, or when its lease ends. The connection object may
/// move.
class [[nodiscard]] AsyncTransaction {
 public:
  /// `mode`: what follows BEGIN, such as ISOLATION LEVEL SERIALIZABLE. Throws DatabaseArgumentError when a transaction
  /// is open already.
  static asio::awaitable<AsyncTransaction> begin(AsyncConnection& connection, std::string mode = {});
  ~AsyncTransaction();
  AsyncTransaction(AsyncTransaction&& other) noexcept;
  AsyncTransaction(const AsyncTransaction&) = delete;
  AsyncTransaction& operator=(const AsyncTransaction&) = delete;
  AsyncTransaction& operator=(AsyncTransaction&&) = delete;

  /// Throws SqlError (25P02) when the server answered COMMIT with ROLLBACK because a statement had failed, and what
  /// COMMIT itself failed of; the transaction is over in any case. A DatabaseConnectionError leaves its outcome open.
  asio::awaitable<void> commit();
  /// Idempotent.
  asio::awaitable<void> rollback();
  [[nodiscard]] bool open() const noexcept { return channel_ != nullptr; }

 private:
  explicit AsyncTransaction(std::shared_ptr<detail::AsyncChannel> channel);
  std::shared_ptr<detail::AsyncChannel> channel_;
};

}  // namespace migrate::engine
