#pragma once

namespace migrate::engine::detail {

/// A second descriptor of a connection's socket, through which the connection can be broken from another thread while
/// its user, and libpq, go on as they like: neither the number of the first nor its end matters.
class AbortSocket {
 public:
  AbortSocket() noexcept = default;
  ~AbortSocket();
  AbortSocket(const AbortSocket&) = delete;
  AbortSocket& operator=(const AbortSocket&) = delete;

  /// Duplicates `socket`. Without a free descriptor nothing happens, and the connection cannot be broken. Call it
  /// before others may call shut().
  void open(int socket) noexcept;
  /// Whoever waits for the other side finds its end. Thread-safe.
  void shut() const noexcept;
  void close() noexcept;

 private:
  int descriptor_ = -1;
};

}  // namespace migrate::engine::detail
