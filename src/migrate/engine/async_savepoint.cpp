#include "migrate/engine/async_savepoint.hpp"

#include <fmt/format.h>

#include <utility>

#include "migrate/engine/detail/async_channel.hpp"

namespace migrate::engine {
namespace {

using detail::SharedChannel;

void undo_later(detail::AsyncChannel& channel, const std::string& name) {
  channel.undo += fmt::format("ROLLBACK TO SAVEPOINT {0}; RELEASE SAVEPOINT {0};", name);
}

asio::awaitable<void> release(SharedChannel channel, std::string name) {
  if (!channel->is_clean()) co_await detail::clear_up(channel);
  try {
    co_await detail::run_message(channel, "RELEASE SAVEPOINT " + name);
  } catch (...) {
    undo_later(*channel, name);
    throw;
  }
}

}  // namespace

AsyncSavepoint::AsyncSavepoint(SharedChannel channel, std::string name)
    : channel_(std::move(channel)), name_(std::move(name)) {}

AsyncSavepoint::AsyncSavepoint(AsyncSavepoint&&) noexcept = default;

AsyncSavepoint::~AsyncSavepoint() {
  try {
    if (channel_ != nullptr) undo_later(*channel_, name_);
  } catch (...) {
    // Out of memory: then the whole transaction must go.
    channel_->rollback_due = true;
  }
}

asio::awaitable<AsyncSavepoint> AsyncSavepoint::start(SharedChannel channel, std::string begin) {
  if (!channel->is_clean()) co_await detail::clear_up(channel);
  if (begin.empty() && channel->core->wire.transaction_status() == TransactionStatus::idle) {
    throw DatabaseArgumentError("a savepoint outside of a transaction", "Begin a transaction first.");
  }
  std::string name = channel->core->next_savepoint();
  std::string sql = fmt::format("{}{}SAVEPOINT {}", begin, begin.empty() ? "" : "; ", name);
  co_await detail::run_message(channel, std::move(sql));
  co_return AsyncSavepoint(std::move(channel), std::move(name));
}

asio::awaitable<Result> AsyncSavepoint::run(SharedChannel channel, std::string sql, Parameters parameters) {
  if (channel == nullptr) throw DatabaseArgumentError("use of a savepoint that has ended already");
  if (parameters.size() == 0) return detail::run_message(std::move(channel), std::move(sql));
  return detail::run_query(std::move(channel), std::move(sql), std::move(parameters), {});
}

asio::awaitable<AsyncSavepoint> AsyncSavepoint::savepoint() {
  if (channel_ == nullptr) throw DatabaseArgumentError("use of a savepoint that has ended already");
  return start(channel_);
}

asio::awaitable<void> AsyncSavepoint::commit() {
  if (channel_ == nullptr) throw DatabaseArgumentError("use of a savepoint that has ended already");
  co_await release(std::exchange(channel_, nullptr), name_);
}

asio::awaitable<bool> AsyncSavepoint::rollback() {
  const SharedChannel channel = std::exchange(channel_, nullptr);
  if (channel == nullptr) co_return true;
  undo_later(*channel, name_);
  co_return co_await detail::clear_up(channel);
}

}  // namespace migrate::engine
