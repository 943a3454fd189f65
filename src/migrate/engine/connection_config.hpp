#pragma once
#include <chrono>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/base/environment.hpp"
#include "migrate/engine/connection_settings.hpp"
#include "migrate/engine/password_provider.hpp"
#include "migrate/engine/pool_options.hpp"
#include "migrate/engine/url.hpp"

namespace migrate::engine {

/// How long to keep trying a connection that fails for a passing reason: exponential backoff with full jitter.
struct RetryPolicy {
  int retries = 3;                      ///< attempts after the first; 0 = none
  std::chrono::milliseconds base{100};  ///< first pause is random in [0, base]
  std::chrono::milliseconds cap{5000};  ///< no pause is longer
  bool operator==(const RetryPolicy&) const = default;
};

/// Everything that can be given, before it is checked. Nothing = not said.
struct ConnectionParts {
  Url url;
  std::chrono::milliseconds connect_timeout{10000};  ///< for each attempt; 0 = none. connect_timeout of the URL wins
  /// Client-side limit for each message, which is a statement or a script: the server answers a message as a whole.
  std::chrono::milliseconds command_timeout{0};  ///< 0 = none
  /// This default gives way to application_name of the URL and to PGAPPNAME; another name does not.
  std::string application_name = "migrate";
  RetryPolicy retry;
  PoolOptions pool;
  bool echo = false;  ///< statements are sent to the log sink
  /// Asked for the password of each connection; the URL then has none. Equal is only the same one. Null: none.
  std::shared_ptr<const PasswordProvider> password_provider{};
  bool operator==(const ConnectionParts&) const = default;
};

/// What settings that are left out mean; an application makes its own and hands them to what it builds.
using ConnectionDefaults = ConnectionParts;

/// Immutable, validated description of how to reach a database; cheap to copy, safe to share between threads.
class ConnectionConfig {
 public:
  /// Checks everything at once. Throws DatabaseArgumentError whose message lists every fault, one a line.
  ConnectionConfig(ConnectionSettings settings, ConnectionDefaults defaults = {});  // NOLINT: {.db_name = …} is one
  static ConnectionConfig create(ConnectionParts parts);
  static ConnectionConfig from_url(std::string_view url);
  /// From <prefix>HOST, PORT, NAME, USER, PASS. What they do not say is left to libpq (PG* variables, service and
  /// password files). Nothing when none of them is set.
  static std::optional<ConnectionConfig> from_environment(const base::Environment& environment,
                                                          std::string_view prefix = "DB_");
  /// The same from the process's own environment. Throws DatabaseArgumentError that names the variables when none of
  /// them is set.
  static ConnectionConfig from_env(std::string_view prefix = "DB_");

  [[nodiscard]] const ConnectionParts& parts() const noexcept { return *parts_; }
  [[nodiscard]] const Url& url() const noexcept { return parts_->url; }
  [[nodiscard]] const PoolOptions& pool() const noexcept { return parts_->pool; }
  /// For messages and logs: the URL with its password hidden.
  [[nodiscard]] std::string uri(Password password = Password::hidden) const { return parts_->url.to_string(password); }
  /// The same for equal configurations, in every process; says nothing of the password and where it comes from, so that
  /// configurations with the same key may still differ in that.
  [[nodiscard]] std::string key() const;
  bool operator==(const ConnectionConfig& other) const { return parts_ == other.parts_ || *parts_ == *other.parts_; }

  /// Copies with one part changed, validated again; with() changes whatever the settings say.
  [[nodiscard]] ConnectionConfig with(ConnectionSettings changes) const;
  [[nodiscard]] ConnectionConfig with_database(std::string name) const;
  [[nodiscard]] ConnectionConfig with_host(std::string host, std::optional<int> port = {}) const;
  /// The password of one user is not that of another: without one the copy has none, and no provider.
  [[nodiscard]] ConnectionConfig with_user(std::string user, std::optional<std::string> password = {}) const;
  [[nodiscard]] ConnectionConfig with_application_name(std::string name) const;
  [[nodiscard]] ConnectionConfig with_pool(PoolOptions pool) const;
  [[nodiscard]] ConnectionConfig with_retry(RetryPolicy retry) const;

 private:
  explicit ConnectionConfig(std::shared_ptr<const ConnectionParts> parts) : parts_(std::move(parts)) {}
  std::shared_ptr<const ConnectionParts> parts_;
};

/// The URL with its password hidden.
std::ostream& operator<<(std::ostream& out, const ConnectionConfig& config);

}  // namespace migrate::engine
