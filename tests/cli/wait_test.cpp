// wait: what is waited for, what is told at once, and how the waiting ends.
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstring>
#include <thread>

#include "expect.hpp"
#include "migrate/base/clock.hpp"
#include "migrate/server/private_server.hpp"
#include "support/tcp_gate.hpp"
#include "support/test_server.hpp"

using namespace migrate::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

/// A server that refuses everybody, with the next of some SQLSTATEs each time and the last one from then on.
class RefusingServer {
 public:
  explicit RefusingServer(std::vector<std::string> states)
      : states_(std::move(states)), listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = (directory_.path() / ".s.PGSQL.5432").string();
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    REQUIRE(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listener_, 8) == 0);
    thread_ = std::thread([this] { serve(); });
  }
  ~RefusingServer() {
    stop_ = true;
    thread_.join();
    ::close(listener_);
  }
  RefusingServer(const RefusingServer&) = delete;
  RefusingServer& operator=(const RefusingServer&) = delete;

  [[nodiscard]] std::string url() const { return "postgresql://app:s3cr3t@/shop?host=" + directory_.path().string(); }
  [[nodiscard]] int refused() const { return refused_; }

 private:
  void serve() {
    while (!stop_) {
      pollfd waiting{listener_, POLLIN, 0};
      if (::poll(&waiting, 1, 20) <= 0) continue;
      const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0) continue;
      refuse(client);
      ::close(client);
    }
  }

  void refuse(int client) {
    pollfd packet{client, POLLIN, 0};
    char startup[1024];
    if (::poll(&packet, 1, 5000) <= 0 || ::read(client, startup, sizeof startup) <= 0) return;
    const auto turn = std::min(static_cast<std::size_t>(refused_), states_.size() - 1);
    const std::string fields = "SFATAL" + std::string(1, '\0') + "VFATAL" + std::string(1, '\0') + "C" + states_[turn] +
                               std::string(1, '\0') + "Mgo away" + std::string(2, '\0');
    const auto length = static_cast<unsigned char>(fields.size() + 4);
    const std::string answer = std::string("E\0\0\0", 4) + static_cast<char>(length) + fields;
    ++refused_;
    [[maybe_unused]] const ssize_t written = ::send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
  }

  TempDir directory_;
  std::vector<std::string> states_;
  int listener_;
  std::atomic<int> refused_{0};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

/// A project that names no database, for --url.
class Nowhere {
 public:
  Nowhere() { directory_.write("alembic.toml", "[alembic]\n"); }
  [[nodiscard]] const std::filesystem::path& path() const { return directory_.path(); }

 private:
  TempDir directory_;
};

constexpr const char* k_nobody = "postgresql://app:s3cr3t@127.0.0.1:1/shop";

bool says(const BackgroundMigrate& run, const std::string& words) {
  for (int tries = 0; tries < 2000; ++tries) {
    if (run.err_so_far().find(words) != std::string::npos) return true;
    std::this_thread::sleep_for(5ms);
  }
  return false;
}

}  // namespace

TEST_CASE("wait is over at once when the server answers", "[cli][wait]") {
  Project project;
  const auto result = project.migrate("wait");
  expect_done(result);
  CHECK(result.out.empty());
  CHECK_THAT(result.err, Contains(project.database().name() + "?") || Contains(project.database().name() + " "));
  CHECK_THAT(result.err, Contains("answers: PostgreSQL 1") && !Contains("(") && !Contains("Waiting"));
  CHECK(version_rows(project.database()) == "(no table)");

  const auto json = project.migrate("--json", "wait");
  expect_done(json);
  CHECK_THAT(json.out, Contains("\"server_version\": \"1") && Contains("\"attempts\": 1"));
  CHECK(json.err.empty());
  CHECK(project.migrate("-q", "wait").err.empty());
}

TEST_CASE("wait sees a server come up whose socket was not there", "[cli][wait]") {
  const TempDir directory;
  migrate::server::PrivateServer server({.directory = directory.path() / "pg", .durable = false});
  const Nowhere project;
  BackgroundMigrate run({"wait", "--url", server.url().to_string(migrate::engine::Password::shown)}, project.path());
  REQUIRE(says(run, "Waiting up to 60 s for the database: cannot connect to "));
  server.start();
  const auto result = run.wait(30s);
  server.stop();
  expect_done(result);
  CHECK_THAT(result.err, Contains("answers: PostgreSQL "));
  CHECK(result.err.find("Waiting") == result.err.rfind("Waiting"));
}

