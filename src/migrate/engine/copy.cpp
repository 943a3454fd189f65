#include "migrate/engine/copy.hpp"

#include <utility>

#include "migrate/engine/detail/channel.hpp"
#include "migrate/engine/detail/copy_exchange.hpp"
#include "migrate/engine/detail/drive_sync.hpp"

namespace migrate::engine {

CopyWriter::CopyWriter(detail::Channel& channel, std::unique_ptr<detail::CopyIn> copy)
    : channel_(&channel), copy_(std::move(copy)) {}

CopyWriter::CopyWriter(CopyWriter&&) noexcept = default;

CopyWriter::~CopyWriter() {
  cancel();
}

void CopyWriter::require_open() const {
  if (copy_ == nullptr) throw DatabaseArgumentError("data for a COPY that has ended already");
}

void CopyWriter::write(std::string_view data) {
  require_open();
  buffer_ += data;
  if (buffer_.size() >= k_block) flush();
}

void CopyWriter::flush() {
  copy_->put(buffer_);
  buffer_.clear();
  detail::drive_sync(*copy_, channel_->hooks.interrupt_fd);
  if (copy_->takes_data()) return;
  // Cut, or the connection lost: there is nothing to go on with.
  detail::drive_sync(*copy_, -1);
  const auto copy = std::move(copy_);
  copy->finish();
  throw DatabaseArgumentError("the COPY ended before its data did");
}

long CopyWriter::finish() {
  require_open();
  if (!buffer_.empty()) flush();
  copy_->end();
  detail::drive_sync(*copy_, channel_->hooks.interrupt_fd);
  const auto copy = std::move(copy_);
  return copy->finish().affected_rows();
}

bool CopyWriter::cancel() noexcept {
  if (copy_ == nullptr) return true;
  const auto copy = std::move(copy_);
  try {
    copy->end("the writer was given up");
    detail::drive_sync(*copy, -1);
  } catch (...) {
    // Not driven to its end, which finish_abandoned() sees.
  }
  return copy->finish_abandoned();
}

CopyReader::CopyReader(detail::Channel& channel, std::unique_ptr<detail::CopyOut> copy)
    : channel_(&channel), copy_(std::move(copy)) {}

CopyReader::CopyReader(CopyReader&&) noexcept = default;

CopyReader::~CopyReader() {
  stop();
}

std::optional<std::string_view> CopyReader::next() {
  if (copy_ == nullptr) return std::nullopt;
  copy_->next_line();
  detail::drive_sync(*copy_, channel_->hooks.interrupt_fd);
  if (!copy_->over()) return copy_->line();
  const auto copy = std::move(copy_);
  copy->finish();
  return std::nullopt;
}

std::optional<std::vector<std::optional<std::string>>> CopyReader::next_row() {
  const auto line = next();
  if (!line) return std::nullopt;
  return CopyText::fields(*line);
}

bool CopyReader::stop() noexcept {
  if (copy_ == nullptr) return true;
  const auto copy = std::move(copy_);
  try {
    if (!copy->abandon()) {
      copy->cut(detail::Cut::abandon);
      detail::drive_sync(*copy, -1);
    }
  } catch (...) {
    // Not driven to its end, which finish_abandoned() sees.
  }
  return copy->finish_abandoned();
}

}  // namespace migrate::engine
