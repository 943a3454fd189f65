#include "migrate/engine/detail/async_channel.hpp"

#include <chrono>
#include <utility>

#include "migrate/engine/detail/canceller.hpp"
#include "migrate/engine/detail/message.hpp"

namespace migrate::engine::detail {
namespace {

/// ROLLBACK needs no locks and no disk; what takes longer is a server that does not answer.
constexpr std::chrono::seconds k_rollback_limit{10};

bool is_open(TransactionStatus status) {
  return status == TransactionStatus::in_transaction || status == TransactionStatus::in_error;
}

}  // namespace

AsyncChannel::AsyncChannel(std::unique_ptr<Channel> opened, const asio::any_io_executor& executor)
    : core(std::move(opened)), driver(executor) {
  core->hooks.interrupt_fd = -1;
}

AsyncChannel::~AsyncChannel() {
  close();
}

void AsyncChannel::close() noexcept {
  cancel_unheard();
  driver.release();
  leftover = {};
  core->wire.close();
}

void AsyncChannel::cancel_unheard() const noexcept {
  // Its thread goes on by itself. Without it the server would finish the statement before it sees that we are gone.
  if (core->wire.transaction_status() == TransactionStatus::active) const Canceller canceller(core->wire.handle());
}

asio::awaitable<bool> clear_up(SharedChannel channel) {
  if (channel->leftover.operation != nullptr) {
    const Leftover left = std::exchange(channel->leftover, {});
    if (!left.give_up(*left.operation)) co_await channel->driver.drive(*left.operation);
    if (!left.finish(*left.operation)) co_return false;
  }
  std::string undo = std::exchange(channel->undo, {});
  if (channel->rollback_due) co_return co_await roll_back(channel);
  if (!undo.empty() && is_open(channel->core->wire.transaction_status())) {
    co_return co_await run_quietly(channel, std::move(undo));
  }
  co_return channel->core->wire.usable();
}

asio::awaitable<bool> roll_back(SharedChannel channel) {
  channel->rollback_due = false;
  const TransactionStatus status = channel->core->wire.transaction_status();
  if (status == TransactionStatus::idle) co_return true;
  if (!is_open(status)) co_return false;
  co_return co_await run_quietly(channel, "ROLLBACK");
}

asio::awaitable<bool> run_quietly(SharedChannel channel, std::string sql) {
  try {
    Message message(*channel->core, Deadline::after(k_rollback_limit));
    message.start_quietly(sql);
    co_await channel->driver.drive(message);
    message.finish();
  } catch (const DatabaseError&) {
    co_return false;
  }
  co_return channel->core->wire.usable();
}

asio::awaitable<Result> run_message(SharedChannel channel, std::string sql) {
  if (!channel->is_clean()) co_await clear_up(channel);
  Message message(*channel->core);
  message.start(sql);
  co_await channel->driver.drive(message);
  co_return message.finish();
}

asio::awaitable<Result> run_query(SharedChannel channel, std::string sql, Parameters parameters, Glue glue) {
  if (!channel->is_clean()) co_await clear_up(channel);
  Query query(*channel->core);
  query.start(sql, std::move(parameters), std::move(glue));
  co_await channel->driver.drive(query);
  co_return query.finish();
}

}  // namespace migrate::engine::detail
