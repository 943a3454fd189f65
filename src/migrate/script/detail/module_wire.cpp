#include "migrate/script/detail/module_wire.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace migrate::script::detail {
namespace {

struct Header {
  std::uint64_t size;
  std::uint64_t kind;
};

void wait_for(int socket, short events) {
  pollfd one{socket, events, 0};
  ::poll(&one, 1, -1);
}

}  // namespace

void FrameSocket::reset(int socket) {
  close();
  socket_ = socket;
}

void FrameSocket::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
  buffer_.clear();
}

std::string FrameSocket::header(FrameKind kind, std::string_view bytes) {
  const Header facts{bytes.size(), static_cast<std::uint64_t>(kind)};
  std::string text(sizeof facts, '\0');
  std::memcpy(text.data(), &facts, sizeof facts);
  return text;
}

FrameSocket::State FrameSocket::send_some(std::string_view& bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return errno == EAGAIN ? State::open : State::ended;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return State::open;
}

FrameSocket::State FrameSocket::read_some() {
  std::array<char, 65536> chunk;
  for (;;) {
    const ssize_t got = ::recv(socket_, chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno == EAGAIN ? State::open : State::ended;
    if (got == 0) return State::ended;
    buffer_.append(chunk.data(), static_cast<std::size_t>(got));
    if (static_cast<std::size_t>(got) < chunk.size()) return State::open;
  }
}

std::optional<Frame> FrameSocket::take() {
  Header facts{};
  if (buffer_.size() < sizeof facts) return std::nullopt;
  std::memcpy(&facts, buffer_.data(), sizeof facts);
  if (buffer_.size() - sizeof facts < facts.size) return std::nullopt;
  const auto size = static_cast<std::size_t>(facts.size);
  Frame frame{static_cast<FrameKind>(facts.kind), buffer_.substr(sizeof facts, size)};
  buffer_.erase(0, sizeof facts + size);
  return frame;
}

void FrameSocket::put(FrameKind kind, std::string_view bytes) {
  unsent_.append(header(kind, bytes)).append(bytes);
}

bool FrameSocket::send(FrameKind kind, std::string_view bytes) {
  // In one piece, or the other side would wake up twice.
  put(kind, bytes);
  const std::string text = std::exchange(unsent_, {});
  std::string_view rest = text;
  while (!rest.empty()) {
    if (send_some(rest) == State::ended) return false;
    if (!rest.empty()) wait_for(socket_, POLLOUT);
  }
  return true;
}

std::optional<Frame> FrameSocket::receive() {
  for (;;) {
    if (auto frame = take()) return frame;
    wait_for(socket_, POLLIN);
    // What came before the end is still to be taken.
    if (read_some() == State::ended) return take();
  }
}

}  // namespace migrate::script::detail
