#pragma once
#include <memory>
#include <optional>

struct pg_cancel;
struct pg_conn;

namespace migrate::engine::detail {

/// What a cancel request needs of a connection, for a moment at which the connection itself may not be asked: while
/// another thread uses it.
using CancelKey = std::shared_ptr<pg_cancel>;
/// Null when there is no connection, or no memory.
[[nodiscard]] CancelKey cancel_key(pg_conn* connection) noexcept;

/// Asks the server to cancel what a connection runs. libpq's cancel opens a connection of its own and waits for it, so
/// it is done on a thread of its own, which may outlive this object when the server does not answer.
class Canceller {
 public:
  /// Starts at once. Never throws: a request that could not be made is a request that failed.
  explicit Canceller(pg_conn* connection) noexcept : Canceller(cancel_key(connection)) {}
  explicit Canceller(CancelKey key) noexcept;

  /// Readable once the request is over: only then can it no longer hit a later statement. -1: it is over already.
  [[nodiscard]] int fd() const noexcept;
  /// Nothing: not over yet. False: it failed.
  [[nodiscard]] std::optional<bool> answer() const noexcept;

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace migrate::engine::detail
