#pragma once
#include <vector>

#include "migrate/engine/pool_hooks.hpp"
#include "migrate/engine/pool_waiter.hpp"

namespace migrate::engine {

/// What upkeep() found to do, outside the lock.
struct PoolUpkeep {
  SlotList retired;               ///< to be closed, each followed by closed()
  std::vector<PoolGrant> fills;   ///< connections to be made, each followed by supply() or connect_failed()
  std::vector<LeakReport> leaks;  ///< to be told
};

}  // namespace migrate::engine
