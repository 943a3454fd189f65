#include "migrate/engine/async_copy.hpp"

#include <utility>

#include "migrate/engine/detail/async_channel.hpp"
#include "migrate/engine/detail/copy_exchange.hpp"

namespace migrate::engine {
namespace {

using detail::CopyIn;
using detail::CopyOut;
using detail::SharedChannel;

constexpr std::size_t k_block = 64UL * 1024;

bool give_up_writing(detail::Operation& operation) {
  static_cast<CopyIn&>(operation).end("the writer was given up");
  return false;
}

}  // namespace

AsyncCopyWriter::AsyncCopyWriter(SharedChannel channel, std::shared_ptr<CopyIn> copy)
    : channel_(std::move(channel)), copy_(std::move(copy)) {}

AsyncCopyWriter::AsyncCopyWriter(AsyncCopyWriter&&) noexcept = default;

AsyncCopyWriter::~AsyncCopyWriter() {
  leave();
}

void AsyncCopyWriter::leave() noexcept {
  const auto copy = std::exchange(copy_, nullptr);
  if (copy == nullptr || copy->over()) return;
  detail::leave(*channel_, copy, give_up_writing);
}

asio::awaitable<void> AsyncCopyWriter::flush_if_full() {
  if (buffer_.size() >= k_block) co_await flush();
}

asio::awaitable<void> AsyncCopyWriter::flush() {
  const std::shared_ptr<CopyIn> copy = copy_;
  const SharedChannel channel = channel_;
  if (copy == nullptr) throw DatabaseArgumentError("data for a COPY that has ended already");
  copy->put(std::exchange(buffer_, {}));
  co_await channel->driver.drive(*copy);
  if (copy->takes_data()) co_return;
  // Cut, or the connection lost: there is nothing to go on with.
  if (!copy->over()) co_await channel->driver.drive(*copy);
  copy_ = nullptr;
  copy->finish();
  throw DatabaseArgumentError("the COPY ended before its data did");
}

asio::awaitable<long> AsyncCopyWriter::finish() {
  if (!buffer_.empty()) co_await flush();
  const std::shared_ptr<CopyIn> copy = copy_;
  const SharedChannel channel = channel_;
  if (copy == nullptr) throw DatabaseArgumentError("the end of a COPY that has ended already");
  copy->end();
  co_await channel->driver.drive(*copy);
  copy_ = nullptr;
  co_return copy->finish().affected_rows();
}

asio::awaitable<bool> AsyncCopyWriter::cancel() {
  const SharedChannel channel = channel_;
  leave();
  co_return co_await detail::clear_up(channel);
}

AsyncCopyReader::AsyncCopyReader(SharedChannel channel, std::shared_ptr<CopyOut> copy)
    : channel_(std::move(channel)), copy_(std::move(copy)) {}

AsyncCopyReader::AsyncCopyReader(AsyncCopyReader&&) noexcept = default;

AsyncCopyReader::~AsyncCopyReader() {
  leave();
}

void AsyncCopyReader::leave() noexcept {
  const auto copy = std::exchange(copy_, nullptr);
  if (copy == nullptr || copy->over()) return;
  detail::leave(*channel_, copy, detail::give_up_reading<CopyOut>);
}

asio::awaitable<std::optional<std::string_view>> AsyncCopyReader::next() {
  const std::shared_ptr<CopyOut> copy = copy_;
  if (copy == nullptr || copy->over()) co_return std::nullopt;
  const SharedChannel channel = channel_;
  copy->next_line();
  co_await channel->driver.drive(*copy);
  if (!copy->over()) co_return copy->line();
  copy->finish();
  co_return std::nullopt;
}

asio::awaitable<std::optional<std::vector<std::optional<std::string>>>> AsyncCopyReader::next_row() {
  const std::optional<std::string_view> line = co_await next();
  if (!line) co_return std::nullopt;
  co_return CopyText::fields(*line);
}

asio::awaitable<bool> AsyncCopyReader::stop() {
  const SharedChannel channel = channel_;
  leave();
  co_return co_await detail::clear_up(channel);
}

}  // namespace migrate::engine
