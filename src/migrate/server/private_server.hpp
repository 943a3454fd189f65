#pragma once
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "migrate/base/error.hpp"
#include "migrate/engine/connection_config.hpp"

namespace migrate::server {

/// The private server could not be found, made, started or stopped. The message carries what PostgreSQL said.
class ServerError : public base::Error {
 public:
  using Error::Error;
};

/// Directory that holds initdb, pg_ctl and postgres: `configured` if given, else $PATH, pg_config --bindir, else the
/// newest /usr/lib/postgresql/*/bin. Throws ServerError that names where it looked and how to install PostgreSQL.
std::filesystem::path find_binaries(const std::filesystem::path& configured = {});

struct ServerStatus {
  bool exists = false;  ///< a data directory is there
  bool running = false;
  int pid = 0;
  std::filesystem::path data_directory;
  std::filesystem::path socket_directory;
  std::string version;  ///< "15.20", or empty when there is no data directory
};

/// A PostgreSQL of our own: data under one directory, reached only through a Unix socket in a directory of mode 0700,
/// run as an unprivileged user when we are root. Survives the crash of its predecessor. One object may be used by one
/// thread; several processes may start and stop the same directory at once (a lock file orders them).
class PrivateServer {
 public:
  struct Options {
    std::filesystem::path directory{};  ///< holds data/, server.log, server.lock; made when missing
    std::filesystem::path binaries{};   ///< empty: find_binaries()
    bool durable = true;                ///< false: fsync, full_page_writes and synchronous_commit off (throw-away)
    std::string database = "postgres";  ///< made on first start when missing
    std::chrono::seconds start_timeout{60};
    std::vector<std::pair<std::string, std::string>> settings{};  ///< further "name = value" for the server
  };

  explicit PrivateServer(Options options);

  /// initdb when needed, start when not running, wait until it answers. Nothing to do is fine. Throws ServerError.
  void start();
  /// Fast shutdown; nothing to do is fine. Throws ServerError when it will not stop.
  void stop();
  [[nodiscard]] ServerStatus status() const;
  /// How to reach it (socket directory as host, superuser role "postgres"). Valid whether it runs or not.
  [[nodiscard]] engine::Url url() const;

 private:
  Options options_;
};

/// A server with durability off in a temporary directory (under options.directory, else $TMPDIR or /tmp); started by
/// the constructor, stopped and removed by the destructor, or by a small guard process when we die without one. A
/// forked child that destroys its copy changes nothing.
class ThrowawayServer {
 public:
  explicit ThrowawayServer(PrivateServer::Options options = {});
  ~ThrowawayServer();
  ThrowawayServer(const ThrowawayServer&) = delete;
  ThrowawayServer& operator=(const ThrowawayServer&) = delete;
  [[nodiscard]] engine::Url url() const { return server_.url(); }
  [[nodiscard]] PrivateServer& server() { return server_; }

 private:
  void remove() noexcept;

  std::filesystem::path directory_;
  PrivateServer server_;
  int owner_ = 0;   ///< the process that made it
  int guard_ = -1;  ///< connection to the guard process; its end tells the guard to clean up
};

}  // namespace migrate::server
