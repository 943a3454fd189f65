#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "migrate/base/log.hpp"
#include "migrate/engine/result.hpp"

namespace migrate::engine {

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
  base::LogSink log{};
  std::function<void(const Notice&)> on_notice{};  ///< called between libpq calls; what it throws is dropped
  /// A descriptor that becomes readable when the caller wants out (signal). Looked at before a statement is sent and
  /// while its answer is awaited: the statement is cancelled, drained, and DatabaseInterrupted thrown; a transaction
  /// that was open is left failed. A statement that ends all the same counts as done. -1: none. Not read by the engine.
  int interrupt_fd = -1;
};

struct ScriptOptions {
  /// Data for the n-th COPY … FROM stdin of the message (n from 0); the text as it would stand before "\.".
  std::function<std::string_view(std::size_t n)> copy_data{};
  /// Called for each statement of the message that succeeded, with its index from 0; the server sends its answers when
  /// it has done them all. What a callback throws is thrown again when the message is over: it does not stop it.
  std::function<void(std::size_t index, const Result& result)> on_statement{};
};

enum class TransactionStatus { idle, active, in_transaction, in_error, unknown };

/// What NOTIFY sent to a channel this connection listens to.
struct Notification {
  std::string channel;
  std::string payload;
  int sender_pid = 0;  ///< of the backend that sent it; one's own too
  bool operator==(const Notification&) const = default;
};

}  // namespace migrate::engine
