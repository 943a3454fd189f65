#include "migrate/engine/detail/channel.hpp"

#include <fmt/format.h>

#include <utility>

#include "migrate/engine/detail/drive_sync.hpp"
#include "migrate/engine/detail/echo.hpp"
#include "migrate/engine/detail/fields.hpp"
#include "migrate/engine/detail/session_watch.hpp"
#include "migrate/engine/sql_error.hpp"

namespace migrate::engine::detail {
namespace {

constexpr const char* k_cancelled = "57014";
/// Messages that came unasked are read at most this often per probe.
constexpr int k_probe_reads = 64;

bool ends_session(const ErrorFields& error) {
  return error.severity == "FATAL" || error.severity == "PANIC";
}

std::string lost_hint(std::string_view sqlstate) {
  if (sqlstate == "57P01") return "The server was stopped, or somebody ended this session. Try again when it is up.";
  if (sqlstate == "25P03") return "The transaction was left idle for longer than the server allows.";
  if (sqlstate == "57P05") return "The session was left idle for longer than the server allows.";
  return "Look in the server's log. What was not committed is rolled back.";
}

}  // namespace

Channel::Channel(ConnectionConfig given, ConnectionHooks given_hooks, Wire connected, std::string connected_to)
    : config(std::move(given)),
      hooks(std::move(given_hooks)),
      wire(std::move(connected)),
      target(std::move(connected_to)) {}

void Channel::require_idle() const {
  if (wire.in_child()) {
    throw DatabaseArgumentError(fmt::format("the connection to {} belongs to the parent process", target),
                                "Make a new connection after fork().");
  }
  if (loss_) {
    throw in_phase(
        FailurePhase::statement,
        DatabaseConnectionError(fmt::format("the connection to {} was lost before: {}", target, loss_->reason),
                                "Make a new connection.", "", true));
  }
  if (wire.phase() == Wire::Phase::closed) {
    throw DatabaseArgumentError(fmt::format("the connection to {} is closed", target), "Make a new connection.");
  }
  if (wire.phase() != Wire::Phase::idle) {
    throw DatabaseArgumentError(
        fmt::format("the connection to {} is busy: another command is already in progress", target),
        "Finish the stream, COPY or pipeline that is open on it first, or use another one.");
  }
}

void Channel::announce(std::string_view sql, std::size_t parameters) {
  if (sql.find('\0') != std::string_view::npos) {
    throw DatabaseArgumentError("a statement holds a zero byte, which PostgreSQL does not allow");
  }
  if (is_readable(hooks.interrupt_fd)) throw DatabaseInterrupted("interrupted before the statement was sent");
  watch_statements(sql, marks);
  echo(sql, parameters);
}

void Channel::note_tag(const Result& result) {
  if (watch_tag(result.command_tag(), marks)) statements.forget_all();
}

void Channel::echo(std::string_view sql, std::size_t parameters) const {
  if (!config.parts().echo || !hooks.log) return;
  base::LogEvent event{"statement", base::LogLevel::info, without_passwords(sql), {}};
  if (parameters > 0) event.fields.emplace_back("parameters", std::to_string(parameters));
  hooks.log(event);
}

void Channel::require_sent(bool sent) {
  if (sent) return;
  if (!wire.usable()) throw_lost(std::nullopt);
  throw DatabaseArgumentError(fmt::format("cannot send the statement: {}", first_line(wire.error_text())));
}

Deadline Channel::command_limit() const {
  const auto limit = config.parts().command_timeout;
  return limit.count() > 0 ? Deadline::after(limit) : Deadline::never();
}

bool Channel::probe() noexcept {
  if (!wire.usable()) return false;
  for (int reads = 0; reads < k_probe_reads && is_readable(wire.socket()); ++reads) {
    if (wire.consume_unasked()) continue;
    const auto& words = wire.last_words();
    words ? lose(words->message, words->sqlstate) : lose("the server closed it while it was idle");
    return false;
  }
  return true;
}

void Channel::lose(std::string_view reason, std::string_view sqlstate) noexcept {
  note_loss(reason, sqlstate);
  wire.close();
}

void Channel::note_loss(std::string_view reason, std::string_view sqlstate) noexcept {
  // What is found out later knows less, unless it has it from the server.
  if (loss_ && sqlstate.empty()) return;
  // A connection that would still work is given up for reasons of its own.
  const bool given_up = sqlstate.empty() && wire.usable();
  const auto verdict = classify(sqlstate, FailurePhase::statement, SocketState::broken);
  loss_.emplace().scope = given_up ? FailureScope::connection : verdict.scope;
  try {
    loss_->reason = reason;
  } catch (...) {
    // Out of memory for a reason: it is lost without one.
  }
}

FailureScope Channel::loss_scope() const noexcept {
  if (loss_) return loss_->scope;
  if (wire.usable() || wire.phase() == Wire::Phase::closed) return FailureScope::connection;
  const auto& words = wire.last_words();
  return classify(words ? words->sqlstate : "", FailurePhase::statement, SocketState::broken).scope;
}

void Channel::deliver_notices() {
  if (!wire.has_notices()) return;
  for (const Notice& notice : wire.take_notices()) {
    if (!hooks.on_notice) continue;
    try {
      hooks.on_notice(notice);
    } catch (...) {
      // Promised not to happen; and half an answer must not stay unread because of it.
    }
  }
}

void Channel::judge(Outcome& outcome) {
  const bool lost = !wire.usable() || (outcome.error && ends_session(*outcome.error));
  if (lost) {
    const auto& words = words_of_loss(outcome.error);
    words ? note_loss(words->message, words->sqlstate) : note_loss("the server did not answer in time", "");
  }
  if (outcome.thrown) std::rethrow_exception(outcome.thrown);
  if (outcome.cut != Cut::none) judge_cut(outcome);
  if (lost && (outcome.error || outcome.cut == Cut::none)) throw_lost(outcome.error);
  if (!outcome.error) return;
  if (outcome.copy_without_data) {
    throw DatabaseArgumentError(
        fmt::format("statement {} is a COPY from standard input, and there is no data for it", outcome.statements + 1),
        "Give the data with ScriptOptions::copy_data.", outcome.error->sqlstate);
  }
  throw_sql_error(std::move(*outcome.error), outcome.statements);
}

/// Returns when the statement was not stopped by the cut: it had ended before, well or with an error of its own.
void Channel::judge_cut(const Outcome& outcome) const {
  if (outcome.cut == Cut::abandon) return;
  const bool cancelled = outcome.error && outcome.error->sqlstate == k_cancelled;
  if (!cancelled && outcome.answered) return;
  const std::string silence = "; the server did not answer the cancel request either, so the connection was closed";
  if (outcome.cut == Cut::interrupt) {
    throw DatabaseInterrupted(
        fmt::format("interrupted: the running statement was cancelled{}", outcome.answered ? "" : silence), "",
        cancelled ? k_cancelled : "");
  }
  const auto seconds = std::chrono::duration<double>(config.parts().command_timeout).count();
  DatabaseTimeoutError late(TimeoutKind::command,
                            fmt::format("the statement took longer than command_timeout ({:g} s) and was cancelled{}",
                                        seconds, outcome.answered ? "" : silence),
                            "Raise command_timeout, or look in pg_stat_activity for what it waits for.",
                            cancelled ? k_cancelled : "");
  if (!outcome.answered) late.set_socket(SocketState::broken);
  throw late;
}

/// What the server said while nothing was asked is nearer to the cause than what libpq noticed afterwards.
const std::optional<ErrorFields>& Channel::words_of_loss(const std::optional<ErrorFields>& error) const {
  const bool knows_little = !error || error->sqlstate.empty();
  return knows_little && wire.last_words() ? wire.last_words() : error;
}

void Channel::throw_lost(const std::optional<ErrorFields>& error) {
  const auto& words = words_of_loss(error);
  const std::string reason = words ? words->message : first_line(wire.error_text());
  const std::string sqlstate = words ? words->sqlstate : "";
  lose(reason, sqlstate);
  const FailureClass verdict = classify(sqlstate, FailurePhase::statement, SocketState::broken);
  if (hooks.log) {
    hooks.log({"connection.lost",
               base::LogLevel::debug,
               reason,
               {{"database", target}, {"sqlstate", sqlstate}, {"scope", std::string(to_string(loss_scope()))}}});
  }
  throw in_phase(FailurePhase::statement,
                 DatabaseConnectionError(fmt::format("the connection to {} was lost: {}", target, reason),
                                         lost_hint(sqlstate), sqlstate, verdict.retryable));
}

}  // namespace migrate::engine::detail
