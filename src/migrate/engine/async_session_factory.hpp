#pragma once
#include <asio/awaitable.hpp>
#include <asio/this_coro.hpp>
#include <functional>
#include <source_location>
#include <string>
#include <type_traits>
#include <utility>

#include "migrate/engine/async_retry.hpp"
#include "migrate/engine/async_session.hpp"

namespace migrate::engine {

/// Makes sessions for coroutines; SessionFactory is its twin for threads. Cheap to copy. Thread-safe.
class AsyncSessionFactory {
 public:
  explicit AsyncSessionFactory(AsyncEngine engine, SessionOptions options = {})
      : engine_(std::move(engine)), options_(std::move(options)) {}

  /// A session that commits when it is told to.
  [[nodiscard]] AsyncSession operator()(const std::source_location& site = std::source_location::current()) const {
    return AsyncSession(engine_, options_.transaction, site);
  }

  /// fn(session) -> awaitable<T>: committed when its coroutine returns, rolled back when it throws; its T. With
  /// SessionOptions::retry, again when the server rolled the transaction back to let another one pass. A lambda that
  /// captures more than references should have a name: GCC 12 destroys the captures of a temporary one twice.
  template <typename Fn>
  std::invoke_result_t<Fn&, AsyncSession&> with(
      Fn fn, const std::source_location& site = std::source_location::current()) const {
    Transacted<Fn> transacted{engine_, options_.transaction, site, std::move(fn)};
    if (options_.retry.retries == 0) return once(std::move(transacted));
    return async_retry(
        options_.retry, Deadline::never(), std::move(transacted),
        [](const DatabaseError& error) { return classify(error).rolled_back; },
        with_log(options_.seams, options_.log, "transaction"));
  }
  /// A transaction of one statement, in one round trip.
  template <typename... T>
  asio::awaitable<Result> execute(std::string sql, const T&... values) const {
    AsyncSession session(engine_, options_.transaction);
    return run_alone(std::move(session), std::move(sql), Parameters::of(values...));
  }

  [[nodiscard]] AsyncSessionFactory with_options(SessionOptions options) const {
    return AsyncSessionFactory(engine_, std::move(options));
  }
  [[nodiscard]] const AsyncEngine& engine() const noexcept { return engine_; }
  [[nodiscard]] const SessionOptions& options() const noexcept { return options_; }

 private:
  /// One run of a function in a session of its own.
  template <typename Fn>
  struct Transacted {
    AsyncEngine engine;
    TransactionOptions options;
    std::source_location site;
    Fn fn;

    std::invoke_result_t<Fn&, AsyncSession&> operator()(int) {
      AsyncSession session(engine, options, site);
      std::exception_ptr thrown;
      try {
        if constexpr (std::is_void_v<typename std::invoke_result_t<Fn&, AsyncSession&>::value_type>) {
          co_await fn(session);
          co_await session.commit();
          co_return;
        } else {
          auto value = co_await fn(session);
          co_await session.commit();
          co_return value;
        }
      } catch (...) {
        thrown = std::current_exception();
      }
      // In a coroutine that was cancelled nothing can be awaited; the engine rolls back all the same.
      const auto cancellation = co_await asio::this_coro::cancellation_state;
      if (cancellation.cancelled() == asio::cancellation_type::none) co_await session.rollback();
      std::rethrow_exception(thrown);
    }
  };

  template <typename Fn>
  static std::invoke_result_t<Fn&, AsyncSession&> once(Transacted<Fn> transacted) {
    co_return co_await transacted(1);
  }
  static asio::awaitable<Result> run_alone(AsyncSession session, std::string sql, Parameters parameters) {
    co_return co_await session.execute_and_commit(std::move(sql), std::move(parameters));
  }

  AsyncEngine engine_;
  SessionOptions options_;
};

/// What code that needs a session asks for; an AsyncSessionFactory is one.
using AsyncSessionProvider = std::function<AsyncSession()>;

}  // namespace migrate::engine
