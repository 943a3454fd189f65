#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <utility>

#include "migrate/engine/detail/async_pool.hpp"
#include "migrate/engine/pool_report.hpp"

namespace migrate::engine::detail {
namespace {

std::string text(const std::exception_ptr& error) noexcept {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& known) {
    return known.what();
  } catch (...) {
    return "an exception of unknown type";
  }
}

}  // namespace

/// The ledger counts on an answer. Also when the coroutine that owes it is dropped.
class AsyncPool::Promise {
 public:
  Promise(AsyncPool& pool, const PoolGrant& grant) : pool_(pool), grant_(grant), begun_(now()) {}
  ~Promise() {
    if (owed_) pool_.ledger_.connect_abandoned(grant_, now());
  }
  Promise(const Promise&) = delete;
  Promise& operator=(const Promise&) = delete;

  void supply(std::unique_ptr<Pooled> made) noexcept {
    owed_ = false;
    log_pool(pool_.settings_, base::LogLevel::debug, "pool.connect", "a connection was made");
    SlotList retired;
    pool_.ledger_.supply(*made.release(), grant_, begun_, now(), retired);
    pool_.close_all(retired);
  }
  void fail(std::string what) noexcept {
    owed_ = false;
    pool_.ledger_.connect_failed(grant_, std::move(what), now());
  }

 private:
  AsyncPool& pool_;
  const PoolGrant grant_;
  const TimePoint begun_;
  bool owed_ = true;
};

void AsyncPool::make_apart(std::shared_ptr<Attempt> attempt) {
  const PoolGrant grant = attempt->grant;
  try {
    asio::co_spawn(executor_, run_apart(shared_from_this(), std::move(attempt)), asio::detached);
  } catch (...) {
    ledger_.connect_abandoned(grant, now());
    throw;
  }
}

asio::awaitable<void> AsyncPool::run_apart(std::shared_ptr<AsyncPool> self, std::shared_ptr<Attempt> attempt) {
  Promise promise(*self, attempt->grant);
  std::exception_ptr error;
  try {
    promise.supply(co_await make(self, Deadline::after(self->settings_.connect_limit)));
    co_return;
  } catch (...) {
    error = std::current_exception();
  }
  std::string what = self->tell_failure(error);
  {
    // Before the ledger wakes anybody: the caller must find it. Handed over, not shared.
    const std::lock_guard lock(attempt->mutex);
    attempt->error = std::move(error);
  }
  promise.fail(std::move(what));
  const std::lock_guard lock(attempt->mutex);
  if (attempt->caller != nullptr) attempt->caller->wake();
}

asio::awaitable<void> AsyncPool::fill(std::shared_ptr<AsyncPool> self, PoolGrant grant, Deadline limit) {
  Promise promise(*self, grant);
  std::exception_ptr error;
  try {
    promise.supply(co_await make(self, limit));
    co_return;
  } catch (...) {
    error = std::current_exception();
  }
  promise.fail(self->tell_failure(error));
  std::rethrow_exception(error);
}

asio::awaitable<std::unique_ptr<AsyncPool::Pooled>> AsyncPool::make(std::shared_ptr<AsyncPool> self, Deadline limit) {
  self->begin_upkeep();
  const AsyncPoolHooks& hooks = self->hooks_;
  if (hooks.before_connect) hooks.before_connect();
  auto opened = co_await AsyncConnection::connect_on(self->executor_, self->config_, self->connection_hooks_, limit);
  auto made = std::make_unique<Pooled>(std::move(opened));
  AsyncConnection& connection = made->connection;
  std::exception_ptr error;
  try {
    if (hooks.connect) hooks.connect(connection);
    if (hooks.first_connect) self->run_first(connection);
    if (hooks.prepare) co_await hooks.prepare(connection);
    if (connection.session_marks().any()) self->marked_ = true;
    connection.clear_session_marks();
  } catch (...) {
    error = std::current_exception();
  }
  if (error != nullptr) {
    self->run(hooks.close, "close", connection);
    std::rethrow_exception(error);
  }
  made->expires = pool_expiry(now(), self->settings_.options.pool_recycle, self->draws_.fetch_add(1));
  co_return made;
}

void AsyncPool::run_first(AsyncConnection& connection) {
  // Whoever connects meanwhile waits: nothing is lent before it is done.
  const std::lock_guard lock(first_);
  if (first_done_) return;
  hooks_.first_connect(connection);
  first_done_ = true;
}

std::string AsyncPool::tell_failure(const std::exception_ptr& error) noexcept {
  std::string what = text(error);
  log_pool(settings_, base::LogLevel::warning, "pool.connect_failed", what);
  report("connect", error);
  return what;
}

asio::awaitable<std::size_t> AsyncPool::warm_up(std::shared_ptr<AsyncPool> self, std::size_t count, Deadline deadline) {
  self->require_usable();
  std::size_t made = 0;
  for (PoolGrant grant; self->ledger_.reserve(count, grant); ++made) co_await fill(self, grant, deadline);
  co_return made;
}

void AsyncPool::begin_upkeep() {
  if (bell_ == nullptr || tended_.exchange(true)) return;
  asio::co_spawn(executor_, keep_up(weak_from_this(), bell_), asio::detached);
}

asio::awaitable<void> AsyncPool::keep_up(std::weak_ptr<AsyncPool> pool, std::shared_ptr<Parking> bell) {
  for (;;) {
    TimePoint due;
    {
      const auto self = pool.lock();
      if (self == nullptr || self->shut_ || self->fork_.in_child()) co_return;
      const TimePoint begun = now();
      due = self->tend(self);
      const bool busy = co_await keep_alive(self, begun);
      if (busy) due = begun;
    }
    co_await bell->wait(Deadline::at(due));
  }
}

AsyncPool::TimePoint AsyncPool::tend(std::shared_ptr<AsyncPool> self) {
  PoolUpkeep work;
  const TimePoint due = ledger_.upkeep(now(), work);
  close_all(work.retired);
  for (const LeakReport& leak : work.leaks) {
    try {
      log_pool(settings_, base::LogLevel::warning, "pool.leak",
               "a lease was not returned: taken at " + to_string(leak));
      if (hooks_.leak) hooks_.leak(leak);
    } catch (...) {
      report("leak", std::current_exception());
    }
  }
  const Deadline limit = Deadline::after(settings_.connect_limit);
  for (const PoolGrant& grant : work.fills) asio::co_spawn(executor_, fill(self, grant, limit), asio::detached);
  return due;
}

}  // namespace migrate::engine::detail
