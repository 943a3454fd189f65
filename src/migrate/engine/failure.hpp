#pragma once
#include <string_view>

namespace migrate::engine {

class DatabaseError;

/// What the engine was doing when it failed.
enum class FailurePhase {
  argument,   ///< nothing was sent: the call itself cannot be
  lease,      ///< waiting for a connection of the pool
  connect,    ///< making a connection
  statement,  ///< running a statement
  commit      ///< COMMIT: see DatabaseConnectionError for when its outcome is open
};

/// What a failure puts out of use.
enum class FailureScope {
  statement,   ///< the statement, and the transaction it stood in; the connection is as good as before
  connection,  ///< this connection alone: its session was ended, or it could not be made
  pool         ///< most likely every connection made so far: the pool replaces them as they are asked for
};

enum class SocketState { usable, broken };

struct FailureClass {
  FailureScope scope = FailureScope::statement;
  /// The same work, done again from the beginning of its transaction, may succeed. What was not idempotent may then
  /// have happened twice, unless `rolled_back`.
  bool retryable = false;
  /// The server has rolled the transaction back by itself to let another one pass: doing it again is always safe.
  bool rolled_back = false;
  bool operator==(const FailureClass&) const = default;
};

/// The one place that judges failures (PostgreSQL docs, appendix A). `sqlstate` is empty when no server said anything;
/// of a connect that failed that way only its text tells whether it may pass, see DatabaseConnectionError::transient.
[[nodiscard]] FailureClass classify(std::string_view sqlstate, FailurePhase phase, SocketState socket) noexcept;
/// As much of an exception.
[[nodiscard]] FailureClass classify(const DatabaseError& error) noexcept;

/// Whether a server that ends a session or refuses one with this SQLSTATE may take the next.
[[nodiscard]] bool is_passing_state(std::string_view sqlstate) noexcept;

/// "lease", "connect" …: for logs.
[[nodiscard]] std::string_view to_string(FailurePhase phase) noexcept;
[[nodiscard]] std::string_view to_string(FailureScope scope) noexcept;

}  // namespace migrate::engine
