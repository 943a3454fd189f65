#include "migrate/engine/database_factory.hpp"

namespace migrate::engine {

std::shared_ptr<SyncEngineFactory> DatabaseFactory::get_sync_engine_factory() {
  const std::lock_guard lock(mutex_);
  if (sync_ == nullptr) sync_ = std::make_shared<SyncEngineFactory>(options_);
  return sync_;
}

SessionFactory DatabaseFactory::get_sync_session_factory() {
  return SessionFactory(get_sync_engine_factory()->create(), sessions_);
}

std::shared_ptr<AsyncEngineFactory> DatabaseFactory::get_async_engine_factory() {
  const std::lock_guard lock(mutex_);
  if (!executor_) {
    throw DatabaseArgumentError("an engine for coroutines was asked of a DatabaseFactory that has no executor",
                                "Give it one: DatabaseFactory(context.get_executor(), …).");
  }
  if (async_ == nullptr) async_ = std::make_shared<AsyncEngineFactory>(*executor_, options_);
  return async_;
}

AsyncSessionFactory DatabaseFactory::get_async_session_factory() {
  return AsyncSessionFactory(get_async_engine_factory()->create(), sessions_);
}

}  // namespace migrate::engine
