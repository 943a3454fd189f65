#pragma once
#include <asio/any_io_executor.hpp>
#include <asio/execution_context.hpp>
#include <memory>

#include "migrate/engine/detail/context_guest.hpp"
#include "migrate/engine/detail/helper_threads.hpp"

namespace migrate::engine::detail {

/// What the engine keeps in an execution context: who must let go before it ends, and threads for calls that block.
class AsyncContext final : public asio::execution_context::service {
 public:
  using key_type = AsyncContext;
  static asio::execution_context::id id;

  explicit AsyncContext(asio::execution_context& context);

  /// Of the executor's context, made on first use.
  static AsyncContext& of(const asio::any_io_executor& executor);
  [[nodiscard]] const std::shared_ptr<GuestList>& guests() const noexcept { return guests_; }
  /// Valid until the context ends.
  [[nodiscard]] HelperThreads& threads() noexcept { return *threads_; }

 private:
  void shutdown() noexcept override;

  std::shared_ptr<GuestList> guests_;
  std::unique_ptr<HelperThreads> threads_;
};

}  // namespace migrate::engine::detail
