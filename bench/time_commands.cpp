// Runs several commands in turn, many times over, so that a change in the machine's load meets all of them alike, and
// prints for each one line of tab-separated figures:
//
//   name  median ms  least ms  third quartile ms  median CPU ms  peak memory KB  ratio  ratio of the least times
//
// Time is from before the process is made until it is gone. CPU time and memory are the command's own (not the
// server's). The ratio is the median, over the rounds, of this command's time divided by the first command's; that of
// the least times tells more on a machine that is busy with other things.
//
//   time_commands WARM_UP ROUNDS  NAME [@in=DIR] [@before=SHELL] COMMAND WORDS…  --  NAME …
//
// @before runs ahead of each run, untimed; @in is where the command runs. WARM_UP more rounds come first and do not
// count. Output of the commands is thrown away, except what a failing one says.
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

extern char** environ;

namespace {

using Clock = std::chrono::steady_clock;

struct Run {
  double wall = 0;  // milliseconds
  double cpu = 0;   // milliseconds
};

struct Command {
  std::string name;
  std::string directory = ".";
  std::string before;
  std::vector<char*> words;
  std::vector<Run> runs;
  long peak_kb = 0;
};

double milliseconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
}

std::vector<Command> read_commands(int argc, char** argv) {
  std::vector<Command> commands;
  for (int i = 3; i < argc; ++i) {
    Command command;
    command.name = argv[i];
    for (++i; i < argc && std::strcmp(argv[i], "--") != 0; ++i) {
      const std::string_view word = argv[i];
      if (word.starts_with("@in=")) {
        command.directory = word.substr(4);
      } else if (word.starts_with("@before=")) {
        command.before = word.substr(8);
      } else {
        command.words.push_back(argv[i]);
      }
    }
    if (command.words.empty()) throw std::runtime_error("no command after the name " + command.name);
    command.words.push_back(nullptr);
    commands.push_back(std::move(command));
  }
  return commands;
}

/// The end of what was written to a descriptor.
std::string last_words(int fd) {
  std::string text(4096, '\0');
  const off_t size = lseek(fd, 0, SEEK_END);
  const ssize_t got = pread(fd, text.data(), text.size(), std::max<off_t>(0, size - 4096));
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(0, got)));
  return text;
}

void run_once(Command& command, int complaints) {
  if (!command.before.empty() && std::system(command.before.c_str()) != 0) {
    throw std::runtime_error(command.name + ": this failed: " + command.before);
  }
  if (ftruncate(complaints, 0) != 0 || lseek(complaints, 0, SEEK_SET) != 0) {
    throw std::runtime_error("cannot empty a temporary file");
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, complaints, 2);
  posix_spawn_file_actions_addchdir_np(&actions, command.directory.c_str());

  pid_t child = 0;
  const auto start = Clock::now();
  const int error = posix_spawnp(&child, command.words[0], &actions, nullptr, command.words.data(), environ);
  int status = 0;
  rusage usage{};
  if (error == 0) wait4(child, &status, 0, &usage);
  const auto end = Clock::now();

  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error(command.name + ": " + std::strerror(error) + ": " + command.words[0]);
  if (status != 0) throw std::runtime_error(command.name + " failed:\n" + last_words(complaints));
  command.runs.push_back({std::chrono::duration<double, std::milli>(end - start).count(),
                          milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime)});
  command.peak_kb = std::max(command.peak_kb, usage.ru_maxrss);
}

double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const double at = share * static_cast<double>(values.size() - 1);
  const auto low = static_cast<std::size_t>(at);
  const std::size_t high = std::min(low + 1, values.size() - 1);
  return values[low] + (values[high] - values[low]) * (at - static_cast<double>(low));
}

std::vector<double> walls(const Command& command) {
  std::vector<double> values;
  for (const auto& run : command.runs) values.push_back(run.wall);
  return values;
}

void print(const Command& command, const Command& first) {
  const auto wall = walls(command);
  const auto base = walls(first);
  std::vector<double> cpu;
  std::vector<double> ratio;
  for (std::size_t i = 0; i < wall.size(); ++i) {
    cpu.push_back(command.runs[i].cpu);
    ratio.push_back(wall[i] / base[i]);
  }
  std::printf("%s\t%.3f\t%.3f\t%.3f\t%.3f\t%ld\t%.4f\t%.4f\n", command.name.c_str(), quantile(wall, 0.5),
              quantile(wall, 0), quantile(wall, 0.75), quantile(cpu, 0.5), command.peak_kb, quantile(ratio, 0.5),
              quantile(wall, 0) / quantile(base, 0));
}

void measure(int argc, char** argv) {
  if (argc < 5) throw std::runtime_error("usage: time_commands WARM_UP ROUNDS NAME COMMAND… [-- NAME COMMAND…]…");
  const int warm_up = std::atoi(argv[1]);
  const int rounds = std::max(1, std::atoi(argv[2]));
  auto commands = read_commands(argc, argv);
  std::FILE* const complaints = std::tmpfile();
  if (complaints == nullptr) throw std::runtime_error("cannot make a temporary file");
  for (int round = 0; round < rounds + warm_up; ++round) {
    for (auto& command : commands) run_once(command, fileno(complaints));
  }
  std::fclose(complaints);
  for (auto& command : commands) command.runs.erase(command.runs.begin(), command.runs.begin() + warm_up);
  for (const auto& command : commands) print(command, commands.front());
}

}  // namespace

int main(int argc, char** argv) {
  try {
    measure(argc, argv);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "time_commands: %s\n", error.what());
    return 1;
  }
}
