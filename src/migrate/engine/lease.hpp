#pragma once
#include <memory>
#include <utility>

#include "migrate/engine/pool_slot.hpp"

namespace migrate::engine {

/// A connection and the pool's notes on it.
template <typename T>
struct PooledConnection : PoolSlot {
  explicit PooledConnection(T&& made) : connection(std::move(made)) {}
  T connection;
};

/// Where a lease goes back to.
template <typename T>
class LeaseHome {
 public:
  virtual ~LeaseHome() = default;
  /// Called once per lease. `discard`: the connection is closed whatever its state.
  virtual void take_back(PooledConnection<T>& connection, bool discard) noexcept = 0;
  /// Instead of take_back(): the connection leaves the pool, which forgets it.
  virtual T take_out(PooledConnection<T>& connection) noexcept = 0;
};

/// A borrowed connection: goes back to its pool on destruction, which never throws. Keeps what it needs of the pool
/// alive, so it may outlive the pool. Used by one thread at a time; may be moved to another. Empty after a move.
template <typename T>
class [[nodiscard]] Lease {
 public:
  Lease() noexcept = default;
  /// Made by the pool only.
  Lease(std::shared_ptr<LeaseHome<T>> home, PooledConnection<T>& connection) noexcept
      : home_(std::move(home)), connection_(&connection) {}
  ~Lease() { release(); }
  Lease(Lease&& other) noexcept
      : home_(std::move(other.home_)),
        connection_(std::exchange(other.connection_, nullptr)),
        discard_(std::exchange(other.discard_, false)) {}
  Lease& operator=(Lease&& other) noexcept {
    if (this != &other) {
      release();
      home_ = std::move(other.home_);
      connection_ = std::exchange(other.connection_, nullptr);
      discard_ = std::exchange(other.discard_, false);
    }
    return *this;
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  [[nodiscard]] T& operator*() const noexcept { return connection_->connection; }
  [[nodiscard]] T* operator->() const noexcept { return &connection_->connection; }
  [[nodiscard]] explicit operator bool() const noexcept { return connection_ != nullptr; }

  /// The connection will be closed instead of reused. It stays usable until the lease ends.
  void invalidate() noexcept { discard_ = true; }
  /// The same, except that the lease ends in order, with reset and hooks: the connection is fit, but not wanted again.
  void soft_invalidate() noexcept { connection_->soft_invalid = true; }
  /// Takes the connection out of the pool, which may open another in its place. Ends the lease, which must not be
  /// empty.
  [[nodiscard]] T detach() {
    T taken = home_->take_out(*std::exchange(connection_, nullptr));
    discard_ = false;
    home_.reset();
    return taken;
  }
  /// Ends the lease now. Idempotent.
  void release() noexcept {
    if (connection_ == nullptr) return;
    home_->take_back(*std::exchange(connection_, nullptr), std::exchange(discard_, false));
    home_.reset();
  }

 private:
  std::shared_ptr<LeaseHome<T>> home_;
  PooledConnection<T>* connection_ = nullptr;
  bool discard_ = false;
};

}  // namespace migrate::engine
