#pragma once
#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <functional>
#include <memory>

#include "migrate/engine/detail/operation.hpp"

namespace migrate::engine::detail {

/// The coroutine driver of one connection. Handlers on its executor step the operation, never two at once; the caller's
/// coroutine goes on where it was. The descriptor it waits on is a duplicate, so that libpq may close its own at will.
class AsyncDriver {
 public:
  /// Throws DatabaseArgumentError when the executor's context has ended.
  explicit AsyncDriver(const asio::any_io_executor& executor);
  ~AsyncDriver();
  AsyncDriver(AsyncDriver&&) noexcept;
  AsyncDriver& operator=(AsyncDriver&&) noexcept;

  /// Carries the operation to its end or pause. Its deadline cuts it, and so does a cancellation of the coroutine,
  /// which then learns from the operation how it ended: it is over in any case. Throws what step() and cut() throw.
  [[nodiscard]] asio::awaitable<void> drive(Operation& operation) const;

  /// Closes the descriptor, when the connection is closed. Not while something is driven.
  void release() const noexcept;
  /// Shuts the socket down under whatever is being driven, from any thread. The connection is lost with that. `first`
  /// is called before, in a turn of its own, if something is being driven.
  void abort(std::function<void()> first) const noexcept;
  /// False once the context has ended: nothing can be driven any more.
  [[nodiscard]] bool attached() const noexcept;
  [[nodiscard]] const asio::any_io_executor& executor() const noexcept;

 private:
  class State;
  std::shared_ptr<State> state_;
};

}  // namespace migrate::engine::detail
