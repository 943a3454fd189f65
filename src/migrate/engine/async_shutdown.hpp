#pragma once
#include <asio/awaitable.hpp>
#include <chrono>
#include <vector>

#include "migrate/engine/async_engine.hpp"

namespace migrate::engine {

/// Waits for one of the signals, SIGTERM and SIGINT when nothing is said: its number. While it waits they do nothing
/// else.
asio::awaitable<int> async_wait_for_signal(std::vector<int> signals);
asio::awaitable<int> async_wait_for_signal();

/// Closes gracefully: nothing more is leased, leases have `grace` to end, then their statements are cut off. True when
/// nobody was cut off.
asio::awaitable<bool> async_shut_down(AsyncEngine engine, std::chrono::nanoseconds grace);

}  // namespace migrate::engine
