#pragma once
#include <asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "migrate/engine/async_session_factory.hpp"
#include "migrate/engine/engine_factory.hpp"

namespace migrate::engine {

/// One session for everybody who is given the proxy; ConnectionProxy is its twin for threads.
class AsyncConnectionProxy {
 public:
  using Session = AsyncSession;
  /// What a repository's functions return, see Repository.
  template <typename T>
  using Answer = asio::awaitable<T>;

  explicit AsyncConnectionProxy(AsyncSessionFactory factory)
      : make_([factory = std::move(factory)] { return factory(); }) {}
  /// The engine is asked for with the first connect().
  explicit AsyncConnectionProxy(std::shared_ptr<EngineSource<AsyncEngine>> factory, TransactionOptions options = {})
      : make_([factory = std::move(factory), options] { return AsyncSession(factory->create(), options); }) {}
  ~AsyncConnectionProxy() = default;
  AsyncConnectionProxy(const AsyncConnectionProxy&) = delete;
  AsyncConnectionProxy& operator=(const AsyncConnectionProxy&) = delete;

  /// The session, which leases its connection when it is first used; nothing is to be awaited for that.
  AsyncSession& connect() {
    if (!session_) session_.emplace(make_());
    return *session_;
  }
  /// Rolls back what is open and gives the connection back. Idempotent. The destructor leaves that to the engine.
  asio::awaitable<void> disconnect() {
    if (!session_) co_return;
    AsyncSession session = std::move(*session_);
    session_.reset();
    co_await session.rollback();
  }
  /// The same without waiting: the engine rolls back.
  void abandon() noexcept { session_.reset(); }
  [[nodiscard]] bool connected() const noexcept { return session_.has_value(); }

 private:
  AsyncSessionProvider make_;
  std::optional<AsyncSession> session_;
};

}  // namespace migrate::engine
