#pragma once
#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <memory>

#include "migrate/engine/detail/channel.hpp"

namespace migrate::engine::detail {

/// open_channel() on a helper thread of the executor's context. When the coroutine is cancelled, or the deadline has
/// passed and the thread is still caught in a call that cannot be interrupted, the thread is left to itself, and what
/// it may yet bring is closed.
asio::awaitable<std::unique_ptr<Channel>> async_open(asio::any_io_executor executor, ConnectionConfig config,
                                                     ConnectionHooks hooks, Deadline deadline);

}  // namespace migrate::engine::detail
