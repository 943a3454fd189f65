#pragma once
#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <optional>
#include <string_view>

#include "migrate/base/detail/pipe.hpp"
#include "migrate/base/process.hpp"

namespace migrate::base {

/// While it lives, writing to a pipe that nobody reads gives this thread EPIPE instead of SIGPIPE.
class NoBrokenPipeSignal {
 public:
  NoBrokenPipeSignal();
  ~NoBrokenPipeSignal();
  NoBrokenPipeSignal(const NoBrokenPipeSignal&) = delete;
  NoBrokenPipeSignal& operator=(const NoBrokenPipeSignal&) = delete;

 private:
  sigset_t before_{};
  bool was_pending_ = false;
};

/// Our side of a child's standard streams: feeds its input and gathers its output until it has ended.
class Exchange {
 public:
  using Clock = std::chrono::steady_clock;
  /// What ends the child before its time.
  struct Limits {
    std::optional<Clock::time_point> deadline;
    int interrupt_fd;  ///< -1: none
    bool own_group;    ///< what it started is killed with it
  };

  Exchange(pid_t child, Pipe& in, Pipe& out, Pipe& err, std::string_view input, ProcessResult& result);

  /// Until the child has ended, and its streams with it where no grandchild keeps them open. Kills it at the deadline,
  /// or when interrupted. Throws base::Error when the system cannot say how the child ended.
  void run(const Limits& limits);

 private:
  /// Moves what can be moved within `wait` milliseconds. True when it was interrupted.
  bool pump(int wait, int interrupt_fd);
  void kill(const Limits& limits);
  void drain(Pipe& pipe, std::string& into);
  void feed();
  /// Waits for the child as waitpid does; true when it has ended.
  bool reap(int flags);

  pid_t child_;
  Pipe& in_;
  Pipe& out_;
  Pipe& err_;
  std::string_view input_;
  ProcessResult& result_;
};

}  // namespace migrate::base
