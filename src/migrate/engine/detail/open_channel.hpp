#pragma once
#include <memory>

#include "migrate/engine/detail/channel.hpp"

namespace migrate::engine::detail {

/// Connects, as Connection::connect() does, blocking.
std::unique_ptr<Channel> open_channel(const ConnectionConfig& config, ConnectionHooks hooks, Deadline deadline);

}  // namespace migrate::engine::detail
