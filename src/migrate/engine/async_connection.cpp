#include "migrate/engine/async_connection.hpp"

#include <libpq-fe.h>

#include <asio/this_coro.hpp>
#include <utility>

#include "migrate/engine/async_copy.hpp"
#include "migrate/engine/async_row_stream.hpp"
#include "migrate/engine/async_transaction.hpp"
#include "migrate/engine/detail/async_channel.hpp"
#include "migrate/engine/detail/async_connect.hpp"
#include "migrate/engine/detail/batch_run.hpp"
#include "migrate/engine/detail/copy_exchange.hpp"
#include "migrate/engine/detail/message.hpp"
#include "migrate/engine/detail/notification_wait.hpp"
#include "migrate/engine/detail/row_source.hpp"

namespace migrate::engine {
namespace {

using detail::SharedChannel;

// Coroutines own what they use: the connection object may move while they wait.

asio::awaitable<Result> run_prepared(SharedChannel channel, PreparedStatement statement, Parameters parameters) {
  if (!channel->is_clean()) co_await detail::clear_up(channel);
  detail::Query query(*channel->core);
  query.start(statement.statement(), std::move(parameters));
  co_await channel->driver.drive(query);
  co_return query.finish();
}

asio::awaitable<PreparedStatement> run_prepare(SharedChannel channel, std::string sql) {
  if (!channel->is_clean()) co_await detail::clear_up(channel);
  detail::Query query(*channel->core);
  auto statement = channel->core->statements.make(sql);
  query.start_prepare(statement);
  co_await channel->driver.drive(query);
  query.finish();
  co_return PreparedStatement(std::move(statement));
}

asio::awaitable<std::vector<BatchOutcome>> run_batch(SharedChannel channel, Batch batch) {
  if (!channel->is_clean()) co_await detail::clear_up(channel);
  detail::BatchRun run(*channel->core);
  if (batch.size() == 0) co_return std::vector<BatchOutcome>();
  run.start(batch);
  co_await channel->driver.drive(run);
  co_return run.finish();
}

asio::awaitable<AsyncRowStream> open_stream(SharedChannel channel, std::string sql, Parameters parameters) {
  if (!channel->is_clean()) co_await detail::clear_up(channel);
  auto source = std::make_shared<detail::RowSource>(*channel->core);
  source->start(sql, parameters);
  co_return AsyncRowStream(std::move(channel), std::move(source));
}

asio::awaitable<AsyncCopyWriter> open_writer(SharedChannel channel, std::string sql) {
  if (!channel->is_clean()) co_await detail::clear_up(channel);
  auto copy = std::make_shared<detail::CopyIn>(*channel->core);
  copy->start(sql);
  co_await channel->driver.drive(*copy);
  if (!copy->takes_data()) copy->finish();
  co_return AsyncCopyWriter(std::move(channel), std::move(copy));
}

asio::awaitable<AsyncCopyReader> open_reader(SharedChannel channel, std::string sql) {
  if (!channel->is_clean()) co_await detail::clear_up(channel);
  auto copy = std::make_shared<detail::CopyOut>(*channel->core);
  copy->start(sql);
  co_return AsyncCopyReader(std::move(channel), std::move(copy));
}

asio::awaitable<std::size_t> run_script(SharedChannel channel, std::string text, ScriptOptions options) {
  if (!channel->is_clean()) co_await detail::clear_up(channel);
  detail::Message message(*channel->core, options);
  message.start(text);
  co_await channel->driver.drive(message);
  co_return message.finish_script();
}

asio::awaitable<std::optional<Notification>> await_notification(SharedChannel channel, Deadline deadline) {
  if (!channel->is_clean()) co_await detail::clear_up(channel);
  detail::NotificationWait wait(*channel->core, deadline);
  co_await channel->driver.drive(wait);
  co_return wait.finish();
}

asio::awaitable<bool> run_ping(SharedChannel channel, Deadline deadline) {
  if (!channel->core->wire.usable()) co_return false;
  try {
    if (!channel->is_clean()) co_await detail::clear_up(channel);
    detail::Message message(*channel->core, deadline);
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
  return detail::run_message(channel(), std::move(sql));
}

asio::awaitable<Result> AsyncConnection::execute(std::string sql, Parameters parameters) {
  return detail::run_query(channel(), std::move(sql), std::move(parameters), {});
}

asio::awaitable<Result> AsyncConnection::execute_prepared(const PreparedStatement& statement, Parameters parameters) {
  return run_prepared(channel(), statement, std::move(parameters));
}

asio::awaitable<PreparedStatement> AsyncConnection::prepare(std::string sql) {
  return run_prepare(channel(), std::move(sql));
}

void AsyncConnection::set_statement_cache(std::size_t statements) {
  channel()->core->statements.set_capacity(statements);
}

asio::awaitable<std::vector<BatchOutcome>> AsyncConnection::run(Batch batch) {
  return run_batch(channel(), std::move(batch));
}

asio::awaitable<AsyncRowStream> AsyncConnection::stream_rows(std::string sql, Parameters parameters) {
  return open_stream(channel(), std::move(sql), std::move(parameters));
}

asio::awaitable<AsyncCopyWriter> AsyncConnection::copy_in(std::string sql) {
  return open_writer(channel(), std::move(sql));
}

asio::awaitable<AsyncCopyReader> AsyncConnection::copy_out(std::string sql) {
  return open_reader(channel(), std::move(sql));
}

asio::awaitable<std::size_t> AsyncConnection::script(std::string text, ScriptOptions options) {
  return run_script(channel(), std::move(text), std::move(options));
}

asio::awaitable<AsyncTransaction> AsyncConnection::begin(std::string mode) {
  return AsyncTransaction::begin(*this, std::move(mode));
}

asio::awaitable<AsyncTransaction> AsyncConnection::begin(TransactionOptions options) {
  return AsyncTransaction::begin(*this, options);
}

asio::awaitable<std::optional<Notification>> AsyncConnection::wait_notification(Deadline deadline) {
  return await_notification(channel(), deadline);
}

SessionMarks AsyncConnection::session_marks() const noexcept {
  return channel_ != nullptr ? channel_->core->marks : SessionMarks{};
}

void AsyncConnection::clear_session_marks() noexcept {
  if (channel_ != nullptr) channel_->core->marks = {};
}

asio::awaitable<bool> AsyncConnection::rollback_if_open() {
  return detail::roll_back(channel());
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

FailureScope AsyncConnection::loss_scope() const noexcept {
  return channel_ != nullptr ? channel_->core->loss_scope() : FailureScope::connection;
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
  channel()->new_hooks = true;
}

void AsyncConnection::close() noexcept {
  if (channel_ != nullptr) channel_->close();
}

void AsyncConnection::abort() noexcept {
  if (channel_ == nullptr) return;
  channel_->driver.abort([weak = std::weak_ptr(channel_)] {
    if (const SharedChannel channel = weak.lock()) channel->cancel_unheard();
  });
}

}  // namespace migrate::engine
