#include "support/run_migrate.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <thread>

#include "migrate/base/error.hpp"
#include "migrate/base/process.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration): not declared by every unistd.h

namespace migrate::test {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds k_limit{60};

/// Where compiled C++ revisions are kept, for all test programs of this build tree: what all of them need is compiled
/// once, and nothing is left in the user's own cache.
constexpr const char* k_cache_variable = "XDG_CACHE_HOME";

Environment with_cache(Environment environment) {
  environment.try_emplace(k_cache_variable, MIGRATE_TEST_CACHE);
  return environment;
}

/// Whether the program or libpq would read the variable, so that the machine's own must not reach a test.
bool is_read_by_program(std::string_view name) {
  for (const std::string_view prefix : {"PG", "DB_", "ALEMBIC_", "MIGRATE_", "LC_"}) {
    if (name.starts_with(prefix)) return true;
  }
  for (const std::string_view exact : {"DATABASE_URL", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "LANG", "LANGUAGE",
                                       "EDITOR", "VISUAL", "TERM", "COLUMNS", "CXX"}) {
    if (name == exact) return true;
  }
  return false;
}

std::vector<std::string> unwanted_variables() {
  std::vector<std::string> names;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable = *entry;
    const std::string_view name = variable.substr(0, variable.find('='));
    if (is_read_by_program(name)) names.emplace_back(name);
  }
  return names;
}

std::vector<std::string> clean_environment(const Environment& added) {
  std::vector<std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable = *entry;
    const std::string name(variable.substr(0, variable.find('=')));
    if (!is_read_by_program(name) && !added.contains(name)) variables.emplace_back(variable);
  }
  for (const auto& [name, value] : added) variables.push_back(name + "=" + value);
  return variables;
}

std::vector<std::string> command_line(const fs::path& program, const std::vector<std::string>& arguments) {
  std::vector<std::string> words{program.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

}  // namespace

RunResult run_migrate(const std::vector<std::string>& arguments, const fs::path& working_directory,
                      const Environment& environment, const std::optional<std::string>& input) {
  return run_program(MIGRATE_BINARY, arguments, working_directory, environment, input);
}

RunResult run_program(const fs::path& program, const std::vector<std::string>& arguments,
                      const fs::path& working_directory, const Environment& environment,
                      const std::optional<std::string>& input) {
  base::ProcessOptions options;
  options.working_directory = working_directory;
  options.environment = with_cache(environment);
  for (const auto& name : unwanted_variables()) {
    if (!environment.contains(name)) options.unset.push_back(name);
  }
  options.input = input;
  options.timeout = k_limit;
  const base::ProcessResult ended = base::run_process(command_line(program, arguments), options);
  if (ended.timed_out) {
    throw base::Error(fmt::format("{} {} did not end within {} s; so far\nout: {}\nerr: {}",
                                  program.filename().string(), fmt::join(arguments, " "), k_limit.count(), ended.output,
                                  ended.errors));
  }
  return {ended.exit_code, ended.output, ended.errors};
}

BackgroundMigrate::BackgroundMigrate(const std::vector<std::string>& arguments, const fs::path& working_directory,
                                     const Environment& environment) {
  auto words = command_line(MIGRATE_BINARY, arguments);
  auto variables = clean_environment(with_cache(environment));
  const std::string out = (streams_.path() / "out").string();
  const std::string err = (streams_.path() / "err").string();

  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  ::posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  ::posix_spawn_file_actions_addchdir_np(&actions, working_directory.c_str());
  const int failure =
      ::posix_spawn(&pid_, words[0].c_str(), &actions, nullptr, pointers(words).data(), pointers(variables).data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) throw base::Error(fmt::format("cannot start {}: {}", words[0], std::strerror(failure)));
}

BackgroundMigrate::~BackgroundMigrate() {
  if (exit_code_) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void BackgroundMigrate::signal(int number) {
  if (running()) ::kill(pid_, number);
}

bool BackgroundMigrate::running() {
  if (exit_code_) return false;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return true;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return false;
}

std::string BackgroundMigrate::out_so_far() const {
  return streams_.read("out");
}
std::string BackgroundMigrate::err_so_far() const {
  return streams_.read("err");
}

RunResult BackgroundMigrate::wait(std::chrono::milliseconds timeout) {
  const auto end = std::chrono::steady_clock::now() + timeout;
  while (running()) {
    if (std::chrono::steady_clock::now() > end) {
      throw base::Error(fmt::format("migrate (process {}) still runs after {} ms; so far\nout: {}\nerr: {}", pid_,
                                    timeout.count(), out_so_far(), err_so_far()));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return {*exit_code_, out_so_far(), err_so_far()};
}

}  // namespace migrate::test
