#include "migrate/base/detail/exchange.hpp"

#include <poll.h>
#include <sys/wait.h>

#include <algorithm>
#include <ctime>

namespace migrate::base {
namespace {

/// How often to look whether the child has ended although its streams are open: a grandchild may hold them for ever.
constexpr int k_look_every_ms = 50;

bool broken_pipe_is_pending() {
  sigset_t pending;
  sigemptyset(&pending);
  ::sigpending(&pending);
  return sigismember(&pending, SIGPIPE) == 1;
}

sigset_t broken_pipe() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  return set;
}

int exit_code_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + (WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

void make_nonblocking(int fd) {
  if (fd >= 0) ::fcntl(fd, F_SETFL, O_NONBLOCK);
}

}  // namespace

NoBrokenPipeSignal::NoBrokenPipeSignal() : was_pending_(broken_pipe_is_pending()) {
  const auto set = broken_pipe();
  ::pthread_sigmask(SIG_BLOCK, &set, &before_);
}

NoBrokenPipeSignal::~NoBrokenPipeSignal() {
  // Ours must not arrive the moment the signal is let through again.
  const auto set = broken_pipe();
  const timespec at_once{0, 0};
  if (!was_pending_ && broken_pipe_is_pending()) ::sigtimedwait(&set, nullptr, &at_once);
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

Exchange::Exchange(pid_t child, Pipe& in, Pipe& out, Pipe& err, std::string_view input, ProcessResult& result)
    : child_(child), in_(in), out_(out), err_(err), input_(input), result_(result) {
  if (input_.empty()) in_.close_write();
  for (const int fd : {in_.write_end(), out_.read_end(), err_.read_end()}) make_nonblocking(fd);
}

void Exchange::run(const Limits& limits) {
  const NoBrokenPipeSignal quiet;
  while (out_.read_end() >= 0 || err_.read_end() >= 0 || limits.deadline || limits.interrupt_fd >= 0) {
    const bool open = out_.read_end() >= 0 || err_.read_end() >= 0;
    int wait = open ? k_look_every_ms : 1;
    if (limits.deadline) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*limits.deadline - Clock::now()).count();
      result_.timed_out = left <= 0;
      wait = static_cast<int>(std::min<long long>(left, wait));
    }
    result_.interrupted = !result_.timed_out && pump(wait, limits.interrupt_fd);
    if (result_.timed_out || result_.interrupted) {
      kill(limits);
      break;
    }
    if (reap(WNOHANG)) {
      // What it wrote before it ended is in the pipes.
      pump(0, -1);
      return;
    }
  }
  reap(0);
}

void Exchange::kill(const Limits& limits) {
  if (!limits.own_group || ::kill(-child_, SIGKILL) != 0) ::kill(child_, SIGKILL);
}

bool Exchange::pump(int wait, int interrupt_fd) {
  std::array<pollfd, 4> fds{{{out_.read_end(), POLLIN, 0},
                             {err_.read_end(), POLLIN, 0},
                             {in_.write_end(), POLLOUT, 0},
                             {interrupt_fd, POLLIN, 0}}};
  if (::poll(fds.data(), fds.size(), wait) <= 0) return false;
  if (fds[0].revents != 0) drain(out_, result_.output);
  if (fds[1].revents != 0) drain(err_, result_.errors);
  if (fds[2].revents != 0) feed();
  return fds[3].revents != 0;
}

void Exchange::drain(Pipe& pipe, std::string& into) {
  std::array<char, 16384> buffer;
  for (;;) {
    const ssize_t got = ::read(pipe.read_end(), buffer.data(), buffer.size());
    if (got > 0) {
      into.append(buffer.data(), static_cast<std::size_t>(got));
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
      return pipe.close_read();
    } else if (errno == EAGAIN) {
      return;
    }
  }
}

void Exchange::feed() {
  const ssize_t written = ::write(in_.write_end(), input_.data(), input_.size());
  if (written > 0) input_.remove_prefix(static_cast<std::size_t>(written));
  if ((written < 0 && errno != EAGAIN && errno != EINTR) || input_.empty()) in_.close_write();
}

bool Exchange::reap(int flags) {
  int status = 0;
  for (;;) {
    const pid_t ended = ::waitpid(child_, &status, flags);
    if (ended == 0) return false;
    if (ended == child_) break;
    if (errno == EINTR) continue;
    throw Error("cannot learn how a program ended: the system has thrown its exit status away",
                "SIGCHLD is ignored in this process; start it with the default.");
  }
  result_.exit_code = exit_code_of(status);
  return true;
}

}  // namespace migrate::base
