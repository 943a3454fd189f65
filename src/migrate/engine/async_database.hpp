#pragma once
#include <asio/awaitable.hpp>
#include <source_location>
#include <type_traits>
#include <utility>

#include "migrate/engine/async_session_factory.hpp"
#include "migrate/engine/database.hpp"

namespace migrate::engine {

/// A database as a program of coroutines sees it; Database is its twin for threads. No I/O before the first session.
/// Thread-safe. Its engine is disposed of with it; `co_await close()` first is the orderly way.
class AsyncDatabase {
 public:
  AsyncDatabase(ConnectionConfig config, asio::any_io_executor executor, DatabaseOptions options = {})
      : AsyncDatabase(AsyncEngine(std::move(config), std::move(executor), options.hooks), options) {}
  /// On an engine that others use too.
  explicit AsyncDatabase(AsyncEngine engine, DatabaseOptions options = {})
      : engine_(std::move(engine)), factory_(engine_, std::move(options.session)), nested_(options.nested) {}

  /// fn(session) -> awaitable<T>: committed when its coroutine returns, rolled back when it throws; its T.
  template <typename Fn>
  std::invoke_result_t<Fn&, AsyncSession&> session(Fn fn,
                                                   const std::source_location& site = std::source_location::current()) {
    return factory_.with(std::move(fn), site);
  }
  /// The same inside of `outer`, as DatabaseOptions::nested says. Unlike threads, coroutines do not know by themselves
  /// in which session they run.
  template <typename Fn>
  std::invoke_result_t<Fn&, AsyncSession&> session(AsyncSession& outer, Fn fn,
                                                   const std::source_location& site = std::source_location::current()) {
    if (nested_ == NestedSession::error) throw_nested_session();
    if (nested_ == NestedSession::separate) return factory_.with(std::move(fn), site);
    return outer.nested(std::move(fn));
  }

  [[nodiscard]] AsyncEngine& engine() noexcept { return engine_; }
  [[nodiscard]] const AsyncSessionFactory& session_factory() const noexcept { return factory_; }

  /// Graceful: see AsyncEngine::close().
  asio::awaitable<bool> close(Deadline deadline = Deadline::never()) { return engine_.close(deadline); }
  /// See AsyncEngine::dispose().
  void dispose() { engine_.dispose(); }

 private:
  AsyncEngine engine_;
  AsyncSessionFactory factory_;
  NestedSession nested_;
};

}  // namespace migrate::engine
