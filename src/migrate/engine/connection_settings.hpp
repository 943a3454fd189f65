#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "migrate/engine/password_provider.hpp"
#include "migrate/engine/pool_options.hpp"

namespace migrate::engine {

/// What an application says of its database, in the words of its own settings. Everything may be left out, and is then
/// as the defaults say. Written with designated initialisers, which C++ wants in the order of this list:
///
///   ConnectionConfig config({.db_role = "app", .db_name = "shop", .db_host = "localhost", .db_port = 5432,
///                            .db_driver = "postgresql+asyncpg", .pool_size = 10, .max_overflow = 20});
struct ConnectionSettings {
  std::optional<std::string> db_url{};   ///< what is said below goes before what it says
  std::optional<std::string> db_role{};  ///< another name for db_user
  std::optional<std::string> db_name{};
  std::optional<std::string> db_host{};  ///< or several, with commas; a full path is a socket directory
  std::optional<int> db_port{};          ///< of every host
  std::optional<std::string> db_user{};
  std::optional<std::string> db_password{};
  std::optional<std::string> db_driver{};   ///< "postgresql", "postgresql+asyncpg" …; what follows the + is ignored
  std::optional<std::string> db_service{};  ///< an entry of libpq's service file
  /// Asked for the password of each connection, in place of db_password.
  std::optional<PasswordProvider> password_provider{};

  std::optional<PoolOptions> pool{};  ///< all options of the pool; what is said below goes before it
  std::optional<int> pool_size{};
  std::optional<int> max_overflow{};
  std::optional<std::chrono::milliseconds> pool_timeout{};
  std::optional<bool> pool_pre_ping{};
  std::optional<std::chrono::seconds> pool_recycle{};

  std::optional<std::chrono::milliseconds> connect_timeout{};
  std::optional<std::chrono::milliseconds> command_timeout{};
  std::optional<int> connect_retries{};
  std::optional<std::string> application_name{};
  std::optional<bool> echo{};
  /// Further parameters of libpq, such as {"sslmode", "require"}; each replaces the one of that name.
  std::vector<std::pair<std::string, std::string>> parameters{};
};

}  // namespace migrate::engine
