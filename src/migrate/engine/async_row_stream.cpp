#include "migrate/engine/async_row_stream.hpp"

#include <utility>

#include "migrate/engine/detail/async_channel.hpp"
#include "migrate/engine/detail/row_source.hpp"

namespace migrate::engine {

using detail::RowSource;

AsyncRowStream::AsyncRowStream(detail::SharedChannel channel, std::shared_ptr<RowSource> source)
    : channel_(std::move(channel)), source_(std::move(source)) {}

AsyncRowStream::AsyncRowStream(AsyncRowStream&&) noexcept = default;

AsyncRowStream::~AsyncRowStream() {
  leave();
}

void AsyncRowStream::leave() noexcept {
  const auto source = std::exchange(source_, nullptr);
  if (source == nullptr || source->over()) return;
  detail::leave(*channel_, source, detail::give_up_reading<RowSource>);
}

asio::awaitable<std::optional<Row>> AsyncRowStream::next() {
  const std::shared_ptr<RowSource> source = source_;
  if (source == nullptr || source->over()) co_return std::nullopt;
  const detail::SharedChannel channel = channel_;
  source->next_row();
  co_await channel->driver.drive(*source);
  if (source->row()) co_return Row(*source->row(), 0);
  source->finish();
  co_return std::nullopt;
}

asio::awaitable<bool> AsyncRowStream::stop() {
  const detail::SharedChannel channel = channel_;
  leave();
  co_return co_await detail::clear_up(channel);
}

}  // namespace migrate::engine
