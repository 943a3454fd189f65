#pragma once
#include <asio/any_io_executor.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "migrate/engine/async_engine_factory.hpp"
#include "migrate/engine/async_session_factory.hpp"
#include "migrate/engine/session_factory.hpp"

namespace migrate::engine {

/// One door to the factories of a program. Each of them is made on first use and the same one ever after; so are the
/// engines of those. Thread-safe.
class DatabaseFactory {
 public:
  /// Without an executor there is nothing for coroutines.
  explicit DatabaseFactory(EngineFactoryOptions options = {}, SessionOptions sessions = {})
      : options_(std::move(options)), sessions_(std::move(sessions)) {}
  DatabaseFactory(asio::any_io_executor executor, EngineFactoryOptions options = {}, SessionOptions sessions = {})
      : options_(std::move(options)), sessions_(std::move(sessions)), executor_(std::move(executor)) {}

  [[nodiscard]] std::shared_ptr<SyncEngineFactory> get_sync_engine_factory();
  /// Throws DatabaseArgumentError when the factory has no configuration.
  [[nodiscard]] SessionFactory get_sync_session_factory();
  /// Both throw DatabaseArgumentError when there is no executor.
  [[nodiscard]] std::shared_ptr<AsyncEngineFactory> get_async_engine_factory();
  [[nodiscard]] AsyncSessionFactory get_async_session_factory();

 private:
  EngineFactoryOptions options_;
  SessionOptions sessions_;
  std::optional<asio::any_io_executor> executor_;
  std::mutex mutex_;
  std::shared_ptr<SyncEngineFactory> sync_;
  std::shared_ptr<AsyncEngineFactory> async_;
};

}  // namespace migrate::engine
