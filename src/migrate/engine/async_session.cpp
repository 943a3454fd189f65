#include "migrate/engine/async_session.hpp"

#include <fmt/format.h>

#include <string_view>

namespace migrate::engine {

struct AsyncSession::State {
  AsyncEngine engine;
  TransactionOptions options;
  std::source_location site;
  AsyncLease lease{};
  std::optional<AsyncTransaction> transaction{};
  int nesting = 0;
  bool closed = false;

  /// Never waits: the engine rolls back what is open.
  void end() noexcept {
    transaction.reset();
    lease.release();
  }
  void refuse_when_nested(std::string_view what) const {
    if (nesting == 0) return;
    throw DatabaseArgumentError(fmt::format("{} inside of a nested session", what),
                                "Return from the nested function to keep its work, or throw to undo it.");
  }
};

AsyncSession::AsyncSession(AsyncEngine engine, TransactionOptions options, const std::source_location& site)
    : state_(std::make_shared<State>(State{std::move(engine), options, site})) {}

AsyncSession::~AsyncSession() {
  if (state_ != nullptr) state_->end();
}

AsyncSession::AsyncSession(AsyncSession&&) noexcept = default;

AsyncSession::Nesting::Nesting(SharedState state) noexcept : state_(std::move(state)) {
  ++state_->nesting;
}

AsyncSession::Nesting::~Nesting() {
  --state_->nesting;
}

const AsyncSession::SharedState& AsyncSession::state() const {
  if (state_ == nullptr) throw DatabaseArgumentError("use of a session that was moved from");
  return state_;
}

asio::awaitable<void> AsyncSession::begin(SharedState state, bool lazy) {
  if (state->transaction) co_return;
  if (state->closed) {
    throw DatabaseArgumentError("use of a session that is closed", "Take a new one from its factory.");
  }
  if (!state->lease) {
    AsyncLease lease = co_await state->engine.connect(Deadline::never(), state->site);
    state->lease = std::move(lease);
  }
  TransactionOptions options = state->options;
  options.lazy = lazy;
  try {
    AsyncTransaction transaction = co_await AsyncTransaction::begin(*state->lease, options);
    state->transaction.emplace(std::move(transaction));
  } catch (...) {
    state->end();
    throw;
  }
}

asio::awaitable<Result> AsyncSession::run(SharedState state, std::string sql, Parameters parameters) {
  co_await begin(state, true);
  co_return co_await state->transaction->execute(std::move(sql), std::move(parameters));
}

asio::awaitable<Result> AsyncSession::finish_with(SharedState state, std::string sql, Parameters parameters) {
  state->refuse_when_nested("execute_and_commit()");
  co_await begin(state, true);
  try {
    Result result = co_await state->transaction->execute_and_commit(std::move(sql), std::move(parameters));
    state->end();
    co_return result;
  } catch (...) {
    state->end();
    throw;
  }
}

asio::awaitable<AsyncSavepoint> AsyncSession::nest(SharedState state) {
  co_await begin(state, true);
  co_return co_await state->transaction->savepoint();
}

asio::awaitable<void> AsyncSession::commit_on(SharedState state) {
  state->refuse_when_nested("commit()");
  if (!state->transaction) co_return;
  try {
    co_await state->transaction->commit();
  } catch (...) {
    state->end();
    throw;
  }
  state->end();
}

asio::awaitable<void> AsyncSession::roll_back(SharedState state, bool closing) {
  state->refuse_when_nested(closing ? "close()" : "rollback()");
  if (closing) state->closed = true;
  if (!state->transaction) co_return;
  try {
    co_await state->transaction->rollback();
  } catch (const DatabaseInterrupted&) {
    state->end();
    throw;
  } catch (const DatabaseError&) {
    // The connection is lost, and with it what was not committed.
  }
  state->end();
}

asio::awaitable<AsyncConnection*> AsyncSession::connection_of(SharedState state) {
  // A transaction whose first statement never left has not begun.
  if (state->transaction && state->lease->transaction_status() == TransactionStatus::idle) state->transaction.reset();
  co_await begin(state, false);
  co_return &*state->lease;
}

asio::awaitable<Result> AsyncSession::execute(std::string sql, Parameters parameters) {
  return run(state(), std::move(sql), std::move(parameters));
}

asio::awaitable<Result> AsyncSession::execute_and_commit(std::string sql, Parameters parameters) {
  return finish_with(state(), std::move(sql), std::move(parameters));
}

asio::awaitable<AsyncSavepoint> AsyncSession::begin_nested() {
  return nest(state());
}

asio::awaitable<void> AsyncSession::commit() {
  return commit_on(state());
}

asio::awaitable<void> AsyncSession::rollback() {
  return roll_back(state(), false);
}

asio::awaitable<void> AsyncSession::close() {
  return roll_back(state(), true);
}

bool AsyncSession::in_transaction() const noexcept {
  return state_ != nullptr && state_->transaction.has_value();
}

asio::awaitable<AsyncConnection*> AsyncSession::connection() {
  return connection_of(state());
}

const AsyncEngine& AsyncSession::engine() const noexcept {
  return state_->engine;
}

}  // namespace migrate::engine
