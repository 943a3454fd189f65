#pragma once
#include <asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <source_location>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "migrate/engine/async_engine.hpp"
#include "migrate/engine/async_transaction.hpp"
#include "migrate/engine/session_options.hpp"

namespace migrate::engine {

/// A conversation with the database, in transactions that begin by themselves; Session is its twin for threads. Used
/// by one coroutine at a time. Its end never waits: what is not committed then is rolled back by the engine before the
/// connection has its next user.
class [[nodiscard]] AsyncSession {
 public:
  /// No I/O. `site` is told in the pool's reports of leaks and exhaustion.
  explicit AsyncSession(AsyncEngine engine, TransactionOptions options = {},
                        const std::source_location& site = std::source_location::current());
  ~AsyncSession();
  AsyncSession(AsyncSession&&) noexcept;
  AsyncSession(const AsyncSession&) = delete;
  AsyncSession& operator=(const AsyncSession&) = delete;
  AsyncSession& operator=(AsyncSession&&) = delete;

  /// One statement with values for $1, $2 …, which are encoded before the call returns.
  template <typename... T>
  asio::awaitable<Result> execute(std::string sql, const T&... values) {
    return execute(std::move(sql), Parameters::of(values...));
  }
  asio::awaitable<Result> execute(std::string sql, Parameters parameters);
  /// The last statement of the transaction, with COMMIT in the same round trip; of a new session the only one, with
  /// BEGIN too.
  template <typename... T>
  asio::awaitable<Result> execute_and_commit(std::string sql, const T&... values) {
    return execute_and_commit(std::move(sql), Parameters::of(values...));
  }
  asio::awaitable<Result> execute_and_commit(std::string sql, Parameters parameters);

  /// execute() and what Result makes of the rows: values, tuples, structs with RowFields.
  template <typename V, typename... T>
  [[nodiscard]] asio::awaitable<V> scalar(std::string sql, const T&... values) {
    return read(execute(std::move(sql), values...), [](const Result& result) { return result.scalar<V>(); });
  }
  template <typename V, typename... T>
  [[nodiscard]] asio::awaitable<std::optional<V>> scalar_or_none(std::string sql, const T&... values) {
    return read(execute(std::move(sql), values...), [](const Result& result) { return result.scalar_or_none<V>(); });
  }
  template <typename V, typename... T>
  [[nodiscard]] asio::awaitable<V> one(std::string sql, const T&... values) {
    return read(execute(std::move(sql), values...), [](const Result& result) { return result.one<V>(); });
  }
  template <typename V, typename... T>
  [[nodiscard]] asio::awaitable<std::optional<V>> one_or_none(std::string sql, const T&... values) {
    return read(execute(std::move(sql), values...), [](const Result& result) { return result.one_or_none<V>(); });
  }
  template <typename V, typename... T>
  [[nodiscard]] asio::awaitable<std::vector<V>> query(std::string sql, const T&... values) {
    return read(execute(std::move(sql), values...), [](const Result& result) { return result.as<V>(); });
  }

  /// A savepoint; see Session::begin_nested().
  [[nodiscard]] asio::awaitable<AsyncSavepoint> begin_nested();
  /// fn(session) in a savepoint: kept when fn's coroutine returns, undone when it throws. Inside, commit(), rollback()
  /// and close() are refused. The session must stay where it is until then.
  template <typename Fn>
  std::invoke_result_t<Fn&, AsyncSession&> nested(Fn fn) {
    AsyncSavepoint savepoint = co_await begin_nested();
    const Nesting nesting(state_);
    if constexpr (std::is_void_v<typename std::invoke_result_t<Fn&, AsyncSession&>::value_type>) {
      co_await fn(*this);
      co_await savepoint.commit();
    } else {
      auto value = co_await fn(*this);
      co_await savepoint.commit();
      co_return value;
    }
  }

  /// Nothing when no transaction has begun. Throws what AsyncTransaction::commit() throws; the transaction is over
  /// then.
  asio::awaitable<void> commit();
  /// Idempotent. Throws only in a nested session, and when it is cancelled.
  asio::awaitable<void> rollback();
  /// rollback(), and no more use: later statements throw DatabaseArgumentError. Idempotent.
  asio::awaitable<void> close();
  [[nodiscard]] bool in_transaction() const noexcept;
  /// The connection of the transaction, which is begun, for what a session has no word for. Valid until it ends.
  [[nodiscard]] asio::awaitable<AsyncConnection*> connection();
  [[nodiscard]] const AsyncEngine& engine() const noexcept;

 private:
  struct State;
  using SharedState = std::shared_ptr<State>;  ///< a coroutine under way owns what it uses

  class Nesting {
   public:
    explicit Nesting(SharedState state) noexcept;
    ~Nesting();
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    SharedState state_;
  };

  template <typename Read>
  static asio::awaitable<std::invoke_result_t<Read&, const Result&>> read(asio::awaitable<Result> running, Read read) {
    const Result result = co_await std::move(running);
    co_return read(result);
  }
  static asio::awaitable<void> begin(SharedState state, bool lazy);
  static asio::awaitable<Result> run(SharedState state, std::string sql, Parameters parameters);
  static asio::awaitable<Result> finish_with(SharedState state, std::string sql, Parameters parameters);
  static asio::awaitable<AsyncSavepoint> nest(SharedState state);
  static asio::awaitable<void> commit_on(SharedState state);
  static asio::awaitable<void> roll_back(SharedState state, bool closing);
  static asio::awaitable<AsyncConnection*> connection_of(SharedState state);
  [[nodiscard]] const SharedState& state() const;

  SharedState state_;
};

}  // namespace migrate::engine
