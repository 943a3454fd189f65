#include "migrate/script/detail/module_child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "migrate/script/detail/module_library.hpp"
#include "migrate/script/detail/module_wire.hpp"

namespace migrate::script::detail {
namespace {

constexpr int k_socket = 3;

[[noreturn]] void end(int status) {
  std::fflush(nullptr);
  ::_exit(status);
}

#ifdef __GLIBC__
/// A revision that calls exit() must not run what migrate registered for its own end.
void end_at_exit(int status, void*) {
  end(status);
}
#endif

void reset_signals() {
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  // Who reads what a revision prints may be gone; and it is in no terminal's foreground.
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGTTOU, SIG_IGN);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

void close_from(unsigned first) {
#ifdef SYS_close_range
  if (::syscall(SYS_close_range, first, ~0U, 0U) == 0) return;
#endif
  const long most = ::sysconf(_SC_OPEN_MAX);
  for (long descriptor = first; descriptor < (most < 0 ? 65536 : most); ++descriptor) {
    ::close(static_cast<int>(descriptor));
  }
}

/// What a revision prints must not mix with migrate's answers, and nothing of migrate's is left open, such as the
/// connection to the database.
bool cut_off_descriptors(int socket) {
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0 || ::dup2(null, STDIN_FILENO) < 0) return false;
  if (::fcntl(STDERR_FILENO, F_GETFD) < 0) ::dup2(null, STDERR_FILENO);
  ::dup2(STDERR_FILENO, STDOUT_FILENO);
  if (socket != k_socket && ::dup3(socket, k_socket, O_CLOEXEC) < 0) return false;
  close_from(k_socket + 1);
  ::setvbuf(stdout, nullptr, _IOLBF, 0);
  return true;
}

/// A bundled module keeps a descriptor open.
void allow_many_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

class ModuleServer {
 public:
  ModuleServer(const ModuleSet& modules, int socket) : modules_(modules), socket_(socket) {}

  bool load(bool use_libraries, std::atomic<unsigned>& current) {
    try {
      library_.load(modules_, use_libraries, current);
    } catch (const LoadFailure& failure) {
      socket_.send(FrameKind::refused,
                   fmt::format("{}{}{}{}", failure.library() ? '1' : '0', failure.what(), '\0', failure.hint()));
      return false;
    }
    std::string functions;
    for (std::size_t index = 0; index < modules_.revisions.size(); ++index) {
      const int up = library_.function(index, Direction::upgrade) != nullptr ? 1 : 0;
      const int down = library_.function(index, Direction::downgrade) != nullptr ? 2 : 0;
      functions += static_cast<char>(up + down);
    }
    return socket_.send(FrameKind::loaded, functions);
  }

  void serve() {
    for (auto frame = socket_.receive(); frame && frame->kind == FrameKind::run; frame = socket_.receive()) {
      const auto zero = frame->bytes.find('\0');
      const auto direction = frame->bytes.at(0) == 'u' ? Direction::upgrade : Direction::downgrade;
      const auto function = library_.function(std::stoul(frame->bytes.substr(1, zero - 1)), direction);
      const auto info = frame->bytes.substr(zero + 1);
      const MigrateChannel channel{this, &ModuleServer::call, &ModuleServer::tell};
      const int failed = library_.entry()(function, &channel, info.data(), info.size());
      std::fflush(nullptr);
      if (!socket_.send(FrameKind::done, failed == 0 ? "1" : "0")) return;
    }
  }

 private:
  static int call(void* host, const char* request, std::size_t size, const char** reply, std::size_t* reply_size) {
    auto& self = *static_cast<ModuleServer*>(host);
    std::fflush(nullptr);
    auto answer =
        self.socket_.send(FrameKind::request, {request, size}) ? self.socket_.receive() : std::optional<Frame>();
    if (!answer) end(1);  // migrate is gone
    self.reply_ = std::move(answer->bytes);
    *reply = self.reply_.data();
    *reply_size = self.reply_.size();
    return answer->kind == FrameKind::answer ? 0 : 1;
  }

  static int tell(void* host, const char* text, std::size_t size) {
    static_cast<ModuleServer*>(host)->socket_.put(FrameKind::told, {text, size});
    return 0;
  }

  const ModuleSet& modules_;
  FrameSocket socket_;
  ModuleLibrary library_;
  std::string reply_;
};

}  // namespace

void live_as_module_process(const ModuleSet& modules, bool use_libraries, int socket, SharedState& shared,
                            pid_t parent) noexcept {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);  // it was gone before that took effect
  // The terminal's Ctrl-C goes to migrate, which then ends this process with all it started.
  ::setpgid(0, 0);
  reset_signals();
  if (!cut_off_descriptors(socket)) ::_exit(1);
  allow_many_descriptors();
#ifdef __GLIBC__
  ::on_exit(end_at_exit, nullptr);
#endif
  try {
    ModuleServer process(modules, k_socket);
    if (process.load(use_libraries, shared.current)) process.serve();
    end(0);
  } catch (const std::exception& error) {
    fmt::print(stderr, "migrate: the process of the revisions failed: {}\n", error.what());
    end(1);
  }
}

}  // namespace migrate::script::detail
