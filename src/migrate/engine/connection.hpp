#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/engine/connection_config.hpp"
#include "migrate/engine/connection_types.hpp"
#include "migrate/engine/copy.hpp"
#include "migrate/engine/deadline.hpp"
#include "migrate/engine/error.hpp"
#include "migrate/engine/parameters.hpp"
#include "migrate/engine/pool_options.hpp"
#include "migrate/engine/prepared_statement.hpp"
#include "migrate/engine/result.hpp"
#include "migrate/engine/row_stream.hpp"
#include "migrate/engine/session_marks.hpp"
#include "migrate/engine/transaction_options.hpp"

namespace migrate::engine {

class Batch;
class BatchOutcome;
class Pipeline;
class Savepoint;
class Transaction;

namespace detail {
class Channel;
struct Glue;
}  // namespace detail

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
  /// One statement with $1, $2 … as text; nothing = NULL. (As the one array $1 it goes as Parameters::of(parameters).)
  Result execute(std::string_view sql, std::span<const std::optional<std::string>> parameters);
  /// One statement with values of any type that has a Codec; std::nullopt, nullptr and empty optionals are NULL.
  template <SingleParameter First, typename... Rest>
  Result execute(std::string_view sql, const First& first, const Rest&... rest) {
    return execute(sql, Parameters::of(first, rest...));
  }
  Result execute(std::string_view sql, Parameters parameters);

  /// Lets the server parse the statement once. Executing it costs less, and it is prepared again when the server has
  /// lost it or a table has changed under it, unless a transaction is open.
  [[nodiscard]] PreparedStatement prepare(std::string_view sql);
  template <typename... T>
  Result execute(const PreparedStatement& statement, const T&... values) {
    return execute_prepared(statement, Parameters::of(values...));
  }
  /// The same for every execute() with parameters, without asking: so many statements are kept prepared, the least
  /// recently used give way. 0, the default, is what a pooler in transaction mode needs.
  void set_statement_cache(std::size_t statements);

  /// Statements that travel together, see Batch; one outcome for each.
  std::vector<BatchOutcome> run(const Batch& batch);
  /// A batch bound to this connection.
  [[nodiscard]] Pipeline pipeline();

  /// Rows one by one, without holding them all.
  template <typename... T>
  [[nodiscard]] RowStream stream(std::string_view sql, const T&... values) {
    return stream_rows(sql, Parameters::of(values...));
  }
  /// COPY … FROM STDIN and COPY … TO STDOUT.
  [[nodiscard]] CopyWriter copy_in(std::string_view sql);
  [[nodiscard]] CopyReader copy_out(std::string_view sql);

  /// Sends `text` as one message and reads every result; COPY data comes from the options. Number of statements done.
  /// A SqlError carries the index of the failing statement and its character position in `text`. The transaction that
  /// failed is left open for the caller to roll back.
  std::size_t script(std::string_view text, const ScriptOptions& options = {});

  /// Starts a transaction; see Transaction.
  [[nodiscard]] Transaction begin(std::string_view mode = {});
  [[nodiscard]] Transaction begin(const TransactionOptions& options);
  /// BEGIN, one statement and COMMIT in one round trip; ROLLBACK is another, when the statement failed.
  template <typename... T>
  Result execute_in_transaction(const TransactionOptions& options, std::string_view sql, const T&... values) {
    return execute_alone(options, sql, Parameters::of(values...));
  }

  /// The next thing that came to a channel after LISTEN, whether just now or along with other traffic; nothing when the
  /// deadline passes. Throws DatabaseConnectionError when the connection is lost meanwhile.
  std::optional<Notification> wait_notification(Deadline deadline);

  /// What statements may have left in the session since it began, or since the marks were cleared.
  [[nodiscard]] SessionMarks session_marks() const noexcept;
  void clear_session_marks() noexcept;

  /// Sends ROLLBACK when a transaction is open; never throws, returns false when the connection is lost.
  bool rollback_if_open() noexcept;
  /// Makes the session fit for another user; see ResetPolicy. A statement still running is not waited for. Never
  /// throws, returns false when it could not be done.
  bool reset_session(ResetPolicy policy) noexcept;

  [[nodiscard]] TransactionStatus transaction_status() const noexcept;
  /// False once the connection is known to be broken.
  [[nodiscard]] bool alive() const noexcept;
  /// Then: whether the rest of a pool is likely to be gone too. FailureScope::connection after close().
  [[nodiscard]] FailureScope loss_scope() const noexcept;
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

  /// From now on abort() works; costs a descriptor.
  void allow_abort() noexcept;
  /// Breaks the connection and asks the server to cancel what runs: its user gets DatabaseConnectionError. The one
  /// member that another thread may call, as long as the connection is not moved or destroyed.
  void abort() const noexcept;

 private:
  friend class Savepoint;
  friend class Transaction;

  explicit Connection(std::unique_ptr<detail::Channel> channel);
  Result execute_prepared(const PreparedStatement& statement, Parameters parameters);
  Result execute_glued(std::string_view sql, Parameters parameters, detail::Glue glue);
  Result execute_alone(const TransactionOptions& options, std::string_view sql, Parameters parameters);
  RowStream stream_rows(std::string_view sql, const Parameters& parameters);
  bool run_quietly(std::string_view sql) noexcept;
  [[nodiscard]] detail::Channel& channel() const;
  std::unique_ptr<detail::Channel> channel_;
};

}  // namespace migrate::engine
