#include "support/tcp_gate.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace migrate::test {
namespace {

constexpr int k_tick = 10;  // milliseconds between two looks at what has been set

int connect_to(const std::string& path) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) return fd;
  ::close(fd);
  return -1;
}

bool readable(int fd) {
  pollfd look{fd, POLLIN, 0};
  return poll(&look, 1, k_tick) == 1;
}

}  // namespace

/// One client, its connection to the server, and a thread for each direction.
class TcpGate::Pair {
 public:
  Pair(int client, int server) : client_(client), server_(server) {}
  ~Pair() {
    end();
    for (auto& thread : threads) thread.join();
    ::close(client_);
    ::close(server_);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  void end() {
    ended = true;
    shutdown(client_, SHUT_RDWR);
    shutdown(server_, SHUT_RDWR);
  }
  void touch() { passed_ = Clock::now(); }
  /// Whether nothing has passed for longer than `memory`, now or before.
  [[nodiscard]] bool is_forgotten(std::chrono::milliseconds memory) {
    if (memory.count() > 0 && Clock::now() - passed_.load() > memory) forgotten = true;
    return forgotten;
  }
  [[nodiscard]] int client() const { return client_; }
  [[nodiscard]] int server() const { return server_; }

  std::atomic<bool> ended{false};
  std::atomic<bool> forgotten{false};
  std::atomic<int> running{2};  ///< threads
  std::vector<std::thread> threads;

 private:
  using Clock = std::chrono::steady_clock;
  std::atomic<Clock::time_point> passed_{Clock::now()};
  int client_;
  int server_;
};

TcpGate::TcpGate(engine::Url server) : server_(std::move(server)) {
  const auto& host = server_.hosts.at(0);
  path_ = host.name + "/.s.PGSQL." + std::to_string(host.port.value_or(5432));
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) != 0 || listen(listener_, 64) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no port for a gate");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

TcpGate::~TcpGate() {
  stop_ = true;
  acceptor_.join();
  break_all();
  pairs_.clear();
  ::close(listener_);
}

engine::Url TcpGate::url() const {
  engine::Url url = server_;
  url.hosts.at(0).name = "127.0.0.1";
  url.hosts.at(0).port = static_cast<std::uint16_t>(port_);
  url.parameters.emplace_back("sslmode", "disable");
  url.parameters.emplace_back("gssencmode", "disable");
  return url;
}

void TcpGate::refuse(bool on) {
  refuse_ = on;
  if (on) break_all();
}

void TcpGate::heal() {
  refuse_ = false;
  stalled_ = false;
  budget_ = -1;
  delay_ = std::chrono::milliseconds(0);
  pause_ = std::chrono::microseconds(0);
  packet_ = 0;
  memory_ = std::chrono::milliseconds(0);
  const std::lock_guard lock(mutex_);
  for (auto& pair : pairs_) {
    if (pair->forgotten) pair->end();
  }
}

void TcpGate::break_all() {
  const std::lock_guard lock(mutex_);
  for (auto& pair : pairs_) pair->end();
}

void TcpGate::bury() {
  const std::lock_guard lock(mutex_);
  std::erase_if(pairs_, [](const std::unique_ptr<Pair>& pair) { return pair->running == 0; });
}

void TcpGate::accept_all() {
  for (; !stop_; bury()) {
    if (!readable(listener_)) continue;
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const int server = refuse_ || client < 0 ? -1 : connect_to(path_);
    if (server < 0) {
      ::close(client);
      continue;
    }
    const int on = 1;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    const std::lock_guard lock(mutex_);
    Pair& pair = *pairs_.emplace_back(std::make_unique<Pair>(client, server));
    ++open_;
    pair.threads.emplace_back([this, &pair] { serve(pair, false); });
    pair.threads.emplace_back([this, &pair] { serve(pair, true); });
  }
}

void TcpGate::serve(Pair& pair, bool from_server) {
  while (!pair.ended && pass(pair, from_server)) {
  }
  pair.end();
  if (from_server) --open_;
  --pair.running;
}

/// Moves what there is; false when the connection is over.
bool TcpGate::pass(Pair& pair, bool from_server) const {
  const int from = from_server ? pair.server() : pair.client();
  const int to = from_server ? pair.client() : pair.server();
  if (stop_) return false;
  if (stalled_ || pair.is_forgotten(memory_)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(k_tick));
    return true;
  }
  if (!readable(from) || stalled_) return true;
  std::array<char, 8192> buffer{};
  const std::size_t packet = packet_;
  const std::size_t room = packet == 0 ? buffer.size() : std::min(packet, buffer.size());
  const ssize_t got = recv(from, buffer.data(), room, 0);
  if (got <= 0) return false;
  std::this_thread::sleep_for(delay_.load());
  if (from_server && budget_ >= 0 && (budget_ -= got) < 0) return false;
  if (send(to, buffer.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) != got) return false;
  pair.touch();
  if (pause_.load().count() > 0) std::this_thread::sleep_for(pause_.load());
  return true;
}

}  // namespace migrate::test
