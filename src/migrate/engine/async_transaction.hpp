#pragma once
#include <asio/awaitable.hpp>
#include <memory>
#include <string>
#include <utility>

#include "migrate/engine/async_connection.hpp"
#include "migrate/engine/async_savepoint.hpp"

namespace migrate::engine {

/// BEGIN … COMMIT as an object that cannot be forgotten; see Transaction. The destructor never commits and never waits:
/// what is open then is rolled back ahead of the connection's next statement, or when its lease ends. The connection
/// object may move.
class [[nodiscard]] AsyncTransaction {
 public:
  /// `mode`: what follows BEGIN, such as ISOLATION LEVEL SERIALIZABLE. Throws DatabaseArgumentError when a transaction
  /// is open already.
  static asio::awaitable<AsyncTransaction> begin(AsyncConnection& connection, std::string mode = {});
  static asio::awaitable<AsyncTransaction> begin(AsyncConnection& connection, TransactionOptions options);
  ~AsyncTransaction();
  AsyncTransaction(AsyncTransaction&& other) noexcept;
  AsyncTransaction(const AsyncTransaction&) = delete;
  AsyncTransaction& operator=(const AsyncTransaction&) = delete;
  AsyncTransaction& operator=(AsyncTransaction&&) = delete;

  /// One statement inside it. Of a lazy transaction the first one carries BEGIN along.
  asio::awaitable<Result> execute(std::string sql, Parameters parameters = {}) {
    return run(state_, std::move(sql), std::move(parameters));
  }
  template <SingleParameter First, typename... Rest>
  asio::awaitable<Result> execute(std::string sql, const First& first, const Rest&... rest) {
    return run(state_, std::move(sql), Parameters::of(first, rest...));
  }
  /// The last statement, with COMMIT in the same round trip (and BEGIN, where that has not gone out). When the
  /// statement or COMMIT fails everything is rolled back; the transaction is over in any case.
  asio::awaitable<Result> execute_and_commit(std::string sql, Parameters parameters = {}) {
    return finish_with(std::move(state_), std::move(sql), std::move(parameters));
  }
  template <SingleParameter First, typename... Rest>
  asio::awaitable<Result> execute_and_commit(std::string sql, const First& first, const Rest&... rest) {
    return finish_with(std::move(state_), std::move(sql), Parameters::of(first, rest...));
  }
  /// A transaction inside this one.
  [[nodiscard]] asio::awaitable<AsyncSavepoint> savepoint();

  /// See Transaction::commit(). Cancelled, it leaves open whether it took effect unless it throws SqlError.
  asio::awaitable<void> commit();
  /// Idempotent.
  asio::awaitable<void> rollback();
  [[nodiscard]] bool open() const noexcept { return state_ != nullptr; }

 private:
  friend class AsyncConnection;
  struct State;
  using SharedState = std::shared_ptr<State>;

  explicit AsyncTransaction(SharedState state);
  static asio::awaitable<AsyncTransaction> start(std::shared_ptr<detail::AsyncChannel> channel, std::string begin,
                                                 bool lazy);
  static asio::awaitable<AsyncSavepoint> nest(SharedState state);
  static asio::awaitable<Result> run(SharedState state, std::string sql, Parameters parameters);
  static asio::awaitable<Result> finish_with(SharedState state, std::string sql, Parameters parameters);

  SharedState state_;
};

}  // namespace migrate::engine
