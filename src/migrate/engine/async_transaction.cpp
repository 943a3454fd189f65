#include "migrate/engine/async_transaction.hpp"

#include <utility>

#include "migrate/engine/detail/async_channel.hpp"
#include "migrate/engine/detail/transaction_words.hpp"

namespace migrate::engine {

using detail::SharedChannel;

/// Shared with the coroutines of its statements, so that the transaction object may move meanwhile.
struct AsyncTransaction::State {
  SharedChannel channel;
  std::string begin;  ///< still to be sent; empty: it has been

  [[nodiscard]] TransactionStatus status() const noexcept { return channel->core->wire.transaction_status(); }
};

namespace {

asio::awaitable<void> send_commit(SharedChannel channel) {
  if (!channel->is_clean()) co_await detail::clear_up(channel);
  if (channel->core->wire.transaction_status() == TransactionStatus::idle) throw detail::nothing_to_commit(true);
  std::string tag;
  try {
    const Result result = co_await detail::run_message(channel, "COMMIT");
    tag = result.command_tag();
  } catch (const DatabaseConnectionError& error) {
    throw detail::commit_in_doubt(error);
  } catch (DatabaseError& error) {
    // Refused by a deferred constraint it is over already; cancelled before it took effect it is still open.
    error.set_phase(FailurePhase::commit);
    channel->rollback_due = true;
    throw;
  }
  if (tag == "ROLLBACK") throw detail::rolled_back();
}

}  // namespace

AsyncTransaction::AsyncTransaction(SharedState state) : state_(std::move(state)) {}

AsyncTransaction::~AsyncTransaction() {
  if (state_ != nullptr && state_->begin.empty()) state_->channel->rollback_due = true;
}

AsyncTransaction::AsyncTransaction(AsyncTransaction&&) noexcept = default;

asio::awaitable<AsyncTransaction> AsyncTransaction::begin(AsyncConnection& connection, std::string mode) {
  return start(connection.channel(), detail::begin_statement(mode), false);
}

asio::awaitable<AsyncTransaction> AsyncTransaction::begin(AsyncConnection& connection, TransactionOptions options) {
  return start(connection.channel(), detail::begin_statement(options), options.lazy);
}

asio::awaitable<AsyncTransaction> AsyncTransaction::start(SharedChannel channel, std::string begin, bool lazy) {
  if (!channel->is_clean()) co_await detail::clear_up(channel);
  detail::require_no_transaction(channel->core->wire.transaction_status());
  auto state = std::make_shared<State>();
  state->channel = channel;
  if (lazy) state->begin = begin;
  // A BEGIN that is cancelled may have taken effect: the object rolls it back.
  AsyncTransaction transaction(std::move(state));
  if (!lazy) co_await detail::run_message(channel, std::move(begin));
  co_return transaction;
}

asio::awaitable<Result> AsyncTransaction::run(SharedState state, std::string sql, Parameters parameters) {
  if (state == nullptr) throw DatabaseArgumentError("use of a transaction that has ended already");
  if (state->begin.empty() && parameters.size() == 0) {
    co_return co_await detail::run_message(state->channel, std::move(sql));
  }
  const std::string begin = std::exchange(state->begin, {});
  detail::Glue glue;
  glue.begin = begin;
  try {
    co_return co_await detail::run_query(state->channel, std::move(sql), std::move(parameters), std::move(glue));
  } catch (...) {
    if (detail::is_still_to_begin(state->status())) state->begin = begin;
    throw;
  }
}

asio::awaitable<Result> AsyncTransaction::finish_with(SharedState state, std::string sql, Parameters parameters) {
  if (state == nullptr) throw DatabaseArgumentError("use of a transaction that has ended already");
  const SharedChannel channel = state->channel;
  if (!channel->is_clean()) co_await detail::clear_up(channel);
  if (state->begin.empty() && state->status() == TransactionStatus::idle) throw detail::nothing_to_commit(true);
  detail::Glue glue;
  glue.begin = std::exchange(state->begin, {});
  glue.commit = true;
  try {
    co_return co_await detail::run_query(channel, std::move(sql), std::move(parameters), std::move(glue));
  } catch (...) {
    channel->rollback_due = true;
    throw;
  }
}

asio::awaitable<Result> AsyncConnection::execute_alone(TransactionOptions options, std::string sql,
                                                       Parameters parameters) {
  auto state = std::make_shared<AsyncTransaction::State>();
  state->channel = channel();
  state->begin = detail::begin_statement(options);
  return AsyncTransaction::finish_with(std::move(state), std::move(sql), std::move(parameters));
}

asio::awaitable<AsyncSavepoint> AsyncTransaction::nest(SharedState state) {
  if (state == nullptr) throw DatabaseArgumentError("use of a transaction that has ended already");
  const std::string begin = std::exchange(state->begin, {});
  try {
    co_return co_await AsyncSavepoint::start(state->channel, begin);
  } catch (...) {
    if (detail::is_still_to_begin(state->status())) state->begin = begin;
    throw;
  }
}

asio::awaitable<AsyncSavepoint> AsyncTransaction::savepoint() {
  return nest(state_);
}

asio::awaitable<void> AsyncTransaction::commit() {
  if (state_ == nullptr) throw detail::nothing_to_commit(false);
  const SharedState state = std::exchange(state_, nullptr);
  if (state->begin.empty()) co_await send_commit(state->channel);
}

asio::awaitable<void> AsyncTransaction::rollback() {
  const SharedState state = std::exchange(state_, nullptr);
  if (state == nullptr || !state->begin.empty()) co_return;
  state->channel->rollback_due = true;
  co_await detail::clear_up(state->channel);
}

}  // namespace migrate::engine
