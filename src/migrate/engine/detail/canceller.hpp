#pragma once
#include <memory>

#include "migrate/engine/deadline.hpp"

struct pg_conn;

namespace migrate::engine::detail {

/// Asks the server to cancel what a connection runs. libpq's cancel opens a connection of its own and waits for it, so
/// it is done on a thread of its own, which may outlive this object when the server does not answer.
class Canceller {
 public:
  /// Starts at once. Never throws: a request that could not be made is a request that failed.
  explicit Canceller(pg_conn* connection) noexcept;

  /// Waits for the request to be over: only then can it no longer hit a later statement. False: it is not, or failed.
  [[nodiscard]] bool finished(Deadline deadline) noexcept;

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace migrate::engine::detail
