#include "migrate/engine/row_stream.hpp"

#include <utility>

#include "migrate/engine/detail/channel.hpp"
#include "migrate/engine/detail/drive_sync.hpp"
#include "migrate/engine/detail/row_source.hpp"

namespace migrate::engine {

RowStream::RowStream(detail::Channel& channel, std::unique_ptr<detail::RowSource> source)
    : channel_(&channel), source_(std::move(source)) {}

RowStream::RowStream(RowStream&&) noexcept = default;

RowStream::~RowStream() {
  stop();
}

std::optional<Row> RowStream::next() {
  if (source_ == nullptr) return std::nullopt;
  source_->next_row();
  detail::drive_sync(*source_, channel_->hooks.interrupt_fd);
  if (source_->row()) return Row(*source_->row(), 0);
  const auto source = std::move(source_);
  source->finish();
  return std::nullopt;
}

bool RowStream::stop() noexcept {
  if (source_ == nullptr) return true;
  const auto source = std::move(source_);
  try {
    if (!source->abandon()) {
      source->cut(detail::Cut::abandon);
      detail::drive_sync(*source, -1);
    }
  } catch (...) {
    // Not driven to its end, which finish_abandoned() sees.
  }
  return source->finish_abandoned();
}

}  // namespace migrate::engine
