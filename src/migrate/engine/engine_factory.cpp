#include "migrate/engine/engine_factory.hpp"

#include <fmt/format.h>

namespace migrate::engine {
namespace {

Engine make_engine(const ConnectionConfig& config, const ConnectionHooks& hooks,
                   const SyncEngineFactory::Callbacks& callbacks) {
  Engine engine(config, hooks);
  if (callbacks.empty()) return engine;
  PoolHooks<Connection> of_pool;
  of_pool.connect = [callbacks](Connection& connection) {
    for (const auto& [name, callback] : callbacks) callback(connection);
  };
  engine.set_pool_hooks(std::move(of_pool));
  return engine;
}

}  // namespace

void throw_unconfigured() {
  throw DatabaseArgumentError(
      "an engine was asked for before anybody said which database it is to use",
      "Load the settings first: give the factory a configuration, or call configure_database() at the start of main.");
}

void warn_second_engine(const base::LogSink& log, const ConnectionConfig& config) {
  if (!log) return;
  log({"engine.second",
       base::LogLevel::warning,
       fmt::format("a second engine for {} is made, with other options; each has its own connections", config.uri()),
       {{"database", config.uri()}}});
}

SyncEngineFactory::SyncEngineFactory(EngineFactoryOptions options)
    : CachingEngineFactory(std::move(options), make_engine) {}

SyncEngineFactory::SyncEngineFactory(ConnectionConfig config, ConnectionHooks hooks)
    : SyncEngineFactory(EngineFactoryOptions{.config = std::move(config), .hooks = std::move(hooks)}) {}

bool SyncEngineFactory::close(Deadline deadline) {
  bool drained = true;
  for (Engine& engine : forget()) drained = engine.close(deadline) && drained;
  return drained;
}

}  // namespace migrate::engine
