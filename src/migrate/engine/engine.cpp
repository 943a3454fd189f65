#include "migrate/engine/engine.hpp"

#include <atomic>
#include <utility>

#include "migrate/engine/pool.hpp"

namespace migrate::engine {
namespace {

/// What the hooks of a pool mean for its resets.
struct HookMarks {
  std::atomic<bool> prepare{false};  ///< they left something in a new session
  std::atomic<bool> reset{false};    ///< they put it back after a reset
};

/// What the pool needs to know of PostgreSQL.
class PostgresSource {
 public:
  using Connection = engine::Connection;

  PostgresSource(ConnectionConfig config, ConnectionHooks hooks, std::shared_ptr<HookMarks> marks)
      : config_(std::move(config)), hooks_(std::move(hooks)), marks_(std::move(marks)) {}

  [[nodiscard]] Connection create(Deadline deadline) const { return Connection::connect(config_, hooks_, deadline); }
  static bool alive(Connection& connection) noexcept { return connection.alive(); }
  static bool probe(Connection& connection) noexcept { return connection.probe(); }
  static bool ping(Connection& connection, Deadline deadline) noexcept { return connection.ping(deadline); }
  static FailureScope loss_scope(Connection& connection) noexcept { return connection.loss_scope(); }
  static void close(Connection& connection) noexcept { connection.close(); }
  static void abort(Connection& connection) noexcept { connection.abort(); }
  static Deadline::Clock::time_point now() noexcept { return Deadline::Clock::now(); }

  void prepared(Connection& connection) const noexcept {
    if (connection.session_marks().any()) marks_->prepare = true;
    connection.clear_session_marks();
    connection.allow_abort();
  }

  /// Costs a round trip only when a transaction is open or the policy asks for one. A statement still running, or a
  /// state nobody knows, is not waited for: that connection is not fit for another user.
  bool reset(Connection& connection) const noexcept {
    const ResetPolicy policy = config_.pool().reset;
    const bool undoes =
        policy == ResetPolicy::discard || (policy == ResetPolicy::clean && connection.session_marks().any());
    // It would undo what the hooks made of the session, too; a new one is what the next user expects.
    if (undoes && marks_->prepare && !marks_->reset) return false;
    if (!connection.reset_session(policy)) return false;
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
  std::shared_ptr<HookMarks> marks_;
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
  Core(ConnectionConfig given, ConnectionHooks hooks, PoolSettings settings)
      : config(std::move(given)),
        marks(std::make_shared<HookMarks>()),
        pool(PostgresSource(config, std::move(hooks), marks), std::move(settings)) {}

  const ConnectionConfig config;
  const std::shared_ptr<HookMarks> marks;
  Pool<PostgresSource> pool;
};

Engine::Engine(ConnectionConfig config, ConnectionHooks hooks) {
  PoolSettings settings = settings_of(config, hooks.log);
  core_ = std::make_shared<Core>(std::move(config), std::move(hooks), std::move(settings));
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
  const bool resets = static_cast<bool>(hooks.reset);
  core_->pool.set_hooks(std::move(hooks));
  core_->marks->reset = resets;
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
