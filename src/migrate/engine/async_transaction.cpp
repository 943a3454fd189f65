#include "migrate/engine/async_transaction.hpp"

#include <utility>

#include "migrate/engine/detail/async_channel.hpp"
#include "migrate/engine/detail/message.hpp"
#include "migrate/engine/detail/transaction_words.hpp"

namespace migrate::engine {
namespace {

using detail::SharedChannel;

asio::awaitable<std::string> command_tag(SharedChannel channel, const char* sql) {
  detail::Message message(*channel->core);
  message.start(sql);
  co_await channel->driver.drive(message);
  co_return std::string(message.finish().command_tag());
}

asio::awaitable<void> commit_on(SharedChannel channel) {
  if (!channel->is_clean()) co_await detail::AsyncChannel::clear_up(channel);
  if (channel->core->wire.transaction_status() == TransactionStatus::idle) throw detail::nothing_to_commit(true);
  // Refused by a deferred constraint it is over already; cancelled before it took effect it is still open.
  channel->rollback_due = true;
  std::string tag;
  try {
    tag = co_await command_tag(channel, "COMMIT");
  } catch (const DatabaseConnectionError& error) {
    throw detail::commit_in_doubt(error);
  }
  channel->rollback_due = false;
  if (tag == "ROLLBACK") throw detail::rolled_back();
}

}  // namespace

AsyncTransaction::AsyncTransaction(SharedChannel channel) : channel_(std::move(channel)) {}

AsyncTransaction::~AsyncTransaction() {
  if (channel_ != nullptr) channel_->rollback_due = true;
}

AsyncTransaction::AsyncTransaction(AsyncTransaction&&) noexcept = default;

asio::awaitable<AsyncTransaction> AsyncTransaction::begin(AsyncConnection& connection, std::string mode) {
  SharedChannel channel = connection.channel();
  const std::string sql = detail::begin_statement(mode);
  if (!channel->is_clean()) co_await detail::AsyncChannel::clear_up(channel);
  detail::require_no_transaction(channel->core->wire.transaction_status());
  // A BEGIN that is cancelled may have taken effect.
  AsyncTransaction transaction(channel);
  co_await command_tag(channel, sql.c_str());
  co_return transaction;
}

asio::awaitable<void> AsyncTransaction::commit() {
  if (channel_ == nullptr) throw detail::nothing_to_commit(false);
  co_await commit_on(std::exchange(channel_, nullptr));
}

asio::awaitable<void> AsyncTransaction::rollback() {
  const SharedChannel channel = std::exchange(channel_, nullptr);
  if (channel == nullptr) co_return;
  channel->rollback_due = true;
  co_await detail::AsyncChannel::clear_up(channel);
}

}  // namespace migrate::engine
