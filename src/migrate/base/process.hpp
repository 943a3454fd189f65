#pragma once
#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace migrate::base {

/// What to run and how. No shell is involved: each argument reaches the program as it is.
struct ProcessOptions {
  std::filesystem::path working_directory{};         ///< empty: the caller's
  std::map<std::string, std::string> environment{};  ///< added to, or replacing, the caller's variables
  std::vector<std::string> unset{};                  ///< variables taken away
  std::optional<std::string> input{};                ///< given to standard input; none: it is empty
  bool inherit_streams = false;                      ///< use the caller's terminal instead of capturing
  std::optional<unsigned> user_id{};                 ///< run as this user (needs root); its group goes with it
  std::optional<unsigned> group_id{};
  std::optional<std::chrono::milliseconds> timeout{};  ///< killed after this; none: wait for ever
  int interrupt_fd = -1;                               ///< killed when this becomes readable; -1: never
  /// In a process group of its own: the terminal's Ctrl-C spares it, and a kill takes all that it started.
  bool own_group = false;
};

struct ProcessResult {
  int exit_code =
      0;  ///< 128 + signal number when a signal ended it; 126 or 127 when it could not be run: errors says why
  bool timed_out = false;
  bool interrupted = false;
  std::string output;  ///< standard output
  std::string errors;  ///< standard error
};

/// Runs `command` until its process ends; a grandchild that keeps the streams open is not waited for. A program with a
/// slash in its name counts from the working directory it is given. A child that does not read its input is no error.
/// Throws base::Error when no process could be made or the system cannot say how it ended.
ProcessResult run_process(const std::vector<std::string>& command, const ProcessOptions& options = {});

/// Full path of a program found in $PATH, if there is one that may be executed.
std::optional<std::filesystem::path> find_program(const std::string& name);

}  // namespace migrate::base
