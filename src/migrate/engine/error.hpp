#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "migrate/base/error.hpp"
#include "migrate/engine/failure.hpp"

namespace migrate::engine {

struct PoolStatistics;

/// Root of every database failure. Three families stand under it: connection, timeout and argument errors; SqlError is
/// what the server says of a statement. classify(error) says how far a failure reaches and whether a retry may help.
class DatabaseError : public base::Error {
 public:
  using Error::Error;
  explicit DatabaseError(const std::string& message, std::string hint, std::string sqlstate)
      : Error(message, std::move(hint)), sqlstate_(std::move(sqlstate)) {}

  /// The five-character code, or empty when the failure did not come from a server (PostgreSQL docs, appendix A).
  [[nodiscard]] const std::string& sqlstate() const noexcept { return sqlstate_; }
  /// What was being done.
  [[nodiscard]] FailurePhase phase() const noexcept { return phase_; }
  /// Whether the connection it happened on, if there was one, went on.
  [[nodiscard]] SocketState socket() const noexcept { return socket_; }
  /// How many attempts were made in all, where the engine tries again by itself or was asked to.
  [[nodiscard]] int attempts() const noexcept { return attempts_; }
  /// The pool at the moment it had no connection to give; null for other failures.
  [[nodiscard]] const PoolStatistics* pool() const noexcept { return pool_.get(); }

  /// For the engine, before it throws.
  void set_phase(FailurePhase phase) noexcept { phase_ = phase; }
  void set_socket(SocketState socket) noexcept { socket_ = socket; }
  void set_attempts(int attempts) noexcept { attempts_ = attempts; }
  void set_pool(std::shared_ptr<const PoolStatistics> pool) noexcept { pool_ = std::move(pool); }

 private:
  std::string sqlstate_;
  FailurePhase phase_ = FailurePhase::argument;
  SocketState socket_ = SocketState::usable;
  int attempts_ = 1;
  std::shared_ptr<const PoolStatistics> pool_;
};

/// `throw in_phase(FailurePhase::commit, SqlError(…))`
template <typename Error>
[[nodiscard]] Error in_phase(FailurePhase phase, Error error) {
  error.set_phase(phase);
  return error;
}

/// No connection could be made, or the one in use was lost. Never names a password.
class DatabaseConnectionError : public DatabaseError {
 public:
  /// `transient`: trying again later may help (refused, starting up, too many clients); false for a wrong password,
  /// a missing database, a bad host name.
  DatabaseConnectionError(const std::string& message, std::string hint, std::string sqlstate, bool transient)
      : DatabaseError(message, std::move(hint), std::move(sqlstate)), transient_(transient) {
    set_phase(FailurePhase::connect);
    set_socket(SocketState::broken);
  }
  [[nodiscard]] bool transient() const noexcept { return transient_; }

 private:
  bool transient_;
};

/// Which clock ran out.
enum class TimeoutKind { pool, connect, command, lock, statement };

class DatabaseTimeoutError : public DatabaseError {
 public:
  DatabaseTimeoutError(TimeoutKind kind, const std::string& message, std::string hint = {}, std::string sqlstate = {})
      : DatabaseError(message, std::move(hint), std::move(sqlstate)), kind_(kind) {
    set_phase(kind == TimeoutKind::pool      ? FailurePhase::lease
              : kind == TimeoutKind::connect ? FailurePhase::connect
                                             : FailurePhase::statement);
  }
  [[nodiscard]] TimeoutKind kind() const noexcept { return kind_; }

 private:
  TimeoutKind kind_;
};

/// A value given by the caller cannot be right: a malformed URL, an impossible pool size, use of a closed object.
class DatabaseArgumentError : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};

/// The caller's interrupt (Ctrl-C, SIGTERM) arrived; the running statement was cancelled, an open transaction has
/// failed.
class DatabaseInterrupted : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};

/// Everything the server reports with an error. Empty text = the field was not sent.
struct ErrorFields {
  std::string severity;  ///< ERROR, FATAL or PANIC, never localised
  std::string sqlstate;
  std::string message;
  std::string detail;
  std::string hint;
  std::string context;
  std::string schema, table, column, datatype, constraint;
  std::string internal_query;
  std::string routine;                           ///< the function of the server that raised it
  std::optional<std::size_t> position;           ///< 1-based, in characters of the text that was sent
  std::optional<std::size_t> internal_position;  ///< 1-based, in characters of internal_query
};

/// A statement was refused by the server. `statement_index` counts the statements of the message from 0: that many
/// succeeded before it. A lock or statement timeout (55P03, 57014) is reported as this too: `is_timeout()`.
class SqlError : public DatabaseError {
 public:
  SqlError(ErrorFields fields, std::size_t statement_index);
  [[nodiscard]] const ErrorFields& fields() const noexcept { return fields_; }
  [[nodiscard]] std::size_t statement_index() const noexcept { return statement_index_; }
  /// 55P03 lock_not_available, or 57014 that was not our own cancel.
  [[nodiscard]] bool is_timeout() const noexcept;

 private:
  ErrorFields fields_;
  std::size_t statement_index_;
};

}  // namespace migrate::engine
