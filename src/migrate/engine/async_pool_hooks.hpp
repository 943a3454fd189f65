#pragma once
#include <asio/awaitable.hpp>
#include <functional>

#include "migrate/engine/async_connection.hpp"
#include "migrate/engine/pool_hooks.hpp"

namespace migrate::engine {

/// Callbacks of an asynchronous pool: those of every pool, which must not wait, and two that are awaited and may talk
/// to the server. A throw costs that connection.
struct AsyncPoolHooks : PoolHooks<AsyncConnection> {
  /// After `connect`, on every new connection; what it throws is a failed connect.
  std::function<asio::awaitable<void>(AsyncConnection&)> prepare{};
  /// Where PoolHooks::reset stands for a thread: when a connection came back and the reset policy was carried out, or
  /// with ResetPolicy::custom instead of it.
  std::function<asio::awaitable<void>(AsyncConnection&)> restore{};
};

}  // namespace migrate::engine
