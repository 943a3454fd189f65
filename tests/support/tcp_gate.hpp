#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "migrate/engine/url.hpp"

namespace migrate::test {

/// A TCP port in front of a server's socket, which can be made to behave like a bad network. What is set holds for
/// connections that exist as well. Thread-safe.
class TcpGate {
 public:
  /// Opens a port of 127.0.0.1 that leads to the Unix socket of `server`.
  explicit TcpGate(engine::Url server);
  ~TcpGate();
  TcpGate(const TcpGate&) = delete;
  TcpGate& operator=(const TcpGate&) = delete;

  /// The server's URL by way of the gate, without TLS.
  [[nodiscard]] engine::Url url() const;
  /// Connections that are open now.
  [[nodiscard]] int connections() const noexcept { return open_; }

  /// New connections are closed at once, existing ones broken.
  void refuse(bool on);
  /// Nothing passes any more, in either direction; nobody is told.
  void stall(bool on) noexcept { stalled_ = on; }
  /// Breaks connections once the server has sent so many more bytes, taken together; 0: no limit.
  void cut_after(std::size_t bytes) noexcept { budget_ = bytes == 0 ? -1 : static_cast<long>(bytes); }
  /// Holds every packet back for so long.
  void delay(std::chrono::milliseconds time) noexcept { delay_ = time; }
  /// Passes on so many bytes at once at most; 0: as they come.
  void packets(std::size_t bytes) noexcept { packet_ = bytes; }
  /// Waits so long after each packet.
  void throttle(std::chrono::microseconds time) noexcept { pause_ = time; }
  /// Like a firewall that keeps no memory of silent lines: connections on which nothing passed for so long pass nothing
  /// from then on, and nobody is told; 0: never.
  void forget_after(std::chrono::milliseconds silence) noexcept { memory_ = silence; }
  /// As if nothing had been set. What was forgotten is closed.
  void heal();

 private:
  class Pair;
  void accept_all();
  void serve(Pair& pair, bool from_server);
  void bury();
  bool pass(Pair& pair, bool from_server) const;
  void break_all();

  std::string path_;
  engine::Url server_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stop_{false}, refuse_{false}, stalled_{false};
  mutable std::atomic<long> budget_{-1};
  std::atomic<std::chrono::milliseconds> delay_{std::chrono::milliseconds(0)};
  std::atomic<std::chrono::milliseconds> memory_{std::chrono::milliseconds(0)};
  std::atomic<std::chrono::microseconds> pause_{std::chrono::microseconds(0)};
  std::atomic<std::size_t> packet_{0};
  std::atomic<int> open_{0};
  std::mutex mutex_;
  std::vector<std::unique_ptr<Pair>> pairs_;
  std::thread acceptor_;
};

}  // namespace migrate::test
