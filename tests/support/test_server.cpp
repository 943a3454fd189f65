#include "support/test_server.hpp"

#include <cstdlib>
#include <memory>

#include "migrate/server/private_server.hpp"

namespace migrate::test {
namespace {

/// Either kind of server, for as long as the process lives.
class SharedServer {
 public:
  SharedServer() {
    const char* directory = std::getenv("MIGRATE_TEST_SERVER");
    if (directory == nullptr || *directory == '\0') {
      throwaway_ = std::make_unique<server::ThrowawayServer>();
      url_ = throwaway_->url();
      return;
    }
    server::PrivateServer fixture({.directory = directory, .durable = false});
    fixture.start();
    url_ = fixture.url();
  }
  [[nodiscard]] const engine::Url& url() const { return url_; }

 private:
  std::unique_ptr<server::ThrowawayServer> throwaway_;
  engine::Url url_;
};

}  // namespace

const engine::Url& test_server_url() {
  static const SharedServer server;
  return server.url();
}

}  // namespace migrate::test
