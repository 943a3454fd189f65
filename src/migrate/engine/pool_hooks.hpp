#pragma once
#include <chrono>
#include <exception>
#include <functional>
#include <source_location>
#include <string>
#include <string_view>
#include <thread>

namespace migrate::engine {

/// A lease, seen from the pool.
struct LeakReport {
  std::source_location site;  ///< where the connection was asked for
  std::thread::id thread;     ///< who asked; empty for a coroutine
  std::chrono::nanoseconds held{};
};

/// "src/chat.cpp:42 (send_message), 12.5 s ago"
[[nodiscard]] std::string to_string(const LeakReport& report);

/// What went wrong inside a pool.
struct PoolError {
  std::string_view during;   ///< "connect", or the name of a hook
  std::exception_ptr error;  ///< never empty
};

/// Called with a connection that nobody else holds, outside the pool's lock, from any thread. Any may stay empty. A
/// throw costs that connection: it is closed. From `before_connect`, `connect` and `first_connect`, and from `checkout`
/// on a new connection, it also reaches the caller as a failed connect. Hooks must not lease from the same pool.
template <typename T>
struct PoolHooks {
  std::function<void()> before_connect{};     ///< a connection is about to be made
  std::function<void(T&)> connect{};          ///< it was made
  std::function<void(T&)> first_connect{};    ///< after connect, once per pool; again with the next one if it throws
  std::function<void(T&)> checkout{};         ///< it is about to be lent
  std::function<void(T&)> reset{};            ///< it came back and the reset policy was carried out; see ResetPolicy
  std::function<void(T&)> checkin{};          ///< it came back, is reset and may be kept
  std::function<void(T&)> invalidate{};       ///< its user, or its loss, put it out of use; close follows
  std::function<void(T&)> soft_invalidate{};  ///< its user put it out of use after this lease
  std::function<void(T&)> close{};            ///< it is about to be closed
  std::function<void(const PoolError&)> error{};  ///< a connect or a hook failed; what it throws is dropped
  std::function<void(const LeakReport&)> leak{};  ///< a lease outlasted leak_threshold; what it throws is dropped
};

}  // namespace migrate::engine
