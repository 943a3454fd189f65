#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <vector>

#include "migrate/base/error.hpp"
#include "migrate/base/files.hpp"
#include "migrate/base/text.hpp"
#include "migrate/server/detail/pid_file.hpp"

namespace migrate::server::detail {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> read_if_there(const fs::path& path) {
  try {
    return base::read_file(path);
  } catch (const base::FileError&) {
    return std::nullopt;
  }
}

bool is_proc_mounted() {
  return ::access("/proc/self", F_OK) == 0;
}

fs::path process_directory(pid_t pid) {
  return fs::path("/proc") / std::to_string(pid);
}

bool is_postgres(const fs::path& process) {
  const auto name = read_if_there(process / "comm");
  return name && (name->starts_with("postgres") || name->starts_with("postmaster"));
}

/// Whether some process holds the lock that every process of a server we started holds.
bool is_held(const fs::path& lock) {
  const int fd = ::open(lock.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return false;
  const bool held = ::flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(fd);
  return held;
}

/// A server works in its data directory: that tells it from whatever else may have got the same number since. Where we
/// may not look (root in a container), the lock has to do.
bool is_server_on(pid_t pid, const fs::path& data_directory) {
  const fs::path process = process_directory(pid);
  if (!is_proc_mounted()) return true;
  if (!is_postgres(process)) return false;
  struct stat data {};
  struct stat working {};
  if (::stat(data_directory.c_str(), &data) != 0) return false;
  if (::stat((process / "cwd").c_str(), &working) == 0) {
    return working.st_dev == data.st_dev && working.st_ino == data.st_ino;
  }
  return errno == EACCES && is_held(data_directory.parent_path() / "server.held");
}

}  // namespace

std::optional<PidFile> parse_pid_file(std::string_view text) {
  const auto lines = base::split(text, '\n');
  const auto first = base::trim(lines[0]);
  PidFile file;
  const auto end = first.data() + first.size();
  const auto parsed = std::from_chars(first.data(), end, file.pid);
  if (parsed.ec != std::errc() || parsed.ptr != end || file.pid <= 1) return std::nullopt;
  if (lines.size() > 4) file.socket_directory = lines[4];
  if (lines.size() > 7) file.ready = base::trim(lines[7]) == "ready";
  return file;
}

bool is_alive(pid_t pid) {
  if (::kill(pid, 0) != 0 && errno == ESRCH) return false;
  const auto facts = read_if_there(process_directory(pid) / "stat");
  if (!facts) return !is_proc_mounted();
  // "pid (name) state …"; the name may itself hold blanks and brackets.
  const std::size_t name_end = facts->rfind(')');
  const char state = name_end + 2 < facts->size() ? (*facts)[name_end + 2] : 'X';
  return state != 'Z' && state != 'X';
}

std::optional<PidFile> running_server(const fs::path& data_directory) {
  const auto text = read_if_there(data_directory / "postmaster.pid");
  auto file = text ? parse_pid_file(*text) : std::nullopt;
  if (!file || !is_alive(file->pid) || !is_server_on(file->pid, data_directory)) return std::nullopt;
  return file;
}

}  // namespace migrate::server::detail
