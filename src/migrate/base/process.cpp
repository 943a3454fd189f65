#include "migrate/base/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "migrate/base/error.hpp"
#include "migrate/base/text.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration): not declared by every unistd.h

namespace migrate::base {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) {
      throw Error(fmt::format("cannot make a pipe: {}", std::strerror(errno)));
    }
  }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  [[nodiscard]] int read_end() const { return ends_[0]; }
  [[nodiscard]] int write_end() const { return ends_[1]; }
  void close_read() { close_end(0); }
  void close_write() { close_end(1); }

 private:
  void close_end(std::size_t end) {
    if (ends_.at(end) >= 0) ::close(ends_.at(end));
    ends_.at(end) = -1;
  }
  std::array<int, 2> ends_{-1, -1};
};

std::vector<std::string> child_environment(const ProcessOptions& options) {
  std::vector<std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string name = std::string(*entry).substr(0, std::string_view(*entry).find('='));
    const bool dropped = std::find(options.unset.begin(), options.unset.end(), name) != options.unset.end();
    if (!dropped && !options.environment.contains(name)) variables.emplace_back(*entry);
  }
  for (const auto& [name, value] : options.environment) variables.push_back(name + "=" + value);
  return variables;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (const auto& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

/// What the child does between fork and exec: only async-signal-safe calls. Returns the exit code when exec failed.
int become(const ProcessOptions& options, std::array<int, 3> streams, char* const* arguments, char* const* variables) {
  if (!options.inherit_streams) {
    for (int stream = 0; stream < 3; ++stream) {
      if (::dup2(streams.at(static_cast<std::size_t>(stream)), stream) < 0) return 126;
    }
  }
  if (options.group_id && (::setgroups(0, nullptr) != 0 || ::setgid(*options.group_id) != 0)) return 126;
  if (options.user_id && ::setuid(*options.user_id) != 0) return 126;
  if (!options.working_directory.empty() && ::chdir(options.working_directory.c_str()) != 0) return 126;
  for (const int number : {SIGINT, SIGTERM, SIGPIPE, SIGHUP}) ::signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(arguments[0], arguments, variables);
  return errno == ENOENT ? 127 : 126;
}

/// Moves bytes between the child and our buffers until the child closed its ends or the deadline passed.
class Exchange {
 public:
  Exchange(Pipe& in, Pipe& out, Pipe& err, std::string_view input, ProcessResult& result)
      : in_(in), out_(out), err_(err), input_(input), result_(result) {
    if (input_.empty()) in_.close_write();
    if (in_.write_end() >= 0) ::fcntl(in_.write_end(), F_SETFL, O_NONBLOCK);
  }

  /// False when the deadline came first.
  bool run(std::optional<Clock::time_point> deadline) {
    while (out_.read_end() >= 0 || err_.read_end() >= 0) {
      std::array<pollfd, 3> fds{
          {{out_.read_end(), POLLIN, 0}, {err_.read_end(), POLLIN, 0}, {in_.write_end(), POLLOUT, 0}}};
      int wait = -1;
      if (deadline) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*deadline - Clock::now()).count();
        if (left <= 0) return false;
        wait = static_cast<int>(std::min<long long>(left, 60000));
      }
      if (::poll(fds.data(), fds.size(), wait) < 0 && errno != EINTR) return true;
      if (fds[0].revents != 0 && !drain(out_.read_end(), result_.output)) out_.close_read();
      if (fds[1].revents != 0 && !drain(err_.read_end(), result_.errors)) err_.close_read();
      if (fds[2].revents != 0) feed();
    }
    return true;
  }

 private:
  static bool drain(int fd, std::string& into) {
    std::array<char, 8192> buffer;
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got > 0) into.append(buffer.data(), static_cast<std::size_t>(got));
    return got > 0 || (got < 0 && errno == EINTR);
  }

  void feed() {
    const ssize_t written = ::write(in_.write_end(), input_.data(), input_.size());
    if (written > 0) input_.remove_prefix(static_cast<std::size_t>(written));
    if ((written < 0 && errno != EAGAIN && errno != EINTR) || input_.empty()) in_.close_write();
  }

  Pipe& in_;
  Pipe& out_;
  Pipe& err_;
  std::string_view input_;
  ProcessResult& result_;
};

int exit_code_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + (WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

/// Waits for the child, killing it at the deadline.
void reap(pid_t child, std::optional<Clock::time_point> deadline, ProcessResult& result) {
  int status = 0;
  for (;;) {
    const pid_t ended = ::waitpid(child, &status, deadline && !result.timed_out ? WNOHANG : 0);
    if (ended == child) break;
    if (ended < 0 && errno != EINTR) return;
    if (ended == 0 && Clock::now() >= *deadline) {
      result.timed_out = true;
      ::kill(child, SIGKILL);
    } else if (ended == 0) {
      ::usleep(2000);
    }
  }
  result.exit_code = exit_code_of(status);
}

}  // namespace

std::optional<fs::path> find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) {
    return ::access(name.c_str(), X_OK) == 0 ? std::optional<fs::path>(name) : std::nullopt;
  }
  const char* path = std::getenv("PATH");
  for (const auto folder : split(path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path, ':')) {
    const fs::path candidate = fs::path(folder.empty() ? "." : folder) / name;
    std::error_code ignored;
    if (::access(candidate.c_str(), X_OK) == 0 && !fs::is_directory(candidate, ignored)) return candidate;
  }
  return std::nullopt;
}

ProcessResult run_process(const std::vector<std::string>& command, const ProcessOptions& options) {
  ProcessResult result;
  const auto program = command.empty() ? std::nullopt : find_program(command[0]);
  if (!program) {
    result.exit_code = 127;
    result.errors =
        fmt::format("{}: program not found\n", command.empty() ? std::string("(empty command)") : command[0]);
    return result;
  }
  std::vector<std::string> words = command;
  words[0] = program->string();
  const auto variables = child_environment(options);
  const auto argument_list = pointers(words);
  const auto variable_list = pointers(variables);

  Pipe in;
  Pipe out;
  Pipe err;
  const auto deadline = options.timeout ? std::optional(Clock::now() + *options.timeout) : std::nullopt;
  const pid_t child = ::fork();
  if (child < 0) throw Error(fmt::format("cannot start {}: {}", words[0], std::strerror(errno)));
  if (child == 0) {
    ::_exit(
        become(options, {in.read_end(), out.write_end(), err.write_end()}, argument_list.data(), variable_list.data()));
  }
  in.close_read();
  out.close_write();
  err.close_write();
  Exchange exchange(in, out, err, options.input.value_or(""), result);
  if (!exchange.run(deadline)) {
    result.timed_out = true;
    ::kill(child, SIGKILL);
  }
  reap(child, deadline, result);
  return result;
}

}  // namespace migrate::base
