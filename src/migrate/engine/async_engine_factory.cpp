#include "migrate/engine/async_engine_factory.hpp"

namespace migrate::engine {
namespace {

using Callbacks = AsyncEngineFactory::Callbacks;

asio::awaitable<void> run_all(const Callbacks& callbacks, AsyncConnection& connection) {
  for (const auto& [name, callback] : callbacks) co_await callback(connection);
}

AsyncEngineFactory::Make maker(asio::any_io_executor executor) {
  return [executor = std::move(executor)](const ConnectionConfig& config, const ConnectionHooks& hooks,
                                          const Callbacks& callbacks) {
    AsyncEngine engine(config, executor, hooks);
    if (callbacks.empty()) return engine;
    AsyncPoolHooks of_pool;
    of_pool.prepare = [callbacks](AsyncConnection& connection) { return run_all(callbacks, connection); };
    engine.set_pool_hooks(std::move(of_pool));
    return engine;
  };
}

}  // namespace

AsyncEngineFactory::AsyncEngineFactory(asio::any_io_executor executor, EngineFactoryOptions options)
    : CachingEngineFactory(std::move(options), maker(std::move(executor))) {}

AsyncEngineFactory::AsyncEngineFactory(asio::any_io_executor executor, ConnectionConfig config, ConnectionHooks hooks)
    : AsyncEngineFactory(std::move(executor),
                         EngineFactoryOptions{.config = std::move(config), .hooks = std::move(hooks)}) {}

asio::awaitable<bool> AsyncEngineFactory::close(Deadline deadline) {
  bool drained = true;
  std::vector<AsyncEngine> closing = forget();
  for (AsyncEngine& engine : closing) {
    const bool empty = co_await engine.close(deadline);
    drained = empty && drained;
  }
  co_return drained;
}

}  // namespace migrate::engine
