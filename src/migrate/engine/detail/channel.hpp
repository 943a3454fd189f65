#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "migrate/engine/connection.hpp"
#include "migrate/engine/detail/abort_socket.hpp"
#include "migrate/engine/detail/canceller.hpp"
#include "migrate/engine/detail/exchange.hpp"
#include "migrate/engine/detail/statement_cache.hpp"
#include "migrate/engine/detail/wire.hpp"
#include "migrate/engine/failure.hpp"
#include "migrate/engine/session_marks.hpp"

namespace migrate::engine::detail {

/// Why the wire is closed although its user did not close it.
struct Loss {
  std::string reason;
  FailureScope scope = FailureScope::pool;
};

/// A connection without a driver: what a blocking and an asynchronous one share. Knows when a conversation may begin,
/// and turns what came of it into exceptions. Never waits. Stays where it is while an operation refers to it.
class Channel {
 public:
  Channel(ConnectionConfig given, ConnectionHooks given_hooks, Wire connected, std::string connected_to);

  ConnectionConfig config;
  ConnectionHooks hooks;
  Wire wire;
  std::string target;  ///< the URL for messages, without a password
  StatementCache statements;
  SessionMarks marks;
  AbortSocket abort_socket;  ///< not open unless someone wants to break it
  CancelKey cancel_key;      ///< for the same

  /// A name no savepoint of this connection has had.
  [[nodiscard]] std::string next_savepoint() { return "engine_" + std::to_string(++savepoints_); }

  /// Throws unless a conversation may begin: the connection is closed, lost, a parent process's, or busy with another.
  void require_idle() const;
  /// Before a statement is sent: refuses what cannot be sent, heeds an interrupt that has come already, notes
  /// what it may leave in the session, and echoes.
  void announce(std::string_view sql, std::size_t parameters);
  /// Shows a statement to the log where that is wanted.
  void echo(std::string_view sql, std::size_t parameters) const;
  /// Throws why a message was not sent.
  void require_sent(bool sent);
  /// A statement has succeeded.
  void note_tag(const Result& result);
  [[nodiscard]] Deadline command_limit() const;
  /// Throws what went wrong; closes a connection that is lost.
  void judge(Outcome& outcome);
  /// Looks at the socket of an idle connection without a round trip; false, and the end, when the peer has closed it.
  bool probe() noexcept;
  /// Hands what the server said unasked to the hook.
  void deliver_notices();
  /// Closes it; tells the error, or whatever is nearer to the cause.
  [[noreturn]] void throw_lost(const std::optional<ErrorFields>& error);
  /// The end of a connection that failed, or that is of no more use. `sqlstate`: of what the server said, if anything.
  void lose(std::string_view reason, std::string_view sqlstate = {}) noexcept;
  /// How far the end of this connection reaches, in the words of classify(): its user's close() no further than itself.
  [[nodiscard]] FailureScope loss_scope() const noexcept;

 private:
  void judge_cut(const Outcome& outcome) const;
  [[nodiscard]] const std::optional<ErrorFields>& words_of_loss(const std::optional<ErrorFields>& error) const;
  void note_loss(std::string_view reason, std::string_view sqlstate) noexcept;

  std::optional<Loss> loss_;
  std::uint64_t savepoints_ = 0;
};

}  // namespace migrate::engine::detail
