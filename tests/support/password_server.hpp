#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "migrate/engine/url.hpp"
#include "migrate/server/private_server.hpp"
#include "support/temp_dir.hpp"

namespace migrate::test {

/// A server of its own whose role "app" proves itself with scram-sha-256, and whose database "postgres" belongs to it.
/// Takes a second or two to start.
class PasswordServer {
 public:
  explicit PasswordServer(std::string_view password);

  /// Of the role, without a password.
  [[nodiscard]] engine::Url url() const;
  /// `url()` as text with this password in it, percent-encoded.
  [[nodiscard]] std::string uri(std::string_view password) const;
  void set_password(std::string_view password) const;
  /// As superuser, who needs no password.
  void execute(std::string_view sql) const;
  [[nodiscard]] engine::Url superuser_url() const { return server_.url(); }
  /// What the server has written into its log.
  [[nodiscard]] std::string log();

 private:
  TempDir directory_;
  server::ThrowawayServer server_;
};

}  // namespace migrate::test
