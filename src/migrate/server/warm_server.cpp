#include "migrate/server/warm_server.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "migrate/base/files.hpp"
#include "migrate/base/text.hpp"
#include "migrate/server/detail/daemon.hpp"
#include "migrate/server/detail/file_lock.hpp"
#include "migrate/server/detail/layout.hpp"

// Below the directory, beside what detail::Layout tells of:
//   server.users   locked, shared, by everybody who uses the server; exclusively by the guard while it removes it
//   server.guard   locked by the guard
//   server.used    its time is that of the last use

namespace migrate::server {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds k_patience{60};

/// $1: directory, $2: directory of the socket, $3: seconds without use, $4: seconds between looks. Descriptor 8 goes
/// first when the guard ends: who gets in behind it finds no guard, and starts one.
constexpr const char* k_guard_script = R"sh(
exec 8>>"$1/server.guard" 9>>"$1/server.users"
flock -n 8 || exit 0
while sleep "$4" 8>&- 9>&-; do
  flock -n 9 || continue
  used=$(stat -c %Y "$1/server.used") || used=0
  if [ $(($(date +%s) - used)) -ge "$3" ]; then
    pid=$(head -n 1 "$1/data/postmaster.pid") && [ "$(cat "/proc/$pid/comm")" = postgres ] && kill -QUIT "$pid"
    tries=0
    while [ -n "$pid" ] && kill -0 "$pid" && [ $tries -lt 100 ]; do
      tries=$((tries + 1))
      sleep 0.1
    done
    rm -rf "$1/data" "$1/server.log" "$1/server.used" "$2"
    exit 0
  fi
  flock -u 9
done
)sh";

PrivateServer::Options server_options(const WarmServer::Options& options) {
  PrivateServer::Options server;
  server.directory = options.directory;
  server.binaries = options.binaries;
  server.durable = false;
  // Whole schemas are made in one transaction.
  server.settings = {
      {"autovacuum", "off"}, {"max_locks_per_transaction", "2048"}, {"wal_level", "minimal"}, {"max_wal_senders", "0"}};
  return server;
}

/// Names below /tmp can be taken by anybody before us. Root's server runs as somebody else, who must get to the data
/// inside; that is closed to all others.
void make_own_directory(const fs::path& directory) {
  const mode_t mode = ::geteuid() == 0 ? 0711 : 0700;
  if (!directory.parent_path().empty()) fs::create_directories(directory.parent_path());
  if (::mkdir(directory.c_str(), mode) != 0 && errno != EEXIST) {
    throw ServerError(fmt::format("cannot make {}: {}", directory.string(), std::strerror(errno)));
  }
  struct stat facts {};
  if (::lstat(directory.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode) || facts.st_uid != ::geteuid() ||
      (facts.st_mode & 022U) != 0) {
    throw ServerError(fmt::format("{} is not a directory that only this user can write to", directory.string()));
  }
}

void require_flock() {
  const char* path = std::getenv("PATH");
  const auto places = base::split(path == nullptr ? "/usr/bin:/bin" : path, ':');
  const bool found = std::ranges::any_of(
      places, [](std::string_view place) { return ::access((std::string(place) + "/flock").c_str(), X_OK) == 0; });
  if (!found) throw ServerError("there is no program flock");
}

void start_guard(const WarmServer::Options& options) {
  if (!detail::FileLock::acquire(options.directory / "server.guard", std::chrono::milliseconds(0))) return;
  const auto interval = std::clamp<std::chrono::seconds::rep>(options.idle.count() / 5, 1, 30);
  detail::Daemon guard;
  guard.command = {"/bin/sh",
                   "-c",
                   k_guard_script,
                   "guard",
                   options.directory.string(),
                   detail::layout_of(options.directory).socket.string(),
                   std::to_string(options.idle.count()),
                   std::to_string(interval)};
  guard.environment = detail::plain_environment();
  guard.output = "/dev/null";
  detail::start_daemon(guard);
}

}  // namespace

fs::path warm_directory(const base::Environment& environment) {
  const auto runtime = environment("XDG_RUNTIME_DIR");
  struct stat facts {};
  if (runtime && runtime->starts_with('/') && ::stat(runtime->c_str(), &facts) == 0 && S_ISDIR(facts.st_mode) &&
      facts.st_uid == ::geteuid()) {
    return fs::path(*runtime) / "migrate";
  }
  return fmt::format("/tmp/migrate-{}", ::geteuid());
}

WarmServer::WarmServer(Options options) : options_(std::move(options)), server_(server_options(options_)) {
  try {
    join();
  } catch (const base::Error&) {
    users_.reset();
    own_ = std::make_unique<ThrowawayServer>(PrivateServer::Options{.binaries = options_.binaries});
  } catch (const fs::filesystem_error&) {
    users_.reset();
    own_ = std::make_unique<ThrowawayServer>(PrivateServer::Options{.binaries = options_.binaries});
  }
}

void WarmServer::join() {
  require_flock();
  make_own_directory(options_.directory);
  auto users =
      detail::FileLock::acquire(options_.directory / "server.users", k_patience, detail::FileLock::Kind::shared);
  if (!users) throw ServerError(fmt::format("{} is being removed and does not go", options_.directory.string()));
  users_ = std::make_unique<detail::FileLock>(std::move(*users));
  base::replace_file(options_.directory / "server.used", "");
  start_guard(options_);
  server_.start();
}

WarmServer::~WarmServer() {
  if (!users_) return;
  try {
    base::replace_file(options_.directory / "server.used", "");
  } catch (const std::exception&) {
    // The server goes sooner.
  }
}

engine::Url WarmServer::url() const {
  return own_ ? own_->url() : server_.url();
}

}  // namespace migrate::server
