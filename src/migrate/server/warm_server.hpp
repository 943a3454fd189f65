#pragma once
#include <chrono>
#include <filesystem>
#include <memory>

#include "migrate/base/environment.hpp"
#include "migrate/server/private_server.hpp"

namespace migrate::server {

namespace detail {
class FileLock;
}  // namespace detail

/// The directory of this user's warm server: $XDG_RUNTIME_DIR/migrate, or /tmp/migrate-<user number>.
std::filesystem::path warm_directory(const base::Environment& environment);

/// A throw-away server that several commands share, at once or one after the other: the first one starts it, a guard
/// process stops it and removes its data when nobody has used it for a while. Nothing in it is meant to last; whoever
/// uses it makes databases of their own. As long as the object lives, the server is in use; a process that is killed
/// gives it up. Where it cannot be kept warm (the directory is not ours, flock(1) is missing), it is a ThrowawayServer.
class WarmServer {
 public:
  struct Options {
    std::filesystem::path directory{};  ///< made when missing; ours alone
    std::filesystem::path binaries{};   ///< empty: find_binaries()
    std::chrono::seconds idle{300};     ///< how long it stays without anybody
  };

  /// Throws ServerError when there is no way to get a server.
  explicit WarmServer(Options options);
  ~WarmServer();
  WarmServer(const WarmServer&) = delete;
  WarmServer& operator=(const WarmServer&) = delete;

  /// Database "postgres" as superuser.
  [[nodiscard]] engine::Url url() const;
  /// False: it is a ThrowawayServer, and goes with this object.
  [[nodiscard]] bool is_shared() const noexcept { return users_ != nullptr; }

 private:
  void join();

  Options options_;
  PrivateServer server_;
  std::unique_ptr<detail::FileLock> users_;  ///< shared with other users
  std::unique_ptr<ThrowawayServer> own_;
};

}  // namespace migrate::server
