#include "migrate/server/detail/daemon.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "migrate/server/private_server.hpp"

namespace migrate::server::detail {
namespace {

namespace fs = std::filesystem;

/// Owns a descriptor.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

/// What the new process tells us before its exec closes the pipe: its number, then, if that fails, why.
struct Report {
  pid_t pid = 0;
  int error = 0;
  char stage = ' ';
};

/// All that the child needs, laid out before the fork: afterwards only async-signal-safe calls are allowed.
struct Plan {
  std::vector<char*> arguments;
  std::vector<char*> variables;
  std::vector<int> descriptors;  ///< become 0, 1, 2, 3 …
  const Account* account;
  int report;
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (const auto& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

void send(int fd, const Report& report) {
  const ssize_t written = ::write(fd, &report, sizeof report);
  static_cast<void>(written);  // Nobody is left to tell.
}

void close_between(unsigned first, unsigned last) {
  if (first > last || ::close_range(first, last, 0) == 0) return;
  for (unsigned fd = first; fd <= last && fd < 65536; ++fd) ::close(static_cast<int>(fd));
}

/// Puts the descriptors in their places and closes the rest. The report pipe moves out of the way. 0, or errno.
int arrange_descriptors(Plan& plan) {
  constexpr int k_out_of_the_way = 100;
  for (int& fd : plan.descriptors) {
    fd = ::fcntl(fd, F_DUPFD_CLOEXEC, k_out_of_the_way);
    if (fd < 0) return errno;
  }
  plan.report = ::fcntl(plan.report, F_DUPFD_CLOEXEC, k_out_of_the_way);
  if (plan.report < 0) return errno;
  int place = 0;
  for (const int fd : plan.descriptors) {
    if (::dup2(fd, place) < 0) return errno;
    ++place;
  }
  close_between(static_cast<unsigned>(place), static_cast<unsigned>(plan.report) - 1);
  close_between(static_cast<unsigned>(plan.report) + 1, ~0U);
  return 0;
}

int change_identity(const Account& account) {
  if (account.is_current) return 0;
  if (::setgroups(0, nullptr) != 0 || ::setgid(account.group) != 0 || ::setuid(account.user) != 0) return errno;
  return 0;
}

void default_signals() {
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void become(Plan& plan) {
  Report report{::getpid(), 0, 'd'};
  report.error = arrange_descriptors(plan);
  if (report.error == 0) {
    send(plan.report, {report.pid, 0, ' '});
    report.stage = 'u';
    report.error = change_identity(*plan.account);
  }
  if (report.error == 0) {
    default_signals();
    ::umask(077);
    report.stage = 'x';
    // The server finds its own files by leaving and re-entering the current directory: it must be one anybody may
    // enter.
    if (::chdir("/") == 0) ::execve(plan.arguments[0], plan.arguments.data(), plan.variables.data());
    report.error = errno;
  }
  send(plan.report, report);
  ::_exit(127);
}

/// Two forks: the middle process ends at once, so that the server is adopted by the system and never our zombie.
void fork_twice(Plan& plan) {
  const pid_t middle = ::fork();
  if (middle < 0) throw ServerError(fmt::format("cannot start {}: {}", plan.arguments[0], std::strerror(errno)));
  if (middle == 0) {
    ::setsid();
    const pid_t daemon = ::fork();
    if (daemon == 0) become(plan);
    if (daemon < 0) send(plan.report, {0, errno, 'f'});
    ::_exit(0);
  }
  while (::waitpid(middle, nullptr, 0) < 0 && errno == EINTR) {
  }
}

int open_output(const Daemon& daemon) {
  const int fd = ::open(daemon.output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) {
    throw ServerError(fmt::format("cannot write {}: {}", daemon.output.string(), std::strerror(errno)),
                      "Check the owner and the permissions of the file and of its directory.");
  }
  return fd;
}

[[noreturn]] void fail(const Daemon& daemon, const Report& report) {
  const std::string reason = std::strerror(report.error);
  if (report.stage == 'u') {
    throw ServerError(fmt::format("cannot start {} as user {}: {}", daemon.command[0], daemon.account.name, reason),
                      "PostgreSQL refuses to run as root, and this process may not become another user. Run as an "
                      "ordinary user.");
  }
  throw ServerError(fmt::format("cannot start {} as user {}: {}", daemon.command[0], daemon.account.name, reason),
                    report.error == EACCES ? "That user must be able to reach and execute the program." : "");
}

}  // namespace

pid_t start_daemon(const Daemon& daemon) {
  const Descriptor null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const Descriptor output(open_output(daemon));
  if (!daemon.account.is_current && ::fchown(output.get(), daemon.account.user, daemon.account.group) != 0) {
    give_to(daemon.account, daemon.output);
  }
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw ServerError(fmt::format("cannot make a pipe: {}", std::strerror(errno)));
  const Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);

  Plan plan;
  plan.arguments = pointers(daemon.command);
  plan.variables = pointers(daemon.environment);
  plan.descriptors = {daemon.input >= 0 ? daemon.input : null.get(), output.get(), output.get()};
  plan.descriptors.insert(plan.descriptors.end(), daemon.keep.begin(), daemon.keep.end());
  plan.account = &daemon.account;
  plan.report = write_end.get();
  fork_twice(plan);
  write_end.close();

  Report report;
  pid_t pid = 0;
  for (;;) {
    const ssize_t got = ::read(read_end.get(), &report, sizeof report);
    if (got < 0 && errno == EINTR) continue;
    if (got != sizeof report) break;
    if (report.error != 0) fail(daemon, report);
    pid = report.pid;
  }
  if (pid == 0) throw ServerError(fmt::format("cannot start {}: its process ended at once", daemon.command[0]));
  return pid;
}

std::vector<std::string> plain_environment() {
  std::vector<std::string> variables{"LC_ALL=C", "TZ=UTC"};
  for (const char* name : {"PATH", "LD_LIBRARY_PATH", "TMPDIR"}) {
    if (const char* value = std::getenv(name)) variables.push_back(fmt::format("{}={}", name, value));
  }
  return variables;
}

}  // namespace migrate::server::detail
