#include "migrate/engine/async_connection.hpp"

#include <libpq-fe.h>

#include <asio/this_coro.hpp>
#include <utility>

#include "migrate/engine/async_transaction.hpp"
#include "migrate/engine/detail/async_channel.hpp"
#include "migrate/engine/detail/async_connect.hpp"
#include "migrate/engine/detail/message.hpp"

namespace migrate::engine {
namespace {

using detail::Message;
using detail::SharedChannel;

/// Coroutines own what they use: the connection object may move while they wait.
asio::awaitable<Result> run(SharedChannel channel, std::string sql) {
  if (!channel->is_clean()) co_await detail::AsyncChannel::clear_up(channel);
  Message message(*channel->core);
  message.start(sql);
  co_await channel->driver.drive(message);
  co_return message.finish();
}

asio::awaitable<Result> run(SharedChannel channel, std::string sql, TextParameters parameters) {
  if (!channel->is_clean()) co_await detail::AsyncChannel::clear_up(channel);
  Message message(*channel->core);
  message.start(sql, parameters);
  co_await channel->driver.drive(message);
  co_return message.finish();
}

asio::awaitable<std::size_t> run_script(SharedChannel channel, std::string text, ScriptOptions options) {
  if (!channel->is_clean()) co_await detail::AsyncChannel::clear_up(channel);
  Message message(*channel->core, options);
  message.start(text);
  co_await channel->driver.drive(message);
  co_return message.finish_script();
}

asio::awaitable<bool> run_ping(SharedChannel channel, Deadline deadline) {
  if (!channel->core->wire.usable()) co_return false;
  try {
    if (!channel->is_clean()) co_await detail::AsyncChannel::clear_up(channel);
    Message message(*channel->core, deadline);
    message.start_ping();
    co_await channel->driver.drive(message);
    message.finish();
    if (channel->core->wire.usable()) co_return true;
  } catch (const DatabaseError&) {
    // Half an answer may be left: as good as lost.
  }
  channel->driver.release();
  channel->core->lose("it did not answer a ping");
  co_return false;
}

}  // namespace

AsyncConnection::AsyncConnection(SharedChannel channel) : channel_(std::move(channel)) {}
AsyncConnection::~AsyncConnection() = default;
AsyncConnection::AsyncConnection(AsyncConnection&&) noexcept = default;
AsyncConnection& AsyncConnection::operator=(AsyncConnection&&) noexcept = default;

asio::awaitable<AsyncConnection> AsyncConnection::connect(ConnectionConfig config, ConnectionHooks hooks,
                                                          Deadline deadline) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  co_return co_await connect_on(executor, std::move(config), std::move(hooks), deadline);
}

asio::awaitable<AsyncConnection> AsyncConnection::connect_on(asio::any_io_executor executor, ConnectionConfig config,
                                                             ConnectionHooks hooks, Deadline deadline) {
  auto opened = co_await detail::async_open(executor, std::move(config), std::move(hooks), deadline);
  co_return AsyncConnection(std::make_shared<detail::AsyncChannel>(std::move(opened), executor));
}

const SharedChannel& AsyncConnection::channel() const {
  if (channel_ == nullptr) throw DatabaseArgumentError("use of a connection that was moved from");
  return channel_;
}

asio::awaitable<Result> AsyncConnection::execute(std::string sql) {
  return run(channel(), std::move(sql));
}

asio::awaitable<Result> AsyncConnection::execute(std::string sql, TextParameters parameters) {
  return run(channel(), std::move(sql), std::move(parameters));
}

asio::awaitable<std::size_t> AsyncConnection::script(std::string text, ScriptOptions options) {
  return run_script(channel(), std::move(text), std::move(options));
}

asio::awaitable<AsyncTransaction> AsyncConnection::begin(std::string mode) {
  return AsyncTransaction::begin(*this, std::move(mode));
}

asio::awaitable<bool> AsyncConnection::rollback_if_open() {
  return detail::AsyncChannel::roll_back(channel());
}

asio::awaitable<bool> AsyncConnection::ping(Deadline deadline) {
  return run_ping(channel(), deadline);
}

TransactionStatus AsyncConnection::transaction_status() const noexcept {
  return channel_ != nullptr ? channel_->core->wire.transaction_status() : TransactionStatus::unknown;
}

bool AsyncConnection::alive() const noexcept {
  return channel_ != nullptr && channel_->core->wire.usable() && channel_->driver.attached();
}

bool AsyncConnection::probe() noexcept {
  return alive() && channel_->core->probe();
}

int AsyncConnection::backend_pid() const noexcept {
  return channel_ != nullptr ? PQbackendPID(channel_->core->wire.handle()) : 0;
}

int AsyncConnection::server_version() const noexcept {
  return channel_ != nullptr ? PQserverVersion(channel_->core->wire.handle()) : 0;
}

std::optional<std::string> AsyncConnection::parameter(std::string_view name) const {
  const char* value = channel()->core->wire.parameter(std::string(name).c_str());
  return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
}

const asio::any_io_executor& AsyncConnection::executor() const {
  return channel()->driver.executor();
}

void AsyncConnection::set_hooks(ConnectionHooks hooks) {
  hooks.interrupt_fd = -1;
  channel()->core->hooks = std::move(hooks);
}

void AsyncConnection::close() noexcept {
  if (channel_ != nullptr) channel_->close();
}

void AsyncConnection::abort() noexcept {
  if (channel_ != nullptr) channel_->driver.abort();
}

}  // namespace migrate::engine
