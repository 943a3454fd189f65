#include "migrate/script/detail/module_process.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <new>

#include "migrate/base/text.hpp"

namespace migrate::script::detail {
namespace {

/// How often to look whether the process has ended though its socket is open: a process it started may hold that.
constexpr int k_look_every_ms = 100;
/// How long a process whose socket is closed may take to end, such as to write a core file.
constexpr int k_grace_ms = 3000;

[[noreturn]] void cannot_start() {
  throw base::Error(fmt::format("cannot start the process of the C++ revisions: {}", std::strerror(errno)),
                    "Nothing was run. Check the limits of memory and processes (ulimit -u).");
}

SharedState* make_shared_state() {
  void* memory = ::mmap(nullptr, sizeof(SharedState), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) cannot_start();
  return ::new (memory) SharedState;
}

}  // namespace

std::string ProcessEnd::words() const {
  if (cut) return "closed its connection to migrate";
  if (signal == 0) return fmt::format("called exit({})", exit_code);
  const char* name = ::strsignal(signal);
  return fmt::format("crashed (signal {}, {})", signal, base::to_lower(name == nullptr ? "unknown" : name));
}

ModuleProcess::ModuleProcess(const ModuleSet& modules, bool use_libraries, int interrupt_fd)
    : shared_(make_shared_state()), interrupt_fd_(interrupt_fd) {
  try {
    fork_child(modules, use_libraries);
  } catch (...) {
    ::munmap(shared_, sizeof *shared_);
    throw;
  }
}

void ModuleProcess::fork_child(const ModuleSet& modules, bool use_libraries) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) cannot_start();
  socket_.reset(ends[0]);
  // What is buffered would be written twice.
  std::fflush(nullptr);
  const pid_t self = ::getpid();
  child_ = ::fork();
  if (child_ == 0) live_as_module_process(modules, use_libraries, ends[1], *shared_, self);
  const int error = errno;
  ::close(ends[1]);
  errno = error;
  if (child_ < 0) cannot_start();
  // Here too, so that the group is there whenever it is to be killed.
  ::setpgid(child_, child_);
}

ModuleProcess::~ModuleProcess() {
  socket_.close();
  if (child_ > 0) {
    kill();
    while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) continue;
  }
  ::munmap(shared_, sizeof *shared_);
}

void ModuleProcess::kill() const noexcept {
  if (::kill(-child_, SIGKILL) != 0) ::kill(child_, SIGKILL);
}

void ModuleProcess::wait(short events) const {
  std::array<pollfd, 2> fds{{{socket_.descriptor(), events, 0}, {interrupt_fd_, POLLIN, 0}}};
  ::poll(fds.data(), fds.size(), k_look_every_ms);
  if (fds[1].revents != 0) throw Interrupted("interrupted while a C++ revision ran");
}

bool ModuleProcess::reap(int flags) {
  if (child_ < 0) return true;
  int status = 0;
  const pid_t ended = ::waitpid(child_, &status, flags);
  if (ended == 0 || (ended < 0 && errno == EINTR)) return false;
  child_ = -1;
  // Where SIGCHLD is ignored the system has thrown the status away.
  if (ended > 0 && WIFSIGNALED(status)) end_.signal = WTERMSIG(status);
  if (ended > 0 && WIFEXITED(status)) end_.exit_code = WEXITSTATUS(status);
  return true;
}

void ModuleProcess::learn_end() {
  for (int waited = 0; waited < k_grace_ms; ++waited) {
    if (reap(WNOHANG)) return;
    ::poll(nullptr, 0, 1);
  }
  kill();
  while (!reap(0)) continue;
  end_.cut = true;
}

bool ModuleProcess::send(FrameKind kind, std::string_view bytes) {
  const std::string text = FrameSocket::header(kind, bytes).append(bytes);
  std::string_view rest = text;
  while (socket_.send_some(rest) == FrameSocket::State::open) {
    if (rest.empty()) return true;
    wait(POLLOUT);
    if (reap(WNOHANG)) return false;
  }
  learn_end();
  return false;
}

std::optional<Frame> ModuleProcess::receive() {
  for (;;) {
    if (auto frame = socket_.take()) return frame;
    wait(POLLIN);
    // Looked at before reading: what it wrote before it ended is in the socket then.
    const bool ended = reap(WNOHANG);
    const auto state = socket_.read_some();
    if (auto frame = socket_.take()) return frame;
    if (ended) return std::nullopt;
    if (state == FrameSocket::State::ended) {
      learn_end();
      return std::nullopt;
    }
  }
}

}  // namespace migrate::script::detail
