#include "migrate/engine/connection.hpp"

#include <libpq-fe.h>

#include <utility>

#include "migrate/engine/detail/channel.hpp"
#include "migrate/engine/detail/drive_sync.hpp"
#include "migrate/engine/detail/message.hpp"
#include "migrate/engine/transaction.hpp"

namespace migrate::engine {
namespace {

/// ROLLBACK needs no locks and no disk; what takes longer is a server that does not answer.
constexpr std::chrono::seconds k_rollback_limit{10};
/// Messages that came unasked are read at most this often per probe.
constexpr int k_probe_reads = 64;

}  // namespace

Connection::Connection(std::unique_ptr<detail::Channel> channel) : channel_(std::move(channel)) {}
Connection::~Connection() = default;
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;

detail::Channel& Connection::channel() const {
  if (channel_ == nullptr) throw DatabaseArgumentError("use of a connection that was moved from");
  return *channel_;
}

Result Connection::execute(std::string_view sql) {
  detail::Message message(channel());
  message.start(sql);
  detail::drive_sync(message, channel().hooks.interrupt_fd);
  return message.finish();
}

Result Connection::execute(std::string_view sql, std::span<const std::optional<std::string>> parameters) {
  detail::Message message(channel());
  message.start(sql, parameters);
  detail::drive_sync(message, channel().hooks.interrupt_fd);
  return message.finish();
}

std::size_t Connection::script(std::string_view text, const ScriptOptions& options) {
  detail::Message message(channel(), options);
  message.start(text);
  detail::drive_sync(message, channel().hooks.interrupt_fd);
  return message.finish_script();
}

Transaction Connection::begin(std::string_view mode) {
  return Transaction(*this, mode);
}

bool Connection::rollback_if_open() noexcept {
  const TransactionStatus status = transaction_status();
  if (status == TransactionStatus::idle) return true;
  if (status != TransactionStatus::in_transaction && status != TransactionStatus::in_error) return false;
  try {
    detail::Message message(*channel_, Deadline::after(k_rollback_limit));
    message.start_rollback();
    detail::drive_sync(message, -1);
    message.finish();
    return alive();
  } catch (...) {
    return false;
  }
}

TransactionStatus Connection::transaction_status() const noexcept {
  return channel_ != nullptr ? channel_->wire.transaction_status() : TransactionStatus::unknown;
}

bool Connection::alive() const noexcept {
  return channel_ != nullptr && channel_->wire.usable();
}

bool Connection::probe() noexcept {
  if (!alive()) return false;
  detail::Wire& wire = channel_->wire;
  for (int reads = 0; reads < k_probe_reads && detail::is_readable(wire.socket()); ++reads) {
    if (wire.consume_unasked()) continue;
    channel_->lose(wire.last_words() ? std::string_view(wire.last_words()->message)
                                     : "the server closed it while it was idle");
    return false;
  }
  return true;
}

bool Connection::ping(Deadline deadline) noexcept {
  if (!alive()) return false;
  try {
    detail::Message message(*channel_, deadline);
    message.start_ping();
    detail::drive_sync(message, -1);
    message.finish();
    if (alive()) return true;
  } catch (...) {
    // Half an answer may be left: as good as lost.
  }
  channel_->lose("it did not answer a ping");
  return false;
}

int Connection::backend_pid() const noexcept {
  return alive() ? PQbackendPID(channel_->wire.handle()) : 0;
}

int Connection::server_version() const noexcept {
  return alive() ? PQserverVersion(channel_->wire.handle()) : 0;
}

std::optional<std::string> Connection::parameter(std::string_view name) const {
  const char* value = channel().wire.parameter(std::string(name).c_str());
  return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
}

void Connection::set_hooks(ConnectionHooks hooks) {
  channel().hooks = std::move(hooks);
}

void Connection::close() noexcept {
  if (channel_ != nullptr) channel_->wire.close();
}

}  // namespace migrate::engine
