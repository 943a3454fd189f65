#pragma once
#include <asio/awaitable.hpp>
#include <memory>
#include <optional>

#include "migrate/engine/async_connection.hpp"
#include "migrate/engine/result.hpp"

namespace migrate::engine {

namespace detail {
class RowSource;
}

/// Rows of a statement as the server sends them, without holding them all; see AsyncConnection::stream and RowStream.
/// What is left when the stream goes is cancelled and drained ahead of the connection's next statement, or when its
/// lease ends; stop() does so at once.
///
///   auto rows = co_await connection.stream("SELECT id FROM messages");
///   while (const auto row = co_await rows.next()) use(row->get<long>("id"));
class [[nodiscard]] AsyncRowStream {
 public:
  /// Used by AsyncConnection.
  AsyncRowStream(std::shared_ptr<detail::AsyncChannel> channel, std::shared_ptr<detail::RowSource> source);
  ~AsyncRowStream();
  AsyncRowStream(AsyncRowStream&&) noexcept;
  AsyncRowStream(const AsyncRowStream&) = delete;
  AsyncRowStream& operator=(const AsyncRowStream&) = delete;
  AsyncRowStream& operator=(AsyncRowStream&&) = delete;

  /// The next row; nothing at the end. Valid until the next call. Throws as execute() does, also after rows.
  asio::awaitable<std::optional<Row>> next();
  /// Ends it now. Idempotent. False: the connection was lost over it.
  asio::awaitable<bool> stop();

 private:
  void leave() noexcept;
  std::shared_ptr<detail::AsyncChannel> channel_;
  std::shared_ptr<detail::RowSource> source_;  ///< null once it is over or stopped
};

}  // namespace migrate::engine
