#pragma once
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/base/log.hpp"
#include "migrate/engine/connection_config.hpp"
#include "migrate/engine/deadline.hpp"
#include "migrate/engine/error.hpp"
#include "migrate/engine/result.hpp"

namespace migrate::engine {

class Transaction;

namespace detail {
class Channel;
}

/// A NOTICE, WARNING … of the server.
struct Notice {
  std::string severity;
  std::string sqlstate;
  std::string message;
  std::string detail;
  std::string hint;
};

/// What a caller may add to a connection. All may stay empty.
struct ConnectionHooks {
  base::LogSink log;
  std::function<void(const Notice&)> on_notice;  ///< called between libpq calls; what it throws is dropped
  /// A descriptor that becomes readable when the caller wants out (signal). Looked at before a statement is sent and
  /// while its answer is awaited: the statement is cancelled, drained, and DatabaseInterrupted thrown; a transaction
  /// that was open is left failed. A statement that ends all the same counts as done. -1: none. Not read by the engine.
  int interrupt_fd = -1;
};

struct ScriptOptions {
  /// Data for the n-th COPY … FROM stdin of the message (n from 0); the text as it would stand before "\.".
  std::function<std::string_view(std::size_t n)> copy_data;
  /// Called for each statement of the message that succeeded, with its index from 0; the server sends its answers when
  /// it has done them all. What a callback throws is thrown again when the message is over: it does not stop it.
  std::function<void(std::size_t index, const Result& result)> on_statement;
};

enum class TransactionStatus { idle, active, in_transaction, in_error, unknown };

/// One connection to PostgreSQL; used by one thread at a time. Movable; closes in its destructor, without waiting for
/// the server. In a child of fork() it belongs to the parent: every use is refused, and closing it says nothing to the
/// server. A statement over command_timeout is cancelled (DatabaseTimeoutError); when the server does not answer the
/// cancel request either, the connection is closed and alive() is false.
class Connection {
 public:
  /// Connects, retrying passing failures per config.retry within `deadline`. client_encoding is UTF-8 and standard
  /// conforming strings are on. Throws DatabaseConnectionError, DatabaseTimeoutError or DatabaseInterrupted.
  static Connection connect(const ConnectionConfig& config, ConnectionHooks hooks = {},
                            Deadline deadline = Deadline::never());
  ~Connection();
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;

  /// One statement or several in one message; the last statement's result. Throws SqlError, DatabaseConnectionError …
  Result execute(std::string_view sql);
  /// One statement with $1, $2 … as text; nothing = NULL.
  Result execute(std::string_view sql, std::span<const std::optional<std::string>> parameters);
  /// Sends `text` as one message and reads every result; COPY data comes from the options. Number of statements done.
  /// A SqlError carries the index of the failing statement and its character position in `text`. The transaction that
  /// failed is left open for the caller to roll back.
  std::size_t script(std::string_view text, const ScriptOptions& options = {});

  /// Starts a transaction; see Transaction.
  [[nodiscard]] Transaction begin(std::string_view mode = {});

  /// Sends ROLLBACK when a transaction is open; never throws, returns false when the connection is lost.
  bool rollback_if_open() noexcept;

  [[nodiscard]] TransactionStatus transaction_status() const noexcept;
  /// False once the connection is known to be broken.
  [[nodiscard]] bool alive() const noexcept;
  /// Looks at the socket without a round trip: false when the peer has closed it.
  [[nodiscard]] bool probe() noexcept;
  /// A real round trip. False when it failed.
  [[nodiscard]] bool ping(Deadline deadline) noexcept;

  [[nodiscard]] int backend_pid() const noexcept;
  /// 150020 for 15.20.
  [[nodiscard]] int server_version() const noexcept;
  /// A parameter the server reports (server_version, TimeZone …); nothing when it does not.
  [[nodiscard]] std::optional<std::string> parameter(std::string_view name) const;
  void set_hooks(ConnectionHooks hooks);
  void close() noexcept;

 private:
  explicit Connection(std::unique_ptr<detail::Channel> channel);
  [[nodiscard]] detail::Channel& channel() const;
  std::unique_ptr<detail::Channel> channel_;
};

}  // namespace migrate::engine
