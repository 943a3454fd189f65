#pragma once
#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "migrate/engine/pool.hpp"

namespace migrate::test {

/// A connection without a server. The flags say how it will behave.
struct FakeSession {
  int id = 0;
  std::atomic<bool> alive{true};       ///< what the client knows
  std::atomic<bool> peer_gone{false};  ///< what the passive probe finds
  std::atomic<bool> silent{false};     ///< what only a ping finds
  std::atomic<bool> alone{false};      ///< its loss says nothing of others
  std::atomic<bool> open_transaction{false};
  std::atomic<bool> busy{false};  ///< cannot be reset
  std::atomic<int> users{0};      ///< for tests of exclusive use
  std::atomic<bool> closed{false};
};

struct FakeConnection {
  std::shared_ptr<FakeSession> session;
  FakeSession* operator->() const { return session.get(); }
};

/// What all connections of one pool have in common: clock, counters, and how connecting goes.
struct FakeWorld {
  std::atomic<bool> virtual_clock{true};
  std::atomic<long long> nanoseconds{1'000'000'000};
  std::atomic<int> created{0}, closed{0}, closed_twice{0}, probes{0}, pings{0}, rollbacks{0};
  std::atomic<int> open{0}, most_open{0};
  std::function<void(engine::Deadline)> on_create;  ///< may throw, sleep, or move the clock
  std::function<void(engine::Deadline)> on_ping;
  std::function<bool()> on_reset;  ///< false: it fails
  std::function<void()> on_close;

  void advance(std::chrono::nanoseconds time) { nanoseconds += time.count(); }
  engine::Deadline::Clock::time_point now() const {
    return virtual_clock ? engine::Deadline::Clock::time_point(std::chrono::nanoseconds(nanoseconds.load()))
                         : engine::Deadline::Clock::now();
  }
};

class FakeSource {
 public:
  using Connection = FakeConnection;
  explicit FakeSource(std::shared_ptr<FakeWorld> world) : world_(std::move(world)) {}

  Connection create(engine::Deadline deadline) {
    if (world_->on_create) world_->on_create(deadline);
    auto session = std::make_shared<FakeSession>();
    session->id = ++world_->created;
    const int open = ++world_->open;
    int most = world_->most_open;
    while (most < open && !world_->most_open.compare_exchange_weak(most, open)) {
    }
    return FakeConnection{session};
  }
  bool alive(Connection& c) noexcept { return c->alive; }
  bool probe(Connection& c) noexcept {
    ++world_->probes;
    return c->alive && !c->peer_gone;
  }
  bool ping(Connection& c, engine::Deadline deadline) noexcept {
    ++world_->pings;
    if (world_->on_ping) world_->on_ping(deadline);
    return !c->silent && !c->peer_gone;
  }
  bool reset(Connection& c) noexcept {
    if (c->busy || (world_->on_reset && !world_->on_reset())) return false;
    if (c->open_transaction.exchange(false)) ++world_->rollbacks;
    return true;
  }
  engine::FailureScope loss_scope(Connection& c) noexcept {
    return c->alone ? engine::FailureScope::connection : engine::FailureScope::pool;
  }
  void close(Connection& c) noexcept {
    if (world_->on_close) world_->on_close();
    if (c->closed.exchange(true)) ++world_->closed_twice;
    ++world_->closed;
    --world_->open;
  }
  engine::Deadline::Clock::time_point now() const noexcept { return world_->now(); }

 private:
  std::shared_ptr<FakeWorld> world_;
};

using FakePool = engine::Pool<FakeSource>;
using FakeLease = engine::Lease<FakeConnection>;

inline engine::PoolSettings fake_settings(int pool_size, int max_overflow,
                                          std::chrono::milliseconds pool_timeout = std::chrono::seconds(30)) {
  engine::PoolSettings settings;
  settings.options.pool_size = pool_size;
  settings.options.max_overflow = max_overflow;
  settings.options.pool_timeout = pool_timeout;
  settings.database = "postgresql://fake/db";
  settings.jitter_seed = 7;
  return settings;
}

/// Waits (in real time, at most ten seconds) until something another thread does has happened.
inline bool eventually(const std::function<bool()>& happened) {
  for (int i = 0; i < 10'000; ++i) {
    if (happened()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

/// The message of what `action` throws as an `Error`; empty when it throws nothing.
template <typename Error, typename Action>
std::string message_of(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace migrate::test
