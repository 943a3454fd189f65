#include "migrate/engine/detail/async_context.hpp"

#include <asio/query.hpp>
#include <asio/steady_timer.hpp>

namespace migrate::engine::detail {
namespace {

/// Connects under way at once, in one context. More wait their turn.
constexpr std::size_t k_threads = 8;

}  // namespace

asio::execution_context::id AsyncContext::id;

AsyncContext::AsyncContext(asio::execution_context& context)
    : asio::execution_context::service(context),
      guests_(std::make_shared<GuestList>()),
      threads_(std::make_unique<HelperThreads>(k_threads)) {}

AsyncContext& AsyncContext::of(const asio::any_io_executor& executor) {
  auto& context = asio::query(executor, asio::execution::context);
  // Services end in the reverse order of their making. What timers stand on has to outlive our guests, whose timers
  // another thread may be cancelling; the first timer makes it.
  if (!asio::has_service<AsyncContext>(context)) const asio::steady_timer first(executor);
  return asio::use_service<AsyncContext>(context);
}

void AsyncContext::shutdown() noexcept {
  guests_->send_home();
  threads_.reset();
}

}  // namespace migrate::engine::detail
