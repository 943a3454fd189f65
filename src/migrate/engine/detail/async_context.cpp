#include "migrate/engine/detail/async_context.hpp"

#include <asio/query.hpp>

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
  return asio::use_service<AsyncContext>(asio::query(executor, asio::execution::context));
}

void AsyncContext::shutdown() noexcept {
  guests_->send_home();
  threads_.reset();
}

}  // namespace migrate::engine::detail
