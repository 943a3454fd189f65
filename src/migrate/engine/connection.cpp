#include "migrate/engine/connection.hpp"

#include <libpq-fe.h>

#include <utility>

#include "migrate/engine/detail/connection_state.hpp"
#include "migrate/engine/detail/drive_sync.hpp"
#include "migrate/engine/transaction.hpp"

namespace migrate::engine {
namespace {

/// ROLLBACK needs no locks and no disk; what takes longer is a server that does not answer.
constexpr std::chrono::seconds k_rollback_limit{10};
/// Messages that came unasked are read at most this often per probe.
constexpr int k_probe_reads = 64;

}  // namespace

Connection::Connection(std::unique_ptr<State> state) : state_(std::move(state)) {}
Connection::~Connection() = default;
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;

Connection::State& Connection::state() const {
  if (state_ == nullptr) throw DatabaseArgumentError("use of a connection that was moved from");
  return *state_;
}

Result Connection::execute(std::string_view sql) {
  State& now = state();
  now.prepare(sql);
  now.echo(sql, 0);
  auto outcome = now.finish(now.wire.start(std::string(sql)), {});
  return std::move(outcome.last).value();
}

Result Connection::execute(std::string_view sql, std::span<const std::optional<std::string>> parameters) {
  State& now = state();
  now.prepare(sql);
  for (const auto& parameter : parameters) {
    if (parameter && parameter->find('\0') != std::string::npos) {
      throw DatabaseArgumentError("a parameter holds a zero byte, which no text of PostgreSQL may");
    }
  }
  now.echo(sql, parameters.size());
  auto outcome = now.finish(now.wire.start(std::string(sql), parameters), {});
  return std::move(outcome.last).value();
}

std::size_t Connection::script(std::string_view text, const ScriptOptions& options) {
  State& now = state();
  now.prepare(text);
  now.echo(text, 0);
  return now.finish(now.wire.start(std::string(text)), options).statements;
}

Transaction Connection::begin(std::string_view mode) {
  return Transaction(*this, mode);
}

bool Connection::rollback_if_open() noexcept {
  const TransactionStatus status = transaction_status();
  if (status == TransactionStatus::idle) return true;
  if (status != TransactionStatus::in_transaction && status != TransactionStatus::in_error) return false;
  try {
    state_->echo("ROLLBACK", 0);
    return state_->finish_quietly(state_->wire.start("ROLLBACK"), Deadline::after(k_rollback_limit));
  } catch (...) {
    return false;
  }
}

TransactionStatus Connection::transaction_status() const noexcept {
  return state_ != nullptr ? state_->wire.transaction_status() : TransactionStatus::unknown;
}

bool Connection::alive() const noexcept {
  return state_ != nullptr && state_->wire.usable();
}

bool Connection::probe() noexcept {
  if (!alive()) return false;
  detail::Wire& wire = state_->wire;
  for (int reads = 0; reads < k_probe_reads && detail::is_readable(wire.socket()); ++reads) {
    if (wire.consume_unasked()) continue;
    try {
      state_->lost_reason = wire.last_words() ? wire.last_words()->message : "the server closed it while it was idle";
    } catch (...) {
      // Out of memory for a reason: prepare() then calls the connection closed.
    }
    wire.close();
    return false;
  }
  return true;
}

bool Connection::ping(Deadline deadline) noexcept {
  if (!alive()) return false;
  detail::Wire& wire = state_->wire;
  try {
    bool answering = wire.start("");
    while (answering) {
      answering = detail::drive_sync(wire, deadline, -1) == detail::DriveEnd::done;
      if (answering && wire.next() == nullptr) break;
    }
    if (answering && wire.usable()) return true;
    state_->lost_reason = "it did not answer a ping";
  } catch (...) {
    // Half an answer may be left: as good as lost.
  }
  wire.close();
  return false;
}

int Connection::backend_pid() const noexcept {
  return alive() ? PQbackendPID(state_->wire.handle()) : 0;
}

int Connection::server_version() const noexcept {
  return alive() ? PQserverVersion(state_->wire.handle()) : 0;
}

std::optional<std::string> Connection::parameter(std::string_view name) const {
  const char* value = state().wire.parameter(std::string(name).c_str());
  return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
}

void Connection::set_hooks(ConnectionHooks hooks) {
  state().hooks = std::move(hooks);
}

void Connection::close() noexcept {
  if (state_ != nullptr) state_->wire.close();
}

}  // namespace migrate::engine
