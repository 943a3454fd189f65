#include "migrate/engine/async_registry.hpp"

#include <asio/execution_context.hpp>
#include <asio/this_coro.hpp>
#include <mutex>
#include <utility>

namespace migrate::engine {
namespace {

/// Lives in an execution context, and ends with it.
class EngineService final : public asio::execution_context::service {
 public:
  using key_type = EngineService;
  static asio::execution_context::id id;

  explicit EngineService(asio::execution_context& context) : asio::execution_context::service(context) {}

  static EngineService& of(const asio::any_io_executor& executor) {
    return asio::use_service<EngineService>(asio::query(executor, asio::execution::context));
  }

  /// One for each set of options that the registry has had: what it is configured with may change.
  std::shared_ptr<AsyncEngineFactory> factory(const asio::any_io_executor& executor) {
    const auto source = current_registry().factory();
    const std::lock_guard lock(mutex_);
    if (factory_ == nullptr || source_.lock() != source) {
      factory_ = std::make_shared<AsyncEngineFactory>(executor, source->options());
      source_ = source;
    }
    return factory_;
  }
  std::shared_ptr<AsyncEngineFactory> take() {
    const std::lock_guard lock(mutex_);
    source_.reset();
    return std::exchange(factory_, nullptr);
  }

 private:
  void shutdown() noexcept override { take().reset(); }

  std::mutex mutex_;
  std::weak_ptr<SyncEngineFactory> source_;
  std::shared_ptr<AsyncEngineFactory> factory_;
};

asio::execution_context::id EngineService::id;

ConnectionConfig completed(ConnectionSettings settings) {
  const auto& known = current_registry().factory()->options().config;
  return {std::move(settings), known ? known->parts() : ConnectionDefaults{}};
}

}  // namespace

std::shared_ptr<AsyncEngineFactory> async_engines(const asio::any_io_executor& executor) {
  return EngineService::of(executor).factory(executor);
}

void reset_async_engines(const asio::any_io_executor& executor) {
  if (const auto factory = EngineService::of(executor).take()) factory->dispose();
}

AsyncEngine get_async_engine(const asio::any_io_executor& executor) {
  return async_engines(executor)->create();
}

AsyncSessionFactory get_async_session_factory(const asio::any_io_executor& executor) {
  return AsyncSessionFactory(get_async_engine(executor));
}

asio::awaitable<AsyncLease> async_connection(ConnectionSettings settings, std::source_location site) {
  return async_connection(completed(std::move(settings)), site);
}

asio::awaitable<AsyncLease> async_connection(ConnectionConfig config, std::source_location site) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const AsyncEngine engine = async_engines(executor)->create_engine(config);
  co_return co_await engine.connect(Deadline::never(), site);
}

asio::awaitable<AsyncSession> async_session(ConnectionSettings settings, std::source_location site) {
  return async_session(completed(std::move(settings)), site);
}

asio::awaitable<AsyncSession> async_session(ConnectionConfig config, std::source_location site) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  co_return AsyncSession(async_engines(executor)->create_engine(config), {}, site);
}

asio::awaitable<AsyncSession> get_async_session(std::source_location site) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  co_return AsyncSession(get_async_engine(executor), {}, site);
}

}  // namespace migrate::engine
