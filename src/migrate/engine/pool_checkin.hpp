#pragma once
#include "migrate/engine/pool_core.hpp"

// How PoolCore takes back and closes: bodies of its templates, included by pool_core.hpp.

namespace migrate::engine {

template <typename Source>
void PoolCore<Source>::take_back(Pooled& connection, bool discard) noexcept {
  // In a child of fork() the connection is the parent's: it is not even closed.
  if (fork_.in_child()) return;
  const bool alive = source_.alive(connection.connection);
  if (!alive) return retire(connection, CloseCause::lost);
  if (discard) return retire(connection, CloseCause::invalidated);
  if (!reset(connection.connection)) {
    return retire(connection, source_.alive(connection.connection) ? CloseCause::not_reset : CloseCause::lost);
  }
  if (connection.soft_invalid) run(hooks_.soft_invalidate, "soft_invalidate", connection.connection);
  if (!run(hooks_.checkin, "checkin", connection.connection)) return retire(connection, CloseCause::hook);
  SlotList retired;
  ledger_.give_back(connection, source_.now(), retired);
  close_all(retired);
}

template <typename Source>
typename Source::Connection PoolCore<Source>::take_out(Pooled& connection) noexcept {
  const std::unique_ptr<Pooled> taken(&connection);
  if (!fork_.in_child()) {
    const TimePoint now = source_.now();
    ledger_.retire(connection, CloseCause::detached, now);
    ledger_.closed(1, now);
  }
  return std::move(taken->connection);
}

template <typename Source>
bool PoolCore<Source>::reset(Connection& connection) noexcept {
  const bool custom = settings_.options.reset == ResetPolicy::custom;
  if (custom && !run(hooks_.reset, "reset", connection)) return false;
  if (!source_.reset(connection)) return false;
  return custom || run(hooks_.reset, "reset", connection);
}

template <typename Source>
FailureScope PoolCore<Source>::loss_scope(Connection& connection) noexcept {
  if constexpr (requires { source_.loss_scope(connection); }) {
    return source_.loss_scope(connection);
  } else {
    return FailureScope::pool;
  }
}

template <typename Source>
void PoolCore<Source>::retire(Pooled& connection, CloseCause cause) noexcept {
  const FailureScope reach = is_loss(cause) ? loss_scope(connection.connection) : FailureScope::connection;
  ledger_.retire(connection, cause, source_.now(), reach);
  log_pool(settings_, base::LogLevel::info, "pool.discard", to_string(cause));
  if (cause == CloseCause::invalidated || is_loss(cause)) {
    run(hooks_.invalidate, "invalidate", connection.connection);
  }
  destroy(connection);
  ledger_.closed(1, source_.now());
}

template <typename Source>
void PoolCore<Source>::destroy(PoolSlot& slot) noexcept {
  const std::unique_ptr<Pooled> connection(&static_cast<Pooled&>(slot));
  run(hooks_.close, "close", connection->connection);
  source_.close(connection->connection);
}

template <typename Source>
void PoolCore<Source>::close_all(SlotList& retired) noexcept {
  while (PoolSlot* slot = retired.pop_front()) {
    destroy(*slot);
    ledger_.closed(1, source_.now());
  }
}

template <typename Source>
bool PoolCore<Source>::close(Deadline deadline) {
  if (fork_.in_child()) return true;
  shut();
  const bool drained = ledger_.drained(deadline);
  log_pool(settings_, base::LogLevel::info, "pool.close", drained ? "closed" : "closed, with leases still out");
  return drained;
}

template <typename Source>
void PoolCore<Source>::shut() noexcept {
  if (fork_.in_child()) return;
  upkeep_.stop();
  SlotList retired;
  ledger_.shut(retired);
  close_all(retired);
}

template <typename Source>
void PoolCore<Source>::dispose() noexcept {
  if (fork_.in_child()) return;
  SlotList retired;
  ledger_.dispose(retired);
  close_all(retired);
}

template <typename Source>
bool PoolCore<Source>::run(const Hook& hook, std::string_view name, Connection& connection) noexcept {
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

template <typename Source>
void PoolCore<Source>::report(std::string_view during, const std::exception_ptr& error) noexcept {
  if (!hooks_.error) return;
  try {
    hooks_.error(PoolError{during, error});
  } catch (...) {
    // There is nobody left to tell.
  }
}

}  // namespace migrate::engine
