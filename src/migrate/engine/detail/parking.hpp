#pragma once
#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <memory>

#include "migrate/engine/deadline.hpp"

namespace migrate::engine::detail {

/// Why a parked coroutine goes on.
enum class Woken { signal, late, cancelled };

/// A place where one coroutine waits to be told something, by any thread.
class Parking {
 public:
  /// Timers run on `executor`. Throws DatabaseArgumentError when its context has ended.
  explicit Parking(const asio::any_io_executor& executor);
  ~Parking();
  Parking(Parking&&) noexcept = default;
  Parking& operator=(Parking&&) noexcept = default;

  /// Waits for the next signal(); one given since the last wait counts. One coroutine at a time.
  [[nodiscard]] asio::awaitable<Woken> wait(Deadline deadline) const;

  class State;
  /// Posts only, so it may be called under a lock; from any thread, also after the coroutine or its context are gone.
  static void signal(State& state) noexcept;
  [[nodiscard]] const std::shared_ptr<State>& state() const noexcept { return state_; }

 private:
  std::shared_ptr<State> state_;
};

}  // namespace migrate::engine::detail
