#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "migrate/engine/connection.hpp"
#include "migrate/engine/connection_config.hpp"
#include "migrate/server/warm_server.hpp"

namespace migrate::command {

/// Where databases for a moment are made.
struct ScratchPlace {
  std::string dev_url = "ephemeral";     ///< autogenerate.dev_url: that, or the URL of a server
  std::filesystem::path warm_directory;  ///< of the throw-away server, see server::warm_directory
  engine::ConnectionHooks hooks{};       ///< of every connection
};

/// The server that databases for a moment are made on: the warm throw-away one, or that of a URL. Several databases can
/// be made on one.
class ScratchServer {
 public:
  /// Throws server::ServerError, or engine::DatabaseError for a URL that is none.
  explicit ScratchServer(ScratchPlace place);

  [[nodiscard]] const engine::ConnectionConfig& config() const noexcept { return config_; }
  [[nodiscard]] engine::Connection connect(const std::string& database = {}) const;
  /// Whether its roles are nobody's but ours.
  [[nodiscard]] bool is_throwaway() const noexcept { return warm_ != nullptr; }

 private:
  ScratchPlace place_;
  std::unique_ptr<server::WarmServer> warm_;
  engine::ConnectionConfig config_;
};

/// An empty database with a random name, dropped, with whoever is still connected, at the end of the scope.
class ScratchDatabase {
 public:
  /// The server must outlive it. Throws SchemaError when the role may not create databases.
  explicit ScratchDatabase(const ScratchServer& server);
  ~ScratchDatabase();
  ScratchDatabase(const ScratchDatabase&) = delete;
  ScratchDatabase& operator=(const ScratchDatabase&) = delete;

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] engine::ConnectionConfig config() const { return server_.config().with_database(name_); }
  [[nodiscard]] engine::Connection connect() const { return server_.connect(name_); }
  /// Roles that were made for it: dropped after it, as far as nobody else has come to need them, unless the server is a
  /// throw-away one.
  void owns_roles(std::vector<std::string> roles) { roles_ = std::move(roles); }

 private:
  const ScratchServer& server_;
  std::string name_;
  std::vector<std::string> roles_;
};

}  // namespace migrate::command
