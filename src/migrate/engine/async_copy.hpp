#pragma once
#include <asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/engine/async_connection.hpp"
#include "migrate/engine/copy.hpp"

namespace migrate::engine {

/// COPY … FROM STDIN as a writer; see AsyncConnection::copy_in and CopyWriter. When the writer goes without finish()
/// the COPY is made to fail, ahead of the connection's next statement or when its lease ends.
class [[nodiscard]] AsyncCopyWriter {
 public:
  /// Used by AsyncConnection.
  AsyncCopyWriter(std::shared_ptr<detail::AsyncChannel> channel, std::shared_ptr<detail::CopyIn> copy);
  ~AsyncCopyWriter();
  AsyncCopyWriter(AsyncCopyWriter&&) noexcept;
  AsyncCopyWriter(const AsyncCopyWriter&) = delete;
  AsyncCopyWriter& operator=(const AsyncCopyWriter&) = delete;
  AsyncCopyWriter& operator=(AsyncCopyWriter&&) = delete;

  /// One row in text format, encoded when called. Await each before the next.
  template <typename... T>
  asio::awaitable<void> row(const T&... values) {
    CopyText::append_row(buffer_, values...);
    return flush_if_full();
  }
  /// Data as it is, in whatever format the COPY has; need not end at a row's end.
  asio::awaitable<void> write(std::string_view data) {
    buffer_ += data;
    return flush_if_full();
  }
  /// Ends the data; the number of rows the server took.
  asio::awaitable<long> finish();
  /// Makes the COPY fail. False: the connection was lost over it.
  asio::awaitable<bool> cancel();

 private:
  asio::awaitable<void> flush_if_full();
  asio::awaitable<void> flush();
  void leave() noexcept;

  std::shared_ptr<detail::AsyncChannel> channel_;
  std::shared_ptr<detail::CopyIn> copy_;  ///< null once it is over or given up
  std::string buffer_;
};

/// COPY … TO STDOUT as a reader; see AsyncConnection::copy_out and CopyReader. What is left when the reader goes is
/// treated as by AsyncRowStream.
class [[nodiscard]] AsyncCopyReader {
 public:
  /// Used by AsyncConnection.
  AsyncCopyReader(std::shared_ptr<detail::AsyncChannel> channel, std::shared_ptr<detail::CopyOut> copy);
  ~AsyncCopyReader();
  AsyncCopyReader(AsyncCopyReader&&) noexcept;
  AsyncCopyReader(const AsyncCopyReader&) = delete;
  AsyncCopyReader& operator=(const AsyncCopyReader&) = delete;
  AsyncCopyReader& operator=(AsyncCopyReader&&) = delete;

  /// The next block; nothing at the end. Valid until the next call.
  asio::awaitable<std::optional<std::string_view>> next();
  /// The next row of the text format, taken apart.
  asio::awaitable<std::optional<std::vector<std::optional<std::string>>>> next_row();
  /// Idempotent. False: the connection was lost over it.
  asio::awaitable<bool> stop();

 private:
  void leave() noexcept;
  std::shared_ptr<detail::AsyncChannel> channel_;
  std::shared_ptr<detail::CopyOut> copy_;
};

}  // namespace migrate::engine
