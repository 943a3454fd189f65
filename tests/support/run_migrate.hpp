#pragma once
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "support/temp_dir.hpp"

namespace migrate::test {

struct RunResult {
  int exit_code = 0;  ///< 128 + signal number when a signal ended it
  std::string out;    ///< standard output
  std::string err;    ///< standard error
};

using Environment = std::map<std::string, std::string>;

/// Runs the built program to its end, as a user would: no variable that it or libpq reads is set except `environment`,
/// neither stream is a terminal. Throws base::Error when it has not ended after 60 seconds.
RunResult run_migrate(const std::vector<std::string>& arguments, const std::filesystem::path& working_directory,
                      const Environment& environment = {}, const std::optional<std::string>& input = std::nullopt);

/// The same of another program, such as a bundle.
RunResult run_program(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                      const std::filesystem::path& working_directory, const Environment& environment = {},
                      const std::optional<std::string>& input = std::nullopt);

/// The program running beside the test, for interrupts and for runs that compete. Killed by the destructor.
class BackgroundMigrate {
 public:
  BackgroundMigrate(const std::vector<std::string>& arguments, const std::filesystem::path& working_directory,
                    const Environment& environment = {});
  ~BackgroundMigrate();
  BackgroundMigrate(const BackgroundMigrate&) = delete;
  BackgroundMigrate& operator=(const BackgroundMigrate&) = delete;

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  /// Sends a signal; nothing happens when the program has ended.
  void signal(int number);
  [[nodiscard]] bool running();
  /// What it has written so far.
  [[nodiscard]] std::string out_so_far() const;
  [[nodiscard]] std::string err_so_far() const;
  /// Its end. Throws base::Error when that takes longer than `timeout`; the program then still runs.
  RunResult wait(std::chrono::milliseconds timeout = std::chrono::seconds(60));

 private:
  TempDir streams_;
  pid_t pid_ = -1;
  std::optional<int> exit_code_;
};

}  // namespace migrate::test
