#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/engine/codecs.hpp"

namespace migrate::engine {

namespace detail {
class Channel;
class CopyIn;
class CopyOut;
}  // namespace detail

/// The text format of COPY, which is its default: fields between tabs, \N for NULL, backslashes escaped.
class CopyText {
 public:
  template <typename... T>
  static void append_row(std::string& out, const T&... values) {
    std::size_t left = sizeof...(T);
    ((append_value(out, values), out += --left > 0 ? '\t' : '\n'), ...);
  }
  /// A line without its newline, taken apart; nothing = NULL.
  static std::vector<std::optional<std::string>> fields(std::string_view line);

 private:
  template <typename T>
  static void append_value(std::string& out, const T& value) {
    if constexpr (std::is_same_v<T, std::nullopt_t> || std::is_same_v<T, std::nullptr_t>) {
      out += "\\N";
    } else if constexpr (is_optional<T>) {
      value ? append_value(out, *value) : append_value(out, std::nullopt);
    } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
      append_escaped(out, value);
    } else {
      const std::size_t start = out.size();
      Codec<T>::encode(value, out);
      if constexpr (!std::is_arithmetic_v<T>) escape_from(out, start);
    }
  }
  static void append_escaped(std::string& out, std::string_view text);
  static void escape_from(std::string& out, std::size_t start);
};

/// COPY … FROM STDIN as a writer; see Connection::copy_in. Data goes out in blocks. The server tells what is wrong with
/// it only at the end, with the line, in finish(). The connection is busy until then, and must outlive the writer.
class CopyWriter {
 public:
  /// Used by Connection.
  CopyWriter(detail::Channel& channel, std::unique_ptr<detail::CopyIn> copy);
  /// Without finish() the COPY is made to fail: nothing of it stays. Never throws.
  ~CopyWriter();
  CopyWriter(CopyWriter&&) noexcept;
  CopyWriter(const CopyWriter&) = delete;
  CopyWriter& operator=(const CopyWriter&) = delete;
  CopyWriter& operator=(CopyWriter&&) = delete;

  /// One row in text format: any type with a Codec, optionals and nullopt for NULL.
  template <typename... T>
  void row(const T&... values) {
    require_open();
    CopyText::append_row(buffer_, values...);
    if (buffer_.size() >= k_block) flush();
  }
  /// Data as it is, in whatever format the COPY has; need not end at a row's end.
  void write(std::string_view data);
  /// Ends the data; the number of rows the server took. Throws SqlError with the line in fields().context, and else
  /// what execute() throws.
  long finish();
  /// Makes the COPY fail. False: the connection was lost over it.
  bool cancel() noexcept;

 private:
  static constexpr std::size_t k_block = 64UL * 1024;
  void require_open() const;
  void flush();

  detail::Channel* channel_;
  std::unique_ptr<detail::CopyIn> copy_;
  std::string buffer_;
};

/// COPY … TO STDOUT as a reader; see Connection::copy_out. The connection is busy until the end, and must outlive it.
class CopyReader {
 public:
  /// Used by Connection.
  CopyReader(detail::Channel& channel, std::unique_ptr<detail::CopyOut> copy);
  /// Cancels and drains what is left, as RowStream does.
  ~CopyReader();
  CopyReader(CopyReader&&) noexcept;
  CopyReader(const CopyReader&) = delete;
  CopyReader& operator=(const CopyReader&) = delete;
  CopyReader& operator=(CopyReader&&) = delete;

  /// The next block the server sends, in its text and CSV formats one row with its newline; nothing at the end. Valid
  /// until the next call. Throws as execute() does, also after data.
  std::optional<std::string_view> next();
  /// The next row of the text format, taken apart.
  std::optional<std::vector<std::optional<std::string>>> next_row();
  /// Idempotent. False: the connection was lost over it.
  bool stop() noexcept;

 private:
  detail::Channel* channel_;
  std::unique_ptr<detail::CopyOut> copy_;
};

}  // namespace migrate::engine
