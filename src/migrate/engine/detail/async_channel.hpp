#pragma once
#include <asio/awaitable.hpp>
#include <memory>
#include <string>

#include "migrate/engine/detail/channel.hpp"
#include "migrate/engine/detail/drive_async.hpp"
#include "migrate/engine/detail/operation.hpp"

namespace migrate::engine::detail {

/// What an AsyncConnection holds. Coroutines that use the connection share it, so that none of them is left with less
/// than it needs when the connection object goes.
struct AsyncChannel {
  AsyncChannel(std::unique_ptr<Channel> opened, const asio::any_io_executor& executor);
  ~AsyncChannel();

  /// Before a new conversation: what was left behind must be cleared up first.
  [[nodiscard]] bool is_clean() const noexcept { return unfinished == nullptr && !rollback_due; }
  /// Ends what was left unfinished, rolls back what was left open. False: the connection is lost.
  [[nodiscard]] static asio::awaitable<bool> clear_up(std::shared_ptr<AsyncChannel> channel);
  [[nodiscard]] static asio::awaitable<bool> roll_back(std::shared_ptr<AsyncChannel> channel);
  void close() noexcept;

  std::unique_ptr<Channel> core;
  AsyncDriver driver;
  std::unique_ptr<Operation> unfinished;  ///< a stream, COPY … whose object went before its end
  bool rollback_due = false;              ///< a transaction object went without commit or rollback
};

using SharedChannel = std::shared_ptr<AsyncChannel>;

}  // namespace migrate::engine::detail
