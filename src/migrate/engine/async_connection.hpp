#pragma once
#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "migrate/engine/batch.hpp"
#include "migrate/engine/connection_config.hpp"
#include "migrate/engine/connection_types.hpp"
#include "migrate/engine/deadline.hpp"
#include "migrate/engine/failure.hpp"
#include "migrate/engine/parameters.hpp"
#include "migrate/engine/prepared_statement.hpp"
#include "migrate/engine/result.hpp"
#include "migrate/engine/session_marks.hpp"
#include "migrate/engine/transaction_options.hpp"

namespace migrate::engine {

class AsyncCopyReader;
class AsyncCopyWriter;
class AsyncRowStream;
class AsyncTransaction;

namespace detail {
struct AsyncChannel;
}

/// One connection to PostgreSQL for coroutines: nothing in it blocks. One coroutine at a time, on whichever thread.
/// Movable, also while a coroutine waits on it; closes in its destructor, without waiting for the server. Values are
/// encoded when a member is called, so they need not outlive the call. What each member does, and what it throws, is
/// told at its namesake of Connection.
///
/// A coroutine that is cancelled (asio::cancellation_signal, awaitable operators) while it waits for the server goes on
/// with DatabaseInterrupted when the statement is cancelled and its answer drained, or, if the server does not answer
/// within a grace period, the connection closed. command_timeout takes the same way, to DatabaseTimeoutError. Callbacks
/// of hooks and options run on its executor, never two at once. The execution context may end at any time; all that can
/// be done with the connection then is to close it.
class AsyncConnection {
 public:
  /// Connects on the executor of the calling coroutine. Names are looked up, and the connection is made, on a helper
  /// thread, where log hooks are called too. hooks.interrupt_fd is not used. When cancelled, throws
  /// DatabaseInterrupted.
  static asio::awaitable<AsyncConnection> connect(ConnectionConfig config, ConnectionHooks hooks = {},
                                                  Deadline deadline = Deadline::never());
  /// The same on an executor of one's choice.
  static asio::awaitable<AsyncConnection> connect_on(asio::any_io_executor executor, ConnectionConfig config,
                                                     ConnectionHooks hooks = {}, Deadline deadline = Deadline::never());
  ~AsyncConnection();
  AsyncConnection(AsyncConnection&&) noexcept;
  AsyncConnection& operator=(AsyncConnection&&) noexcept;

  asio::awaitable<Result> execute(std::string sql);
  asio::awaitable<Result> execute(std::string sql, Parameters parameters);
  template <SingleParameter First, typename... Rest>
  asio::awaitable<Result> execute(std::string sql, const First& first, const Rest&... rest) {
    return execute(std::move(sql), Parameters::of(first, rest...));
  }

  asio::awaitable<PreparedStatement> prepare(std::string sql);
  template <typename... T>
  asio::awaitable<Result> execute(const PreparedStatement& statement, const T&... values) {
    return execute_prepared(statement, Parameters::of(values...));
  }
  void set_statement_cache(std::size_t statements);

  asio::awaitable<std::vector<BatchOutcome>> run(Batch batch);

  template <typename... T>
  [[nodiscard]] asio::awaitable<AsyncRowStream> stream(std::string sql, const T&... values);
  [[nodiscard]] asio::awaitable<AsyncCopyWriter> copy_in(std::string sql);
  [[nodiscard]] asio::awaitable<AsyncCopyReader> copy_out(std::string sql);

  /// What the callbacks of `options` use must live until the end.
  asio::awaitable<std::size_t> script(std::string text, ScriptOptions options = {});

  [[nodiscard]] asio::awaitable<AsyncTransaction> begin(std::string mode = {});
  [[nodiscard]] asio::awaitable<AsyncTransaction> begin(TransactionOptions options);
  template <typename... T>
  asio::awaitable<Result> execute_in_transaction(TransactionOptions options, std::string sql, const T&... values) {
    return execute_alone(options, std::move(sql), Parameters::of(values...));
  }

  asio::awaitable<std::optional<Notification>> wait_notification(Deadline deadline);

  [[nodiscard]] SessionMarks session_marks() const noexcept;
  void clear_session_marks() noexcept;

  /// Sends ROLLBACK when a transaction is open; false when the connection is lost.
  asio::awaitable<bool> rollback_if_open();
  /// False when it failed, or took longer than `deadline`. The connection is then closed.
  asio::awaitable<bool> ping(Deadline deadline);

  [[nodiscard]] TransactionStatus transaction_status() const noexcept;
  /// False once the connection is known to be broken, or its execution context has ended.
  [[nodiscard]] bool alive() const noexcept;
  [[nodiscard]] FailureScope loss_scope() const noexcept;
  [[nodiscard]] bool probe() noexcept;
  [[nodiscard]] int backend_pid() const noexcept;
  [[nodiscard]] int server_version() const noexcept;
  [[nodiscard]] std::optional<std::string> parameter(std::string_view name) const;
  [[nodiscard]] const asio::any_io_executor& executor() const;
  void set_hooks(ConnectionHooks hooks);
  /// Not while a coroutine waits on it: use abort() then.
  void close() noexcept;
  /// Cuts the connection under whoever waits on it, who gets a DatabaseConnectionError. From any thread.
  void abort() noexcept;

  /// For the parts of the engine that talk to the server over this connection.
  [[nodiscard]] const std::shared_ptr<detail::AsyncChannel>& channel() const;

 private:
  explicit AsyncConnection(std::shared_ptr<detail::AsyncChannel> channel);
  asio::awaitable<Result> execute_prepared(const PreparedStatement& statement, Parameters parameters);
  asio::awaitable<Result> execute_alone(TransactionOptions options, std::string sql, Parameters parameters);
  asio::awaitable<AsyncRowStream> stream_rows(std::string sql, Parameters parameters);

  std::shared_ptr<detail::AsyncChannel> channel_;
};

template <typename... T>
asio::awaitable<AsyncRowStream> AsyncConnection::stream(std::string sql, const T&... values) {
  return stream_rows(std::move(sql), Parameters::of(values...));
}

}  // namespace migrate::engine
