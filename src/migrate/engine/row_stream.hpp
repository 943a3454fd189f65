#pragma once
#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>

#include "migrate/engine/result.hpp"

namespace migrate::engine {

namespace detail {
class Channel;
class RowSource;
}  // namespace detail

/// Rows of a statement as the server sends them, without holding them all; see Connection::stream. An error may come
/// after rows: what was read before then counts for nothing. The connection is busy until the stream is over or gone,
/// and must outlive it. Ending early cancels the statement, which fails the transaction it is in, if any: a LIMIT or a
/// cursor does not.
///
///   for (const Row row : connection.stream("SELECT id, text FROM messages")) use(row.get<long>("id"));
class RowStream {
 public:
  class Iterator;

  /// Used by Connection.
  RowStream(detail::Channel& channel, std::unique_ptr<detail::RowSource> source);
  /// Cancels and drains what is left, within a few seconds; never throws.
  ~RowStream();
  RowStream(RowStream&&) noexcept;
  RowStream(const RowStream&) = delete;
  RowStream& operator=(const RowStream&) = delete;
  RowStream& operator=(RowStream&&) = delete;

  /// The next row; nothing at the end. Valid until the next call. Throws as execute() does, also after rows.
  std::optional<Row> next();
  /// Ends it now. Idempotent. False: the connection was lost over it.
  bool stop() noexcept;

  [[nodiscard]] Iterator begin();
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

 private:
  detail::Channel* channel_;
  std::unique_ptr<detail::RowSource> source_;
};

class RowStream::Iterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = Row;
  using difference_type = std::ptrdiff_t;
  using pointer = void;
  using reference = Row;

  explicit Iterator(RowStream& stream) : stream_(&stream), row_(stream.next()) {}
  Row operator*() const { return *row_; }
  Iterator& operator++() {
    row_ = stream_->next();
    return *this;
  }
  void operator++(int) { ++*this; }
  bool operator==(std::default_sentinel_t /*end*/) const { return !row_; }

 private:
  RowStream* stream_;
  std::optional<Row> row_;
};

inline RowStream::Iterator RowStream::begin() {
  return Iterator(*this);
}

}  // namespace migrate::engine
