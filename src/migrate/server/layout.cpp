#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "migrate/base/files.hpp"
#include "migrate/server/detail/layout.hpp"
#include "migrate/server/detail/pid_file.hpp"
#include "migrate/server/private_server.hpp"

namespace migrate::server::detail {
namespace {

namespace fs = std::filesystem;

/// The nearest directory at or above `path` that exists.
fs::path nearest_existing(fs::path path) {
  std::error_code ignored;
  while (!fs::exists(path, ignored) && path != path.parent_path()) path = path.parent_path();
  return path;
}

fs::path socket_directory(const Layout& layout) {
  const fs::path inside = layout.directory / "socket";
  if (layout.traversable && is_usable_for_socket(inside)) return inside;
  return fmt::format("/tmp/migrate-{}-{:016x}", layout.account.user, stable_hash(layout.directory.string()));
}

[[noreturn]] void refuse_socket_directory(const fs::path& path, std::string_view reason) {
  throw ServerError(fmt::format("cannot put the private server's socket into {}: {}", path.string(), reason),
                    "Somebody else made it. Remove it (an administrator can), or give the server a directory with a "
                    "shorter path.");
}

}  // namespace

bool is_usable_for_socket(const fs::path& directory) {
  const std::string socket = (directory / ".s.PGSQL.5432").string();
  return socket.size() < sizeof(sockaddr_un{}.sun_path) && socket.find_first_of(",\n") == std::string::npos;
}

unsigned long long stable_hash(std::string_view text) {
  unsigned long long hash = 14695981039346656037ULL;
  for (const char byte : text) {
    hash ^= static_cast<unsigned char>(byte);
    hash *= 1099511628211ULL;
  }
  return hash;
}

Layout layout_of(const fs::path& directory) {
  Layout layout;
  std::error_code failure;
  layout.directory = fs::weakly_canonical(fs::absolute(directory), failure);
  if (failure) {
    throw ServerError(fmt::format("cannot look at {}: {}", directory.string(), failure.message()),
                      "Check the permissions of the directories above it.");
  }
  if (!layout.directory.has_filename()) layout.directory = layout.directory.parent_path();
  layout.data = layout.directory / "data";
  layout.log = layout.directory / "server.log";
  layout.lock = layout.directory / "server.lock";
  layout.held = layout.directory / "server.held";
  struct stat facts {};
  layout.data_exists = ::stat((layout.data / "PG_VERSION").c_str(), &facts) == 0;
  layout.account = server_account(layout.data);
  layout.traversable = can_traverse(layout.account, nearest_existing(layout.directory));
  const auto running = running_server(layout.data);
  const bool listens = running && running->socket_directory.starts_with('/');
  layout.socket = listens ? fs::path(running->socket_directory) : socket_directory(layout);
  return layout;
}

void make_directory(const Layout& layout) {
  std::vector<fs::path> missing;
  std::error_code failure;
  for (fs::path level = layout.directory; !fs::exists(level, failure) && level != level.parent_path();
       level = level.parent_path()) {
    missing.push_back(level);
  }
  fs::create_directories(layout.directory, failure);
  if (failure || ::access(layout.directory.c_str(), W_OK | X_OK) != 0) {
    const std::string reason = failure ? failure.message() : std::strerror(errno);
    throw ServerError(fmt::format("cannot write to {}, where the private server keeps its data: {}",
                                  layout.directory.string(), reason),
                      "Make the directory writable for this user, or name a server of your own: --url postgresql://…");
  }
  for (auto level = missing.rbegin(); level != missing.rend(); ++level) follow_owner_above(*level);
  if (missing.empty()) return;
  // A checkout should not offer its database for committing.
  base::replace_file(layout.directory / ".gitignore", "*\n");
  follow_owner_above(layout.directory / ".gitignore");
}

void secure_socket_directory(const Layout& layout) {
  const fs::path& path = layout.socket;
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    throw ServerError(
        fmt::format("cannot make {} for the private server's socket: {}", path.string(), std::strerror(errno)),
        "Check the permissions of the directory above it.");
  }
  struct stat facts {};
  if (::lstat(path.c_str(), &facts) != 0) refuse_socket_directory(path, std::strerror(errno));
  if (!S_ISDIR(facts.st_mode)) refuse_socket_directory(path, "it is not a directory");
  // Ours from a moment ago, or from a start that was killed before it gave the directory away.
  if (facts.st_uid == ::geteuid() && facts.st_uid != layout.account.user) {
    give_to(layout.account, path);
  } else if (facts.st_uid != layout.account.user) {
    refuse_socket_directory(path, fmt::format("it belongs to user number {}", facts.st_uid));
  }
  if ((facts.st_mode & 0777U) != 0700U && ::chmod(path.c_str(), 0700) != 0) {
    refuse_socket_directory(path, std::strerror(errno));
  }
}

}  // namespace migrate::server::detail
