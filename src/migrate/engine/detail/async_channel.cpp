#include "migrate/engine/detail/async_channel.hpp"

#include <chrono>
#include <utility>

#include "migrate/engine/detail/message.hpp"

namespace migrate::engine::detail {
namespace {

/// ROLLBACK needs no locks and no disk; what takes longer is a server that does not answer.
constexpr std::chrono::seconds k_rollback_limit{10};

}  // namespace

AsyncChannel::AsyncChannel(std::unique_ptr<Channel> opened, const asio::any_io_executor& executor)
    : core(std::move(opened)), driver(executor) {
  core->hooks.interrupt_fd = -1;
}

AsyncChannel::~AsyncChannel() = default;

asio::awaitable<bool> AsyncChannel::clear_up(SharedChannel channel) {
  if (channel->unfinished != nullptr) {
    const auto operation = std::exchange(channel->unfinished, nullptr);
    if (!operation->is_cut()) operation->cut(Cut::abandon);
    co_await channel->driver.drive(*operation);
  }
  if (std::exchange(channel->rollback_due, false)) co_return co_await roll_back(channel);
  co_return channel->core->wire.usable();
}

asio::awaitable<bool> AsyncChannel::roll_back(SharedChannel channel) {
  const TransactionStatus status = channel->core->wire.transaction_status();
  if (status == TransactionStatus::idle) co_return true;
  if (status != TransactionStatus::in_transaction && status != TransactionStatus::in_error) co_return false;
  Message message(*channel->core, Deadline::after(k_rollback_limit));
  message.start_rollback();
  co_await channel->driver.drive(message);
  try {
    message.finish();
  } catch (const DatabaseError&) {
    co_return false;
  }
  co_return channel->core->wire.usable();
}

void AsyncChannel::close() noexcept {
  driver.release();
  unfinished.reset();
  core->wire.close();
}

}  // namespace migrate::engine::detail
