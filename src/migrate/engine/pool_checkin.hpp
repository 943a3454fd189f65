#pragma once
#include "migrate/engine/pool_core.hpp"

// How PoolCore takes back and closes: bodies of its templates, included by pool_core.hpp.

namespace migrate::engine {

template <typename Source>
void PoolCore<Source>::take_back(Pooled& connection, bool discard) noexcept {
  // In a child of fork() the connection is the parent's: it is not even closed.
  if (fork_.in_child()) return;
  if (discard) return retire(connection, !source_.alive(connection.connection), "invalidated by its user");
  if (!source_.alive(connection.connection)) return retire(connection, true, "the connection was lost in use");
  if (!source_.reset(connection.connection)) {
    return retire(connection, !source_.alive(connection.connection), "it could not be reset");
  }
  if (!run(hooks_.checkin, connection.connection)) return retire(connection, false, "the checkin hook failed");
  SlotList retired;
  ledger_.give_back(connection, source_.now(), retired);
  close_all(retired);
}

template <typename Source>
void PoolCore<Source>::retire(Pooled& connection, bool lost, std::string_view reason) noexcept {
  ledger_.retire(connection, lost);
  log_pool(settings_, base::LogLevel::info, "pool.discard", reason);
  destroy(connection);
  ledger_.closed(1, source_.now());
}

template <typename Source>
void PoolCore<Source>::destroy(PoolSlot& slot) noexcept {
  const std::unique_ptr<Pooled> connection(&static_cast<Pooled&>(slot));
  run(hooks_.close, connection->connection);
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
bool PoolCore<Source>::run(const std::function<void(Connection&)>& hook, Connection& connection) noexcept {
  if (!hook) return true;
  try {
    hook(connection);
    return true;
  } catch (...) {
    return false;
  }
}

template <typename Source>
std::string_view PoolCore<Source>::text(Fault fault) noexcept {
  switch (fault) {
    case Fault::none:
      return "";
    case Fault::stale:
      return "it is older than the last loss of a connection, or than dispose()";
    case Fault::expired:
      return "it is older than pool_recycle";
    case Fault::closed_by_peer:
      return "the server closed it while it was idle";
    case Fault::ping_failed:
      return "it did not answer a ping";
    case Fault::hook:
      return "the checkout hook failed";
  }
  return "";
}

}  // namespace migrate::engine
