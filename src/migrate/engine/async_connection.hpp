#pragma once
#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/engine/connection.hpp"

namespace migrate::engine {

class AsyncTransaction;

namespace detail {
struct AsyncChannel;
}

/// Parameters $1, $2 … of a statement as text; nothing = NULL.
using TextParameters = std::vector<std::optional<std::string>>;

/// One connection to PostgreSQL for coroutines: nothing in it blocks. One coroutine at a time; whichever thread that
/// runs on. Movable; closes in its destructor, without waiting for the server.
///
/// A coroutine that is cancelled (asio::cancellation_signal, awaitable operators) while it waits for the server goes on
/// with DatabaseInterrupted once the statement is cancelled and its answer drained, or, when the server does not answer
/// within a grace period, the connection is closed. command_timeout takes the same way, to DatabaseTimeoutError.
/// Callbacks of hooks and options run on the connection's strand. The execution context may end at any time; whatever
/// is left of the connection can then only be closed.
class AsyncConnection {
 public:
  /// Connects, retrying passing failures per config.retry within `deadline`, on the executor of the calling coroutine.
  /// Looking up names and connecting happens on a helper thread, where log hooks are called too. hooks.interrupt_fd is
  /// not used. Throws DatabaseConnectionError, DatabaseTimeoutError or, when cancelled, DatabaseInterrupted.
  static asio::awaitable<AsyncConnection> connect(ConnectionConfig config, ConnectionHooks hooks = {},
                                                  Deadline deadline = Deadline::never());
  /// As much on an executor of one's choice.
  static asio::awaitable<AsyncConnection> connect_on(asio::any_io_executor executor, ConnectionConfig config,
                                                     ConnectionHooks hooks = {}, Deadline deadline = Deadline::never());
  ~AsyncConnection();
  AsyncConnection(AsyncConnection&&) noexcept;
  AsyncConnection& operator=(AsyncConnection&&) noexcept;

  /// One statement or several in one message; the last statement's result. Throws SqlError, DatabaseConnectionError …
  asio::awaitable<Result> execute(std::string sql);
  asio::awaitable<Result> execute(std::string sql, TextParameters parameters);
  /// See Connection::script(). What the callbacks of `options` use must live until the end.
  asio::awaitable<std::size_t> script(std::string text, ScriptOptions options = {});

  /// Starts a transaction; see AsyncTransaction.
  [[nodiscard]] asio::awaitable<AsyncTransaction> begin(std::string mode = {});
  /// Sends ROLLBACK when a transaction is open; false when the connection is lost.
  asio::awaitable<bool> rollback_if_open();
  /// A real round trip; false when it failed, or took longer than `deadline`. The connection is then closed.
  asio::awaitable<bool> ping(Deadline deadline);

  [[nodiscard]] TransactionStatus transaction_status() const noexcept;
  /// False once the connection is known to be broken, or its execution context has ended.
  [[nodiscard]] bool alive() const noexcept;
  /// Looks at the socket without a round trip: false when the peer has closed it.
  [[nodiscard]] bool probe() noexcept;
  [[nodiscard]] int backend_pid() const noexcept;
  /// 150020 for 15.20.
  [[nodiscard]] int server_version() const noexcept;
  /// A parameter the server reports (server_version, TimeZone …); nothing when it does not.
  [[nodiscard]] std::optional<std::string> parameter(std::string_view name) const;
  [[nodiscard]] const asio::any_io_executor& executor() const;
  void set_hooks(ConnectionHooks hooks);
  /// Not while a coroutine waits for the server: use abort() then.
  void close() noexcept;
  /// Cuts the connection under whoever waits for it, who gets a DatabaseConnectionError. From any thread.
  void abort() noexcept;

  /// For the parts of the engine that talk to the server over this connection.
  [[nodiscard]] const std::shared_ptr<detail::AsyncChannel>& channel() const;

 private:
  explicit AsyncConnection(std::shared_ptr<detail::AsyncChannel> channel);
  std::shared_ptr<detail::AsyncChannel> channel_;
};

}  // namespace migrate::engine
