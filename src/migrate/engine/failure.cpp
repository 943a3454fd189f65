#include "migrate/engine/failure.hpp"

#include "migrate/engine/error.hpp"

namespace migrate::engine {
namespace {

/// Of a session that the server has ended, or that nobody answers in any more.
FailureScope scope_of_loss(std::string_view sqlstate) {
  // One session sat idle for too long (25P03, 57P05), was in the way of recovery (40xxx), or was cancelled for good.
  const bool alone = sqlstate == "25P03" || sqlstate == "57P05" || sqlstate == "57014" || sqlstate.starts_with("40");
  return alone ? FailureScope::connection : FailureScope::pool;
}

/// Of a statement after which the session goes on.
FailureClass class_of_statement(std::string_view sqlstate) {
  FailureClass verdict;
  // 40001 serialization_failure, 40P01 deadlock_detected. The rest of the class leaves no such promise.
  verdict.rolled_back = sqlstate == "40001" || sqlstate == "40P01";
  // 55P03 lock_not_available: whoever holds the lock will be gone. 53: the server is short of something.
  verdict.retryable = verdict.rolled_back || sqlstate == "55P03" || sqlstate.starts_with("53");
  return verdict;
}

}  // namespace

bool is_passing_state(std::string_view sqlstate) noexcept {
  // 57P04: the database was dropped. 08P01: one side does not understand the other.
  if (sqlstate == "57P04" || sqlstate == "08P01") return false;
  return sqlstate.starts_with("53") || sqlstate.starts_with("57P") || sqlstate.starts_with("08");
}

FailureClass classify(std::string_view sqlstate, FailurePhase phase, SocketState socket) noexcept {
  if (phase == FailurePhase::argument || phase == FailurePhase::lease) return {};
  if (phase == FailurePhase::connect) return {FailureScope::connection, is_passing_state(sqlstate), false};
  if (socket == SocketState::usable) return class_of_statement(sqlstate);
  const bool lasting = sqlstate == "57P04" || sqlstate == "08P01" || sqlstate == "57014";
  return {scope_of_loss(sqlstate), !lasting, false};
}

FailureClass classify(const DatabaseError& error) noexcept {
  FailureClass verdict = classify(error.sqlstate(), error.phase(), error.socket());
  if (const auto* lost = dynamic_cast<const DatabaseConnectionError*>(&error)) {
    verdict.retryable = lost->transient();
  } else if (const auto* late = dynamic_cast<const DatabaseTimeoutError*>(&error)) {
    verdict.retryable = late->kind() == TimeoutKind::connect;
  } else if (dynamic_cast<const SqlError*>(&error) == nullptr) {
    verdict.retryable = false;
  }
  return verdict;
}

std::string_view to_string(FailurePhase phase) noexcept {
  switch (phase) {
    case FailurePhase::argument:
      return "argument";
    case FailurePhase::lease:
      return "lease";
    case FailurePhase::connect:
      return "connect";
    case FailurePhase::statement:
      return "statement";
    case FailurePhase::commit:
      return "commit";
  }
  return "";
}

std::string_view to_string(FailureScope scope) noexcept {
  switch (scope) {
    case FailureScope::statement:
      return "statement";
    case FailureScope::connection:
      return "connection";
    case FailureScope::pool:
      return "pool";
  }
  return "";
}

}  // namespace migrate::engine
