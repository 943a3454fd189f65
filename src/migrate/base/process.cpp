#include "migrate/base/process.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "migrate/base/detail/exchange.hpp"
#include "migrate/base/detail/pipe.hpp"
#include "migrate/base/error.hpp"
#include "migrate/base/text.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration): not declared by every unistd.h

namespace migrate::base {
namespace {

namespace fs = std::filesystem;

/// What a child could not do before its program ran, and errno; sent through a pipe that a successful exec closes.
struct StartFailure {
  enum class Step : int { streams, account, directory, program };
  Step step;
  int error;
};

std::vector<std::string> child_environment(const ProcessOptions& options) {
  std::vector<std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string name = std::string(*entry).substr(0, std::string_view(*entry).find('='));
    const bool dropped = std::find(options.unset.begin(), options.unset.end(), name) != options.unset.end();
    if (!dropped && !options.environment.contains(name)) variables.emplace_back(*entry);
  }
  for (const auto& [name, value] : options.environment) variables.push_back(fmt::format("{}={}", name, value));
  return variables;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (const auto& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

/// Everything the child needs, made before the fork: after it only async-signal-safe calls are allowed.
struct Start {
  char* const* arguments;
  char* const* variables;
  const char* directory;  ///< null: stay
  bool inherit_streams;
  bool own_group;
  std::array<int, 3> streams;
  std::optional<gid_t> group;
  std::optional<uid_t> user;
  int report;
};

[[noreturn]] void give_up(const Start& start, StartFailure::Step step) {
  const StartFailure failure{step, errno};
  const ssize_t ignored = ::write(start.report, &failure, sizeof failure);
  (void)ignored;
  ::_exit(step == StartFailure::Step::program && failure.error == ENOENT ? 127 : 126);
}

/// The child, between fork and exec.
[[noreturn]] void become(const Start& start) {
  for (int stream = 0; stream < 3 && !start.inherit_streams; ++stream) {
    if (::dup2(start.streams[static_cast<std::size_t>(stream)], stream) < 0)
      give_up(start, StartFailure::Step::streams);
  }
  if (start.own_group) ::setpgid(0, 0);
  if (start.group && (::setgroups(0, nullptr) != 0 || ::setgid(*start.group) != 0)) {
    give_up(start, StartFailure::Step::account);
  }
  if (start.user && ::setuid(*start.user) != 0) give_up(start, StartFailure::Step::account);
  if (start.directory != nullptr && ::chdir(start.directory) != 0) give_up(start, StartFailure::Step::directory);
  for (const int number : {SIGINT, SIGTERM, SIGPIPE, SIGHUP}) ::signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(start.arguments[0], start.arguments, start.variables);
  give_up(start, StartFailure::Step::program);
}

/// The user's own group where none is named: a process that gives up root must not keep root's groups.
std::optional<gid_t> group_of(const ProcessOptions& options) {
  if (options.group_id || !options.user_id) return options.group_id;
  std::array<char, 4096> buffer;
  passwd entry{};
  passwd* found = nullptr;
  const int error = ::getpwuid_r(*options.user_id, &entry, buffer.data(), buffer.size(), &found);
  if (error != 0 || found == nullptr) throw Error(fmt::format("there is no user with the id {}", *options.user_id));
  return entry.pw_gid;
}

/// A program with a slash counts from the directory it will run in, as it would in a shell there.
std::optional<fs::path> program_for(const std::string& name, const fs::path& directory) {
  const bool moves = name.find('/') != std::string::npos && fs::path(name).is_relative() && !directory.empty();
  auto found = find_program(moves ? (directory / name).string() : name);
  if (found) found = fs::absolute(*found);
  return found;
}

std::string words_of(const StartFailure& failure, const ProcessOptions& options, const std::string& program) {
  const char* reason = std::strerror(failure.error);
  switch (failure.step) {
    case StartFailure::Step::streams:
      return fmt::format("{}: cannot set up its streams: {}\n", program, reason);
    case StartFailure::Step::account:
      return fmt::format("{}: cannot run as user {}: {}\n", program, options.user_id.value_or(0), reason);
    case StartFailure::Step::directory:
      return fmt::format("{}: cannot run in {}: {}\n", program, options.working_directory.string(), reason);
    case StartFailure::Step::program:
      break;
  }
  return fmt::format("{}: cannot be run: {}\n", program, reason);
}

}  // namespace

std::optional<fs::path> find_program(const std::string& name) {
  const auto runnable = [](const fs::path& path) {
    std::error_code ignored;
    return ::access(path.c_str(), X_OK) == 0 && !fs::is_directory(path, ignored);
  };
  if (name.empty()) return std::nullopt;
  if (name.find('/') != std::string::npos) return runnable(name) ? std::optional<fs::path>(name) : std::nullopt;
  const char* path = std::getenv("PATH");
  for (const auto folder : split(path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path, ':')) {
    const fs::path candidate = fs::path(folder.empty() ? "." : folder) / name;
    if (runnable(candidate)) return candidate;
  }
  return std::nullopt;
}

ProcessResult run_process(const std::vector<std::string>& command, const ProcessOptions& options) {
  ProcessResult result;
  const auto program = command.empty() ? std::nullopt : program_for(command[0], options.working_directory);
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
  const auto group = group_of(options);
  const auto deadline = options.timeout ? std::optional(Exchange::Clock::now() + *options.timeout) : std::nullopt;

  Pipe in;
  Pipe out;
  Pipe err;
  Pipe report;
  const Start start{argument_list.data(),
                    variable_list.data(),
                    options.working_directory.empty() ? nullptr : options.working_directory.c_str(),
                    options.inherit_streams,
                    options.own_group,
                    {in.read_end(), out.write_end(), err.write_end()},
                    group,
                    options.user_id,
                    report.write_end()};
  const pid_t child = ::fork();
  if (child < 0) throw Error(fmt::format("cannot start {}: {}", words[0], std::strerror(errno)));
  if (child == 0) become(start);
  in.close_read();
  out.close_write();
  err.close_write();
  report.close_write();
  // Here too, so that the group is there whenever it is to be killed.
  if (options.own_group) ::setpgid(child, child);
  Exchange(child, in, out, err, options.input.value_or(""), result)
      .run({deadline, options.interrupt_fd, options.own_group});

  StartFailure failure{};
  if (::read(report.read_end(), &failure, sizeof failure) == sizeof failure) {
    result.errors += words_of(failure, options, words[0]);
  }
  return result;
}

}  // namespace migrate::base
