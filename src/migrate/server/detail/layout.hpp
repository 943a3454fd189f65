#pragma once
#include <filesystem>

#include "migrate/server/detail/account.hpp"

namespace migrate::server::detail {

/// Where the things of one private server lie. Below `directory`:
///   data/         the cluster, mode 0700; appears complete or not at all
///   data.new.*    a cluster being made; what a killed initdb left is removed by the next start
///   socket/       mode 0700, unless its path is no good for a socket: then /tmp/migrate-<user>-<hash of directory>
///   server.log    what the server wrote; the file before it is server.log.old
///   server.lock   held while a process starts or stops the server
///   server.held   held by every process of the running server
struct Layout {
  std::filesystem::path directory;  ///< absolute, without symbolic links
  std::filesystem::path data;
  std::filesystem::path log;
  std::filesystem::path lock;
  std::filesystem::path held;
  std::filesystem::path socket;
  bool data_exists = false;
  bool traversable = true;  ///< the server's user can reach `directory` by its path
  Account account;
};

/// Looks, makes nothing. When a server runs, `socket` is where it listens. Throws ServerError when an existing
/// directory belongs to somebody else.
Layout layout_of(const std::filesystem::path& directory);

/// Makes `directory` where missing. Throws ServerError when it cannot be written to.
void make_directory(const Layout& layout);

/// Makes the directory for the socket where missing, and makes sure that nobody else can get at it: a real directory,
/// owned by the account, mode 0700. Throws ServerError.
void secure_socket_directory(const Layout& layout);

/// Whether a socket in `directory` can be bound by the server and named to libpq: short enough for the system's
/// address, and without the comma that separates hosts.
bool is_usable_for_socket(const std::filesystem::path& directory);

/// Same text, same number, on every machine (FNV-1a, 64 bits).
unsigned long long stable_hash(std::string_view text);

}  // namespace migrate::server::detail