TEST_CASE("wait goes on while connections are broken or nobody answers", "[cli][wait]") {
  TcpGate gate(test_server_url());
  const Nowhere project;
  gate.refuse(true);
  BackgroundMigrate run({"wait", "--url", gate.url().to_string(migrate::engine::Password::shown)}, project.path());
  REQUIRE(says(run, "Waiting"));
  CHECK(run.running());
  gate.refuse(false);
  expect_done(run.wait(30s));

  gate.stall(true);
  const auto silent = run_migrate(
      {"wait", "--timeout", "0.2", "--url", gate.url().to_string(migrate::engine::Password::shown)}, project.path());
  expect_refused(silent, 4, {"did not answer within", "(1 try)", "no answer"});
}

TEST_CASE("wait gives up after its time and names the last failure", "[cli][wait]") {
  const Nowhere project;
  const auto result = run_migrate({"wait", "--url", k_nobody, "--timeout", "0.4"}, project.path());
  expect_refused(result, 4, {"Waiting up to 0.4 s", "did not answer within", "tries)", "refused", "Next:"});
  CHECK_THAT(result.err, !Contains("s3cr3t"));
  const auto json = run_migrate({"--json", "wait", "--url", k_nobody, "--timeout", "0"}, project.path());
  CHECK(json.exit_code == 4);
  CHECK_THAT(json.out, Contains("\"exit_code\":4") && Contains("(1 try)") && Contains("\"retry_helps\":true"));
  CHECK_THAT(json.out + json.err, !Contains("s3cr3t"));
}

TEST_CASE("wait waits for a server that is starting up and tells a wrong password at once", "[cli][wait]") {
  const RefusingServer server({"57P03", "57P03", "28P01"});
  const Nowhere project;
  BackgroundMigrate run({"wait", "--url", server.url()}, project.path());
  const auto result = run.wait(20s);
  expect_refused(result, 4, {"Waiting up to 60 s", "go away", "28P01", "Check user and password"});
  CHECK(server.refused() == 3);
  CHECK_THAT(result.err, !Contains("s3cr3t"));
}

TEST_CASE("wait waits for a host whose name is not known yet", "[cli][wait]") {
  const Nowhere project;
  // Two dots in a row are no name, so that no name server is asked.
  const auto result =
      run_migrate({"wait", "--url", "postgresql://app@no..name/shop", "--timeout", "0.1"}, project.path());
  expect_refused(result, 4, {"Waiting up to 0.1 s", "did not answer within", "could not translate host name"});
}

TEST_CASE("wait tells an unknown database or role at once", "[cli][wait]") {
  const Nowhere project;
  const auto refusal = [&](auto change) {
    auto url = test_server_url();
    change(url);
    BackgroundMigrate run({"wait", "--url", url.to_string(migrate::engine::Password::shown)}, project.path());
    return run.wait(20s);
  };
  expect_refused(refusal([](auto& url) { url.database = "no_such_database"; }), 4, {"no_such_database", "3D000"});
  const auto role = refusal([](auto& url) { url.user = "no_such_role"; });
  expect_refused(role, 4, {"no_such_role", "28000"});
  CHECK_THAT(role.err, !Contains("Waiting"));
}

TEST_CASE("wait ends with a signal", "[cli][wait]") {
  const Nowhere project;
  for (const auto& [number, exit_code] : {std::pair(SIGINT, 130), std::pair(SIGTERM, 143)}) {
    BackgroundMigrate run({"wait", "--url", k_nobody}, project.path());
    REQUIRE(says(run, "Waiting"));
    run.signal(number);
    const auto result = run.wait(10s);
    CHECK(result.exit_code == exit_code);
    CHECK_THAT(result.err, Contains("interrupted while") && !Contains("s3cr3t"));
  }
}

TEST_CASE("wait refuses a time that is none", "[cli][wait]") {
  const Nowhere project;
  for (const auto* time : {"-1", "nan", "soon", "1e30"}) {
    CAPTURE(time);
    expect_refused(run_migrate({"wait", "--url", k_nobody, "--timeout", time}, project.path()), 2, {"--timeout"});
  }
}
