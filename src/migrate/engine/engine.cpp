#include "migrate/engine/engine.hpp"

#include <utility>

#include "migrate/engine/pool.hpp"

namespace migrate::engine {
namespace {

/// What the pool needs to know of PostgreSQL.
class PostgresSource {
 public:
  using Connection = engine::Connection;

  PostgresSource(ConnectionConfig config, ConnectionHooks hooks)
      : config_(std::move(config)), hooks_(std::move(hooks)) {}

  [[nodiscard]] Connection create(Deadline deadline) const { return Connection::connect(config_, hooks_, deadline); }
  static bool alive(Connection& connection) noexcept { return connection.alive(); }
  static bool probe(Connection& connection) noexcept { return connection.probe(); }
  static bool ping(Connection& connection, Deadline deadline) noexcept { return connection.ping(deadline); }
  static void close(Connection& connection) noexcept { connection.close(); }
  static Deadline::Clock::time_point now() noexcept { return Deadline::Clock::now(); }

  /// Costs a round trip only when a transaction is open. A statement still running, or a state nobody knows, is not
  /// waited for: that connection is not fit for another user.
  bool reset(Connection& connection) const noexcept {
    const TransactionStatus status = connection.transaction_status();
    if (status == TransactionStatus::in_transaction || status == TransactionStatus::in_error) {
      if (!connection.rollback_if_open()) return false;
    }
    if (connection.transaction_status() != TransactionStatus::idle) return false;
    try {
      // The last user's callbacks may point into a frame that is gone.
      connection.set_hooks(hooks_);
    } catch (...) {
      return false;
    }
    return true;
  }

 private:
  ConnectionConfig config_;
  ConnectionHooks hooks_;
};

PoolSettings settings_of(const ConnectionConfig& config, const base::LogSink& log) {
  PoolSettings settings;
  settings.options = config.pool();
  settings.database = config.uri();
  settings.log = log;
  return settings;
}

}  // namespace

struct Engine::Core {
  Core(ConnectionConfig given, PostgresSource source, PoolSettings settings)
      : config(std::move(given)), pool(std::move(source), std::move(settings)) {}

  const ConnectionConfig config;
  Pool<PostgresSource> pool;
};

Engine::Engine(ConnectionConfig config, ConnectionHooks hooks) {
  PoolSettings settings = settings_of(config, hooks.log);
  PostgresSource source(config, std::move(hooks));
  core_ = std::make_shared<Core>(std::move(config), std::move(source), std::move(settings));
}

Lease<Connection> Engine::connect(Deadline deadline, const std::source_location& site) {
  return core_->pool.acquire(deadline, site);
}

const ConnectionConfig& Engine::config() const noexcept {
  return core_->config;
}

PoolStatistics Engine::statistics() const {
  return core_->pool.statistics();
}

void Engine::set_pool_hooks(PoolHooks<Connection> hooks) {
  core_->pool.set_hooks(std::move(hooks));
}

std::size_t Engine::warm_up(std::size_t count, Deadline deadline) {
  return core_->pool.warm_up(count, deadline);
}

std::size_t Engine::retain(const std::function<bool(Connection&)>& wanted) {
  return core_->pool.retain(wanted);
}

void Engine::resize(int pool_size, int max_overflow) {
  core_->pool.resize(pool_size, max_overflow);
}

void Engine::suspend() {
  core_->pool.suspend();
}

void Engine::resume() {
  core_->pool.resume();
}

bool Engine::close(Deadline deadline) {
  return core_->pool.close(deadline);
}

void Engine::dispose() {
  core_->pool.dispose();
}

void Engine::abort() {
  core_->pool.abort();
}

}  // namespace migrate::engine
