#pragma once
#include <asio/awaitable.hpp>
#include <asio/this_coro.hpp>
#include <exception>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

#include "migrate/engine/async_connection_proxy.hpp"
#include "migrate/engine/repository.hpp"

namespace migrate::engine {

/// Repositories that share one session, and with it one transaction; UnitOfWork is its twin for threads. A destructor
/// never commits. It must stay where it is while a coroutine of it runs.
template <typename... Repositories>
class AsyncUnitOfWork {
 public:
  explicit AsyncUnitOfWork(AsyncSessionFactory factory) : state_(std::make_unique<State>(std::move(factory))) {}
  explicit AsyncUnitOfWork(std::shared_ptr<EngineSource<AsyncEngine>> factory, TransactionOptions options = {})
      : state_(std::make_unique<State>(std::move(factory), options)) {}

  template <typename R>
  [[nodiscard]] R& get() {
    return std::get<R>(state_->repositories);
  }
  /// For what no repository does.
  [[nodiscard]] AsyncSession& session() { return state_->proxy.connect(); }

  /// Throws what AsyncSession::commit() throws. A second commit with nothing done in between does nothing.
  asio::awaitable<void> commit() { return state_->proxy.connect().commit(); }
  /// Idempotent.
  asio::awaitable<void> rollback() { return state_->proxy.disconnect(); }

  /// fn(*this) -> awaitable<T>, then commit(); what its coroutine throws rolls back and reaches the caller. Its T. The
  /// connection goes back to the pool either way.
  template <typename Fn>
  std::invoke_result_t<Fn&, AsyncUnitOfWork&> run(Fn fn) {
    std::exception_ptr thrown;
    try {
      if constexpr (std::is_void_v<typename std::invoke_result_t<Fn&, AsyncUnitOfWork&>::value_type>) {
        co_await fn(*this);
        co_await commit();
        state_->proxy.abandon();
        co_return;
      } else {
        auto value = co_await fn(*this);
        co_await commit();
        state_->proxy.abandon();
        co_return value;
      }
    } catch (...) {
      thrown = std::current_exception();
    }
    // In a coroutine that was cancelled nothing can be awaited; the engine rolls back all the same.
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() == asio::cancellation_type::none) co_await rollback();
    state_->proxy.abandon();
    std::rethrow_exception(thrown);
  }

 private:
  struct State {
    template <typename... Source>
    explicit State(Source&&... source) : proxy(std::forward<Source>(source)...), repositories(Repositories(proxy)...) {}
    AsyncConnectionProxy proxy;
    std::tuple<Repositories...> repositories;
  };

  std::unique_ptr<State> state_;  ///< repositories refer to the proxy, so it stays in its place
};

}  // namespace migrate::engine
