#include "migrate/engine/connection.hpp"

#include <libpq-fe.h>

#include <utility>

#include "migrate/engine/batch.hpp"
#include "migrate/engine/detail/batch_run.hpp"
#include "migrate/engine/detail/channel.hpp"
#include "migrate/engine/detail/copy_exchange.hpp"
#include "migrate/engine/detail/drive_sync.hpp"
#include "migrate/engine/detail/message.hpp"
#include "migrate/engine/detail/notification_wait.hpp"
#include "migrate/engine/detail/query.hpp"
#include "migrate/engine/detail/row_source.hpp"
#include "migrate/engine/detail/transaction_words.hpp"
#include "migrate/engine/pipeline.hpp"
#include "migrate/engine/session_reset.hpp"
#include "migrate/engine/transaction.hpp"

namespace migrate::engine {
namespace {

/// ROLLBACK needs no locks and no disk; what takes longer is a server that does not answer.
constexpr std::chrono::seconds k_rollback_limit{10};

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
  return execute(sql, Parameters::of_texts(parameters));
}

Result Connection::execute(std::string_view sql, Parameters parameters) {
  return execute_glued(sql, std::move(parameters), {});
}

Result Connection::execute_glued(std::string_view sql, Parameters parameters, detail::Glue glue) {
  detail::Query query(channel());
  query.start(sql, std::move(parameters), std::move(glue));
  detail::drive_sync(query, channel().hooks.interrupt_fd);
  return query.finish();
}

Result Connection::execute_prepared(const PreparedStatement& statement, Parameters parameters) {
  detail::Query query(channel());
  query.start(statement.statement(), std::move(parameters));
  detail::drive_sync(query, channel().hooks.interrupt_fd);
  return query.finish();
}

Result Connection::execute_alone(const TransactionOptions& options, std::string_view sql, Parameters parameters) {
  Transaction transaction(*this, detail::begin_statement(options), true);
  return transaction.finish_with(sql, std::move(parameters));
}

PreparedStatement Connection::prepare(std::string_view sql) {
  detail::Query query(channel());
  auto statement = channel().statements.make(sql);
  query.start_prepare(statement);
  detail::drive_sync(query, channel().hooks.interrupt_fd);
  query.finish();
  return PreparedStatement(std::move(statement));
}

void Connection::set_statement_cache(std::size_t statements) {
  channel().statements.set_capacity(statements);
}

std::vector<BatchOutcome> Connection::run(const Batch& batch) {
  detail::BatchRun run(channel());
  if (batch.size() == 0) return {};
  run.start(batch);
  detail::drive_sync(run, channel().hooks.interrupt_fd);
  return run.finish();
}

Pipeline Connection::pipeline() {
  return Pipeline(*this);
}

RowStream Connection::stream_rows(std::string_view sql, const Parameters& parameters) {
  auto source = std::make_unique<detail::RowSource>(channel());
  source->start(sql, parameters);
  return {channel(), std::move(source)};
}

CopyWriter Connection::copy_in(std::string_view sql) {
  auto copy = std::make_unique<detail::CopyIn>(channel());
  copy->start(sql);
  detail::drive_sync(*copy, channel().hooks.interrupt_fd);
  if (!copy->takes_data()) copy->finish();
  return {channel(), std::move(copy)};
}

CopyReader Connection::copy_out(std::string_view sql) {
  auto copy = std::make_unique<detail::CopyOut>(channel());
  copy->start(sql);
  return {channel(), std::move(copy)};
}

std::optional<Notification> Connection::wait_notification(Deadline deadline) {
  detail::NotificationWait wait(channel(), deadline);
  detail::drive_sync(wait, channel().hooks.interrupt_fd);
  return wait.finish();
}

SessionMarks Connection::session_marks() const noexcept {
  return channel_ != nullptr ? channel_->marks : SessionMarks{};
}

void Connection::clear_session_marks() noexcept {
  if (channel_ != nullptr) channel_->marks = {};
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

Transaction Connection::begin(const TransactionOptions& options) {
  return Transaction(*this, options);
}

bool Connection::rollback_if_open() noexcept {
  const TransactionStatus status = transaction_status();
  if (status == TransactionStatus::idle) return true;
  if (status != TransactionStatus::in_transaction && status != TransactionStatus::in_error) return false;
  return run_quietly("ROLLBACK");
}

bool Connection::reset_session(ResetPolicy policy) noexcept {
  if (!rollback_if_open() || transaction_status() != TransactionStatus::idle) return false;
  try {
    const std::string message = reset_message(policy, session_marks());
    if (message.empty()) return true;
    if (!run_quietly(message)) return false;
    clear_session_marks();
    return transaction_status() == TransactionStatus::idle;
  } catch (...) {
    return false;
  }
}

bool Connection::run_quietly(std::string_view sql) noexcept {
  try {
    detail::Message message(channel(), Deadline::after(k_rollback_limit));
    message.start_quietly(sql);
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

FailureScope Connection::loss_scope() const noexcept {
  return channel_ != nullptr ? channel_->loss_scope() : FailureScope::connection;
}

bool Connection::probe() noexcept {
  return channel_ != nullptr && channel_->probe();
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

void Connection::allow_abort() noexcept {
  if (!alive()) return;
  channel_->abort_socket.open(channel_->wire.socket());
  channel_->cancel_key = detail::cancel_key(channel_->wire.handle());
}

void Connection::abort() const noexcept {
  if (channel_ == nullptr) return;
  channel_->abort_socket.shut();
  // Its thread goes on by itself. Without it the server would finish the statement before it sees that we are gone.
  const detail::Canceller canceller(channel_->cancel_key);
}

}  // namespace migrate::engine
