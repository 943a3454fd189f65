#pragma once
#include <chrono>
#include <functional>
#include <string>

#include "migrate/command/context.hpp"

namespace migrate::command {

struct WaitReport {
  std::string database;        ///< URL with its password hidden
  std::string server_version;  ///< "15.20"
  int attempts = 0;
  double milliseconds = 0;
};

/// Tries until the server takes a connection and answers a statement, with pauses of 50 ms to 1 s. `on_wait` is told
/// once why there is a wait. What will not pass by itself (a wrong password, an unknown database or role) is thrown at
/// once; after `timeout` the last failure is, as DatabaseConnectionError. Throws DatabaseInterrupted.
WaitReport wait(const Context& context, std::chrono::milliseconds timeout,
                const std::function<void(const std::string& reason)>& on_wait = {});

}  // namespace migrate::command
