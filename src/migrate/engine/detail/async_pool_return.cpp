#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <utility>

#include "migrate/engine/detail/async_channel.hpp"
#include "migrate/engine/detail/async_pool.hpp"
#include "migrate/engine/pool_report.hpp"
#include "migrate/engine/session_reset.hpp"

namespace migrate::engine::detail {

/// A connection that came back and is being cleaned. When the coroutine that does so is dropped, it is closed.
class AsyncPool::Held {
 public:
  Held(std::shared_ptr<AsyncPool> pool, Pooled& connection) : pool_(std::move(pool)), connection_(&connection) {}
  ~Held() {
    if (connection_ != nullptr) pool_->retire(*connection_, CloseCause::not_reset);
  }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

  [[nodiscard]] AsyncConnection& connection() const noexcept { return connection_->connection; }
  [[nodiscard]] Pooled& release() noexcept { return *std::exchange(connection_, nullptr); }

 private:
  std::shared_ptr<AsyncPool> pool_;
  Pooled* connection_;
};

void AsyncPool::take_back(Pooled& connection, bool discard) noexcept {
  // In a child of fork() the connection is the parent's: it is not even closed.
  if (fork_.in_child()) return;
  if (!connection.connection.alive()) return retire(connection, CloseCause::lost);
  if (discard) return retire(connection, CloseCause::invalidated);
  std::shared_ptr<Held> held;
  try {
    if (is_fit(connection.connection)) return shelve(connection);
    held = std::make_shared<Held>(shared_from_this(), connection);
    asio::co_spawn(executor_, clean(shared_from_this(), held), asio::detached);
  } catch (...) {
    // Whoever holds it last closes it.
    if (held == nullptr) retire(connection, CloseCause::not_reset);
  }
}

/// Whether there is nothing to be done about it.
bool AsyncPool::is_fit(AsyncConnection& connection) const {
  const SharedChannel& channel = connection.channel();
  if (!channel->is_clean() || channel->core->wire.transaction_status() != TransactionStatus::idle) return false;
  if (hooks_.restore || hooks_.reset) return false;
  const ResetPolicy policy = settings_.options.reset;
  const bool asks = policy == ResetPolicy::discard || (policy == ResetPolicy::clean && channel->core->marks.any());
  return !asks;
}

asio::awaitable<void> AsyncPool::clean(std::shared_ptr<AsyncPool> self, std::shared_ptr<Held> held) {
  bool fit = false;
  try {
    fit = co_await reset(self, held->connection());
  } catch (...) {
    self->report("reset", std::current_exception());
  }
  Pooled& connection = held->release();
  if (fit) {
    self->shelve(connection);
  } else {
    self->retire(connection, connection.connection.alive() ? CloseCause::not_reset : CloseCause::lost);
  }
}

/// Whether there was anything to do. One at a time, so that callers find the others idle.
asio::awaitable<bool> AsyncPool::keep_alive(std::shared_ptr<AsyncPool> self, TimePoint now) {
  bool busy = false;
  for (PoolSlot* slot = nullptr; (slot = self->ledger_.borrow_silent(now)) != nullptr; busy = true) {
    Held held(self, static_cast<Pooled&>(*slot));
    bool answered = false;
    const bool open = held.connection().probe();
    if (open) answered = co_await held.connection().ping(Deadline::after(self->settings_.options.ping_timeout));
    Pooled& idle = held.release();
    if (answered) {
      SlotList retired;
      self->ledger_.keep(idle, AsyncPool::now(), retired);
      self->close_all(retired);
    } else {
      self->retire(idle, open ? CloseCause::ping_failed : CloseCause::closed_by_peer);
    }
  }
  co_return busy;
}

asio::awaitable<bool> AsyncPool::reset(std::shared_ptr<AsyncPool> self, AsyncConnection& connection) {
  const SharedChannel channel = connection.channel();
  const AsyncPoolHooks& hooks = self->hooks_;
  const ResetPolicy policy = self->settings_.options.reset;
  const bool custom = policy == ResetPolicy::custom;
  if (!channel->is_clean()) {
    const bool cleared = co_await clear_up(channel);
    if (!cleared) co_return false;
  }
  if (custom && hooks.restore) co_await hooks.restore(connection);
  const bool rolled_back = co_await roll_back(channel);
  if (!rolled_back || channel->core->wire.transaction_status() != TransactionStatus::idle) co_return false;
  std::string message = reset_message(policy, channel->core->marks);
  if (!message.empty()) {
    // It would undo what the hooks made of the session, too; a new one is what the next user expects.
    if (self->marked_ && !hooks.restore) co_return false;
    const bool done = co_await run_quietly(channel, std::move(message));
    if (!done) co_return false;
    channel->core->marks = {};
  }
  if (!custom && hooks.restore) co_await hooks.restore(connection);
  if (!self->run(hooks.reset, "reset", connection)) co_return false;
  co_return channel->core->wire.transaction_status() == TransactionStatus::idle;
}

/// The last user's callbacks may point into a frame that is gone.
bool AsyncPool::restore_hooks(AsyncConnection& connection) const noexcept {
  AsyncChannel& channel = *connection.channel();
  if (!channel.new_hooks) return true;
  try {
    connection.set_hooks(connection_hooks_);
    channel.new_hooks = false;
    return true;
  } catch (...) {
    return false;
  }
}

void AsyncPool::shelve(Pooled& connection) noexcept {
  if (!restore_hooks(connection.connection)) return retire(connection, CloseCause::not_reset);
  if (connection.soft_invalid) run(hooks_.soft_invalidate, "soft_invalidate", connection.connection);
  if (!run(hooks_.checkin, "checkin", connection.connection)) return retire(connection, CloseCause::hook);
  SlotList retired;
  ledger_.give_back(connection, now(), retired);
  close_all(retired);
}

AsyncConnection AsyncPool::take_out(Pooled& connection) noexcept {
  const std::unique_ptr<Pooled> taken(&connection);
  if (!fork_.in_child()) {
    const TimePoint time = now();
    ledger_.retire(connection, CloseCause::detached, time);
    ledger_.closed(1, time);
  }
  return std::move(taken->connection);
}

void AsyncPool::retire(Pooled& connection, CloseCause cause) noexcept {
  const FailureScope reach = is_loss(cause) ? connection.connection.loss_scope() : FailureScope::connection;
  ledger_.retire(connection, cause, now(), reach);
  log_pool(settings_, base::LogLevel::info, "pool.discard", to_string(cause));
  if (cause == CloseCause::invalidated || is_loss(cause)) {
    run(hooks_.invalidate, "invalidate", connection.connection);
  }
  destroy(connection);
  ledger_.closed(1, now());
}

void AsyncPool::destroy(PoolSlot& slot) noexcept {
  const std::unique_ptr<Pooled> connection(&static_cast<Pooled&>(slot));
  run(hooks_.close, "close", connection->connection);
  connection->connection.close();
}

void AsyncPool::close_all(SlotList& retired) noexcept {
  while (PoolSlot* slot = retired.pop_front()) {
    destroy(*slot);
    ledger_.closed(1, now());
  }
}

bool AsyncPool::run(const Hook& hook, std::string_view name, AsyncConnection& connection) noexcept {
  if (!hook) return true;
  try {
    hook(connection);
    return true;
  } catch (...) {
    log_pool(settings_, base::LogLevel::warning, "pool.hook_failed", name);
    report(name, std::current_exception());
    return false;
  }
}

void AsyncPool::report(std::string_view during, const std::exception_ptr& error) noexcept {
  if (!hooks_.error) return;
  try {
    hooks_.error(PoolError{during, error});
  } catch (...) {
    // There is nobody left to tell.
  }
}

}  // namespace migrate::engine::detail
