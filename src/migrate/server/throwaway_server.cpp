#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "migrate/base/files.hpp"
#include "migrate/server/detail/daemon.hpp"
#include "migrate/server/detail/layout.hpp"
#include "migrate/server/detail/postmaster.hpp"
#include "migrate/server/private_server.hpp"

namespace migrate::server {
namespace {

namespace fs = std::filesystem;

/// A word on standard input: all was cleaned up. Its end: we died, so the server ($1: its directory, $2: its socket
/// directory) must go. A server without its pid file ends by itself within a minute.
constexpr const char* k_guard_script = R"sh(
read -r word && exit 0
pid=$(head -n 1 "$1/data/postmaster.pid") && [ "$(cat "/proc/$pid/comm")" = postgres ] && kill -QUIT "$pid"
tries=0
while [ -n "$pid" ] && kill -0 "$pid" && [ $tries -lt 100 ]; do
  tries=$((tries + 1))
  sleep 0.1
done
rm -rf "$1" "$2"
)sh";

fs::path make_place(const fs::path& parent) {
  if (!parent.empty()) fs::create_directories(parent);
  base::TemporaryDirectory directory("migrate-server-", parent);
  // Root's server runs as somebody else, who must get to the data inside; that is closed to all others.
  if (::chmod(directory.path().c_str(), 0711) != 0) {
    throw ServerError(
        fmt::format("cannot open {} to the server's user: {}", directory.path().string(), std::strerror(errno)));
  }
  directory.keep();
  return directory.path();
}

PrivateServer::Options throwaway_options(PrivateServer::Options options, const fs::path& directory) {
  options.directory = directory;
  options.durable = false;
  return options;
}

/// Our end of the connection to a new guard process.
int start_guard(const detail::Layout& layout) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw ServerError(fmt::format("cannot make a socket pair: {}", std::strerror(errno)));
  }
  detail::Daemon guard;
  guard.command = {"/bin/sh", "-c", k_guard_script, "guard", layout.directory.string(), layout.socket.string()};
  guard.environment = detail::plain_environment();
  guard.output = "/dev/null";
  guard.input = ends[1];
  try {
    detail::start_daemon(guard);
  } catch (...) {
    ::close(ends[0]);
    ::close(ends[1]);
    throw;
  }
  ::close(ends[1]);
  return ends[0];
}

}  // namespace

ThrowawayServer::ThrowawayServer(PrivateServer::Options options)
    : directory_(make_place(options.directory)),
      server_(throwaway_options(std::move(options), directory_)),
      owner_(::getpid()) {
  try {
    guard_ = start_guard(detail::layout_of(directory_));
    server_.start();
  } catch (...) {
    remove();
    throw;
  }
}

ThrowawayServer::~ThrowawayServer() {
  if (::getpid() == owner_) remove();
}

void ThrowawayServer::remove() noexcept {
  try {
    const auto layout = detail::layout_of(directory_);
    detail::stop_postmaster(layout, detail::Shutdown::immediate, std::chrono::seconds(10));
    std::error_code ignored;
    fs::remove_all(directory_, ignored);
    fs::remove_all(layout.socket, ignored);
    ::send(guard_, "done\n", 5, MSG_NOSIGNAL);
  } catch (const std::exception&) {
    // The guard sees the connection end without a word, and does it.
  }
  if (guard_ >= 0) ::close(guard_);
  guard_ = -1;
}

}  // namespace migrate::server
