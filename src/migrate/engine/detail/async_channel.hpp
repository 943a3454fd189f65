#pragma once
#include <asio/awaitable.hpp>
#include <memory>
#include <string>
#include <utility>

#include "migrate/engine/detail/channel.hpp"
#include "migrate/engine/detail/drive_async.hpp"
#include "migrate/engine/detail/operation.hpp"
#include "migrate/engine/detail/query.hpp"

namespace migrate::engine::detail {

/// A conversation whose object went before its end.
struct Leftover {
  std::shared_ptr<Operation> operation;
  bool (*give_up)(Operation&) = nullptr;          ///< false: it must be driven to its end
  bool (*finish)(Operation&) noexcept = nullptr;  ///< false: the connection is lost
};

struct AsyncChannel;
using SharedChannel = std::shared_ptr<AsyncChannel>;

/// What an AsyncConnection holds. Coroutines that use the connection share it, so that none of them is left with less
/// than it needs when the connection object goes.
struct AsyncChannel {
  AsyncChannel(std::unique_ptr<Channel> opened, const asio::any_io_executor& executor);
  ~AsyncChannel();

  /// Whether nothing was left behind that must be cleared up before a new conversation.
  [[nodiscard]] bool is_clean() const noexcept { return !leftover.operation && !rollback_due && undo.empty(); }
  void close() noexcept;
  /// Asks the server to cancel what runs, and does not wait for it.
  void cancel_unheard() const noexcept;

  std::unique_ptr<Channel> core;
  AsyncDriver driver;
  Leftover leftover;
  std::string undo;           ///< takes back savepoints whose objects went
  bool rollback_due = false;  ///< a transaction object went without commit or rollback
  bool new_hooks = false;     ///< the hooks are not those it was opened with
};

// Coroutines over a channel; each owns what it needs.

/// Ends what was left unfinished, undoes what was left open. False: the connection is lost.
asio::awaitable<bool> clear_up(SharedChannel channel);
/// ROLLBACK, when a transaction is open. False: the connection is lost.
asio::awaitable<bool> roll_back(SharedChannel channel);
/// Sends `sql`, nothing told to the log; false when it fails.
asio::awaitable<bool> run_quietly(SharedChannel channel, std::string sql);
/// One statement or several in one message.
asio::awaitable<Result> run_message(SharedChannel channel, std::string sql);
/// One statement.
asio::awaitable<Result> run_query(SharedChannel channel, std::string sql, Parameters parameters, Glue glue);

/// Leaves `operation` to whoever uses the channel next.
template <typename Exchange>
void leave(AsyncChannel& channel, std::shared_ptr<Exchange> operation, bool (*give_up)(Operation&)) {
  channel.leftover.give_up = give_up;
  channel.leftover.finish = [](Operation& left) noexcept { return static_cast<Exchange&>(left).finish_abandoned(); };
  channel.leftover.operation = std::move(operation);
}

/// For what is read: what has not arrived yet is cancelled.
template <typename Exchange>
bool give_up_reading(Operation& operation) {
  if (static_cast<Exchange&>(operation).abandon()) return true;
  operation.cut(Cut::abandon);
  return false;
}

}  // namespace migrate::engine::detail
