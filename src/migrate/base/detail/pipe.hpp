#pragma once
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "migrate/base/error.hpp"

namespace migrate::base {

/// A pipe whose ends close themselves, do not pass an exec, and are never one of the standard streams: a program
/// started with a closed stdin would otherwise find its child's pipe there.
class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) throw Error(fmt::format("cannot make a pipe: {}", std::strerror(errno)));
    for (auto& end : ends_) {
      if (end > STDERR_FILENO) continue;
      const int moved = ::fcntl(end, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
      if (moved < 0) fail_to_move();
      ::close(end);
      end = moved;
    }
  }
  ~Pipe() { close_ends(); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  [[nodiscard]] int read_end() const { return ends_[0]; }
  [[nodiscard]] int write_end() const { return ends_[1]; }
  void close_read() { close_end(ends_[0]); }
  void close_write() { close_end(ends_[1]); }

 private:
  static void close_end(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
  void close_ends() {
    close_read();
    close_write();
  }
  [[noreturn]] void fail_to_move() {
    const int error = errno;
    close_ends();
    throw Error(fmt::format("cannot make a pipe: {}", std::strerror(error)));
  }

  std::array<int, 2> ends_{-1, -1};
};

}  // namespace migrate::base
