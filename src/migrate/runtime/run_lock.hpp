#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "migrate/base/error.hpp"
#include "migrate/engine/connection.hpp"

namespace migrate::runtime {

/// Another migrate run held the lock for longer than we were told to wait.
class RunLockError : public base::Error {
 public:
  using Error::Error;
};

/// The session-level advisory lock that lets one run at a time move a version table. Taken by polling: a session that
/// waits inside pg_advisory_lock() deadlocks with CREATE INDEX CONCURRENTLY. Released by the destructor.
class RunLock {
 public:
  struct Options {
    std::chrono::seconds timeout{60};
    int interrupt_fd = -1;
    std::function<void(const std::string& holder)> on_wait;  ///< once, when the lock is found taken
  };

  /// Throws RunLockError after the timeout, naming the holder; DatabaseInterrupted when the interrupt comes first.
  RunLock(engine::Connection& connection, std::string_view version_table, const Options& options);
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

 private:
  engine::Connection& connection_;
  std::int64_t key_;
};

}  // namespace migrate::runtime
