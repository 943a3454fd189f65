#pragma once
#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <utility>

#include "migrate/engine/async_engine.hpp"
#include "migrate/engine/engine_factory.hpp"

namespace migrate::engine {

/// Makes engines for coroutines, which drive their connections on the factory's executor. Callbacks on new connections
/// are awaited.
class AsyncEngineFactory : public CachingEngineFactory<AsyncEngine, asio::awaitable<void>(AsyncConnection&)> {
 public:
  explicit AsyncEngineFactory(asio::any_io_executor executor, EngineFactoryOptions options = {});
  AsyncEngineFactory(asio::any_io_executor executor, ConnectionConfig config, ConnectionHooks hooks = {});
  /// Closes every engine gracefully and forgets it; false when one had leases out at the deadline. The factory must
  /// live until then.
  asio::awaitable<bool> close(Deadline deadline = Deadline::never());
};

}  // namespace migrate::engine
