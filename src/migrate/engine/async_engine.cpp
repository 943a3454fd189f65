#include "migrate/engine/async_engine.hpp"

#include <utility>

#include "migrate/engine/detail/async_pool.hpp"

namespace migrate::engine {
namespace {

PoolSettings settings_of(const ConnectionConfig& config, const base::LogSink& log) {
  PoolSettings settings;
  settings.options = config.pool();
  settings.database = config.uri();
  settings.log = log;
  return settings;
}

}  // namespace

/// What copies of an engine share. Leases share the pool only, so that this goes with the last copy.
struct AsyncEngine::Core {
  explicit Core(std::shared_ptr<detail::AsyncPool> made) : pool(std::move(made)) {}
  ~Core() { pool->shut(); }
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  const std::shared_ptr<detail::AsyncPool> pool;
};

AsyncEngine::AsyncEngine(ConnectionConfig config, asio::any_io_executor executor, ConnectionHooks hooks) {
  PoolSettings settings = settings_of(config, hooks.log);
  core_ = std::make_shared<Core>(
      std::make_shared<detail::AsyncPool>(std::move(config), executor, std::move(hooks), std::move(settings)));
}

asio::awaitable<AsyncLease> AsyncEngine::connect(Deadline deadline, const std::source_location& site) const {
  return detail::AsyncPool::acquire(core_->pool, deadline, site);
}

const ConnectionConfig& AsyncEngine::config() const noexcept {
  return core_->pool->config();
}

const asio::any_io_executor& AsyncEngine::executor() const noexcept {
  return core_->pool->executor();
}

PoolStatistics AsyncEngine::statistics() const {
  return core_->pool->statistics();
}

void AsyncEngine::set_pool_hooks(AsyncPoolHooks hooks) {
  core_->pool->set_hooks(std::move(hooks));
}

asio::awaitable<std::size_t> AsyncEngine::warm_up(std::size_t count, Deadline deadline) {
  return detail::AsyncPool::warm_up(core_->pool, count, deadline);
}

std::size_t AsyncEngine::retain(const std::function<bool(AsyncConnection&)>& wanted) {
  return core_->pool->retain(wanted);
}

void AsyncEngine::resize(int pool_size, int max_overflow) {
  core_->pool->resize(pool_size, max_overflow);
}

void AsyncEngine::suspend() {
  core_->pool->suspend();
}

void AsyncEngine::resume() {
  core_->pool->resume();
}

asio::awaitable<bool> AsyncEngine::close(Deadline deadline) {
  return detail::AsyncPool::close(core_->pool, deadline);
}

void AsyncEngine::dispose() {
  core_->pool->dispose();
}

void AsyncEngine::abort() {
  core_->pool->abort();
}

}  // namespace migrate::engine
