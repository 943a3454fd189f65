#include "migrate/engine/password_provider.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <memory>

#include "migrate/base/error.hpp"
#include "migrate/base/files.hpp"
#include "migrate/base/process.hpp"
#include "migrate/base/text.hpp"
#include "migrate/engine/connection_config.hpp"
#include "migrate/engine/error.hpp"

namespace migrate::engine {
namespace {

/// So much of what a program says of its failure is shown.
constexpr std::size_t k_longest_words = 2000;
/// No more of a file is read: it may be one that has no end.
constexpr std::size_t k_longest_file = 1 << 16;

std::string_view without_line_ends(std::string_view text) {
  const auto end = text.find_last_not_of("\r\n");
  return text.substr(0, end == std::string_view::npos ? 0 : end + 1);
}

bool all_may_write(const std::filesystem::path& file) {
  struct stat facts {};
  return ::stat(file.c_str(), &facts) == 0 && (facts.st_mode & S_IWOTH) != 0;
}

std::string first_line(const std::filesystem::path& file, const std::string& name) {
  std::string text;
  try {
    text = base::read_prefix(file, k_longest_file);
  } catch (const base::FileError& error) {
    throw DatabaseArgumentError(fmt::format("{}: {}", name, error.what()),
                                "The file must hold the password on its first line.");
  }
  std::string line(without_line_ends(std::string_view(text).substr(0, text.find('\n'))));
  if (line.empty()) {
    throw DatabaseArgumentError(fmt::format("{}: the first line of {} is empty", name, file.string()),
                                "The file must hold the password on its first line.");
  }
  if (line.find('\0') != std::string::npos) {
    throw DatabaseArgumentError(fmt::format("{}: the first line of {} holds a zero byte", name, file.string()));
  }
  return line;
}

/// What the program wrote about its failure. Some repeat what they are about to print.
std::string words_of_failure(const base::ProcessResult& ended) {
  std::string words(base::trim(ended.errors));
  const auto printed = without_line_ends(ended.output);
  if (printed.size() > 3) words = base::replace_all(words, printed, "***");
  if (words.size() > k_longest_words) words = words.substr(0, k_longest_words) + " …";
  return words.empty() ? "it says nothing of the reason" : words;
}

/// A program that gives passwords, and what messages call it.
class PasswordCommand {
 public:
  PasswordCommand(std::vector<std::string> command, std::filesystem::path directory, std::string name)
      : command_(std::move(command)), directory_(std::move(directory)), name_(std::move(name)) {
    // Further words may be secrets themselves.
    program_ = command_.empty() ? "(empty command)" : command_.front();
  }

  std::string operator()(const PasswordRequest& request) const {
    base::ProcessOptions options;
    options.working_directory = directory_;
    options.interrupt_fd = request.interrupt_fd;
    if (!request.deadline.is_never()) {
      options.timeout = std::chrono::ceil<std::chrono::milliseconds>(request.deadline.left());
    }
    const auto start = Deadline::Clock::now();
    const auto ended = base::run_process(command_, options);
    judge(ended, start);
    return password_in(ended);
  }

 private:
  void judge(const base::ProcessResult& ended, Deadline::Clock::time_point start) const {
    if (ended.interrupted) throw DatabaseInterrupted(fmt::format("interrupted while {} ran {}", name_, program_));
    if (ended.timed_out) {
      const std::chrono::duration<double> waited = Deadline::Clock::now() - start;
      throw DatabaseTimeoutError(
          TimeoutKind::connect, fmt::format("{}: {} gave no password within {:.3g} s", name_, program_, waited.count()),
          "Does it wait for somebody to answer? Else raise connect_timeout.");
    }
    if (ended.exit_code == 126 || ended.exit_code == 127) {
      throw DatabaseArgumentError(fmt::format("{}: cannot run {}: {}", name_, program_, words_of_failure(ended)),
                                  "The first word is the program, the others are its arguments; no shell is involved.");
    }
    if (ended.exit_code != 0) {
      throw refused(fmt::format("ended with exit code {}: {}", ended.exit_code, words_of_failure(ended)));
    }
  }

  [[nodiscard]] std::string password_in(const base::ProcessResult& ended) const {
    const auto printed = without_line_ends(ended.output);
    if (printed.empty()) throw refused("printed no password");
    if (printed.find('\n') != std::string_view::npos) throw refused("printed more than one line");
    if (printed.find('\0') != std::string_view::npos) throw refused("printed a zero byte");
    return std::string(printed);
  }

  [[nodiscard]] DatabaseConnectionError refused(const std::string& what) const {
    return {fmt::format("{}: {} {}", name_, program_, what),
            "Run it by hand: it must print the password, and nothing else, to its standard output.", "", false};
  }

  std::vector<std::string> command_;
  std::filesystem::path directory_;
  std::string name_;
  std::string program_;
};

}  // namespace

PasswordProvider password_from_file(std::filesystem::path file, std::string name) {
  auto told = std::make_shared<std::atomic<bool>>(false);
  return [file = std::move(file), name = std::move(name), told](const PasswordRequest& request) {
    auto line = first_line(file, name);
    if (request.log && all_may_write(file) && !told->exchange(true)) {
      request.log({"password.file",
                   base::LogLevel::warning,
                   fmt::format("{}: every user of this machine may write {}; chmod o-w", name, file.string()),
                   {}});
    }
    return line;
  };
}

PasswordProvider password_from_command(std::vector<std::string> command, std::filesystem::path working_directory,
                                       std::string name) {
  return PasswordCommand(std::move(command), std::move(working_directory), std::move(name));
}

std::optional<std::string> password_for(const ConnectionParts& parts, const PasswordRequest& request) {
  if (parts.password_provider == nullptr) return parts.url.password;
  try {
    return (*parts.password_provider)(request);
  } catch (const DatabaseError&) {
    throw;
  } catch (const base::Error& error) {
    throw DatabaseConnectionError(fmt::format("no password could be had: {}", error.what()), error.hint(), "", false);
  } catch (const std::exception& error) {
    throw DatabaseConnectionError(fmt::format("no password could be had: {}", error.what()), "", "", false);
  }
}

}  // namespace migrate::engine
