#pragma once
#include <unistd.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "migrate/server/private_server.hpp"
#include "support/temp_dir.hpp"

namespace migrate::test {

/// A private server in a temporary directory, stopped at the end of the scope whatever state the test left it in.
class ServerUnderTest {
 public:
  /// `below`: path of the server's directory inside the temporary one. Not durable unless asked for: tests are quick.
  explicit ServerUnderTest(const std::filesystem::path& below = "pg",
                           server::PrivateServer::Options options = {.durable = false});
  ~ServerUnderTest();
  ServerUnderTest(const ServerUnderTest&) = delete;
  ServerUnderTest& operator=(const ServerUnderTest&) = delete;

  [[nodiscard]] const TempDir& above() const noexcept { return above_; }
  [[nodiscard]] const server::PrivateServer::Options& options() const noexcept { return options_; }
  [[nodiscard]] std::filesystem::path directory() const { return options_.directory; }
  [[nodiscard]] server::PrivateServer server() const { return server::PrivateServer(options_); }
  /// First field of the answer, over a connection of its own.
  std::string query(std::string_view sql) const;
  /// SIGKILL to the postmaster, as a crash or the kernel would; waits until it is gone.
  void crash() const;

 private:
  TempDir above_;
  server::PrivateServer::Options options_;
};

/// First field of the answer of the server at `url`; "" for NULL or no row.
std::string query(const engine::Url& url, std::string_view sql);

/// What() and hint of the ServerError that `server.start()` throws, or "" when it does not.
std::string failure_to_start(server::PrivateServer server);

/// Waits until `condition` holds; false after ten seconds.
template <typename Condition>
bool eventually(Condition condition) {
  for (int tries = 0; tries < 2000; ++tries) {
    if (condition()) return true;
    ::usleep(5000);
  }
  return false;
}

}  // namespace migrate::test
