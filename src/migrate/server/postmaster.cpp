#include "migrate/server/detail/postmaster.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>

#include "migrate/base/files.hpp"
#include "migrate/base/text.hpp"
#include "migrate/server/detail/cluster.hpp"
#include "migrate/server/detail/daemon.hpp"
#include "migrate/server/detail/file_lock.hpp"
#include "migrate/server/detail/pid_file.hpp"
#include "migrate/server/private_server.hpp"

namespace migrate::server::detail {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::uintmax_t k_large_log = std::uintmax_t{8} << 20U;

// Numbers of the descriptors in the server process, in the order of Daemon::keep.
constexpr int k_data_descriptor = 4;

std::uintmax_t log_size(const fs::path& log) {
  std::error_code failure;
  const auto size = fs::file_size(log, failure);
  return failure ? 0 : size;
}

void put_large_log_aside(const Layout& layout) {
  if (log_size(layout.log) < k_large_log) return;
  std::error_code ignored;
  fs::rename(layout.log, layout.log.string() + ".old", ignored);
}

/// Files of a server that no longer runs. PostgreSQL takes them for those of a live one when their process number has
/// been given to another program since. The number is known to be no server's, so they may go.
void remove_leftovers(const Layout& layout) {
  std::error_code ignored;
  fs::remove(layout.data / "postmaster.pid", ignored);
  for (const char* name : {".s.PGSQL.5432", ".s.PGSQL.5432.lock"}) fs::remove(layout.socket / name, ignored);
}

/// Waits for the processes a killed server left: they end when they notice, and until then use its shared memory.
FileLock wait_for_predecessor(const Layout& layout, std::chrono::milliseconds patience) {
  auto held = FileLock::acquire(layout.held, patience);
  if (held) return std::move(*held);
  throw ServerError(
      fmt::format("cannot start the private server in {}: processes of the one before it, which was killed, "
                  "still run",
                  layout.directory.string()),
      fmt::format("Wait, or end them: fuser -k {}", layout.held.string()));
}

std::vector<std::string> server_command(const Layout& layout, const Installation& installation,
                                        const Settings& settings) {
  const fs::path data = layout.traversable ? layout.data : fs::path(DirectoryHandle::name(k_data_descriptor));
  std::vector<std::string> command{(installation.binaries / "postgres").string(), "-D", data.string()};
  const auto set = [&command](std::string_view name, std::string_view value) {
    command.emplace_back("-c");
    command.push_back(fmt::format("{}={}", name, value));
  };
  for (const auto& [name, value] : settings) set(name, value);
  set("listen_addresses", "");
  set("port", "5432");
  set("unix_socket_directories", quote_directory(layout.socket));
  set("unix_socket_permissions", "0700");
  set("logging_collector", "off");
  set("log_destination", "stderr");
  return command;
}

[[noreturn]] void fail_to_start(const Layout& layout, std::string_view what, std::uintmax_t log_start,
                                const std::string& hint) {
  throw ServerError(fmt::format("cannot start the private server in {}: {}; the end of {}:\n{}",
                                layout.directory.string(), what, layout.log.string(), log_tail(layout.log, log_start)),
                    hint);
}

std::string hint_for(const std::string& log) {
  if (log.find("No space left on device") != std::string::npos) return "Free some space on the disk.";
  if (log.find("could not create semaphores") != std::string::npos ||
      log.find("could not create shared memory") != std::string::npos) {
    return "The machine has no shared memory or semaphores left; see PostgreSQL's documentation, section 19.4.";
  }
  return {};
}

bool wait_for_end(pid_t pid, Clock::time_point end) {
  while (is_alive(pid)) {
    if (Clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace

std::string quote_directory(const fs::path& path) {
  return "\"" + base::replace_all(path.string(), "\"", "\"\"") + "\"";
}

std::string log_tail(const fs::path& log, std::uintmax_t start, std::size_t count) {
  std::string text;
  try {
    text = base::read_file(log);
  } catch (const base::FileError& error) {
    return fmt::format("  ({})", error.what());
  }
  text = text.substr(std::min<std::size_t>(start, text.size()));
  const auto lines = base::split(base::trim(text), '\n');
  std::string tail;
  for (std::size_t line = lines.size() > count ? lines.size() - count : 0; line < lines.size(); ++line) {
    tail += fmt::format("{}  {}", tail.empty() ? "" : "\n", lines[line]);
  }
  return base::trim(tail).empty() ? "  (nothing was written)" : tail;
}

void wait_until_ready(const Layout& layout, pid_t pid, std::uintmax_t log_start, std::chrono::milliseconds patience) {
  const auto end = Clock::now() + patience;
  for (;;) {
    const auto running = running_server(layout.data);
    if (running && running->ready) return;
    if (!is_alive(pid)) {
      const auto log = log_tail(layout.log, log_start);
      fail_to_start(layout, "it ended before it was ready", log_start, hint_for(log));
    }
    if (Clock::now() >= end) {
      fail_to_start(layout,
                    fmt::format("it was not ready after {} s (process {} goes on)", patience.count() / 1000, pid),
                    log_start, "After a crash it may need time to recover. Try again later.");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

void start_postmaster(const Layout& layout, const Installation& installation, const Settings& settings,
                      std::chrono::milliseconds patience) {
  const FileLock held = wait_for_predecessor(layout, patience);
  remove_leftovers(layout);
  put_large_log_aside(layout);
  const std::uintmax_t log_start = log_size(layout.log);
  const DirectoryHandle data(layout.data);
  Daemon daemon;
  daemon.command = server_command(layout, installation, settings);
  daemon.environment = plain_environment();
  daemon.account = layout.account;
  daemon.output = layout.log;
  daemon.keep = {held.descriptor(), data.descriptor()};
  const pid_t pid = start_daemon(daemon);
  wait_until_ready(layout, pid, log_start, patience);
}

void stop_postmaster(const Layout& layout, Shutdown how, std::chrono::milliseconds patience) {
  const auto running = running_server(layout.data);
  if (!running) return;
  const int signal = how == Shutdown::fast ? SIGINT : SIGQUIT;
  if (::kill(running->pid, signal) != 0 && errno != ESRCH) {
    throw ServerError(fmt::format("cannot stop the private server in {} (process {}): {}", layout.directory.string(),
                                  running->pid, std::strerror(errno)),
                      fmt::format("It runs as user {}; be that user or root.", layout.account.name));
  }
  if (wait_for_end(running->pid, Clock::now() + patience)) return;
  throw ServerError(fmt::format("the private server in {} (process {}) still runs {} s after it was told to stop",
                                layout.directory.string(), running->pid, patience.count() / 1000),
                    fmt::format("See {}. It may be writing its last changes; try again later.", layout.log.string()));
}

}  // namespace migrate::server::detail
