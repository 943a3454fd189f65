#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "migrate/base/clock.hpp"
#include "migrate/base/files.hpp"
#include "migrate/engine/connection.hpp"
#include "migrate/server/private_server.hpp"
#include "support/temp_database.hpp"
#include "support/temp_dir.hpp"

using namespace migrate::engine;
using namespace std::chrono_literals;
using Catch::Contains;
using migrate::base::Stopwatch;
using migrate::test::TempDatabase;

namespace {

/// A password with everything that could break a message, a URL or a conninfo string.
constexpr const char* k_weird = "p'a\\s s%41@:/?#=&\"wörd";

ConnectionConfig config_of(Url url, RetryPolicy retry = {2, 1ms, 5ms}, std::chrono::milliseconds timeout = 10s) {
  ConnectionParts parts;
  parts.url = std::move(url);
  parts.retry = retry;
  parts.connect_timeout = timeout;
  return ConnectionConfig::create(std::move(parts));
}

template <typename Error = DatabaseConnectionError>
Error failure(const ConnectionConfig& config, Deadline deadline = Deadline::never()) {
  try {
    Connection::connect(config, {}, deadline);
  } catch (const Error& error) {
    for (const auto& text : {std::string(error.what()), error.hint()}) {
      CHECK_THAT(text, !Contains(k_weird) && !Contains(percent_encode(k_weird)));
    }
    return error;
  }
  throw std::runtime_error("it connected");
}

/// A listening socket of the kind a server has, in whose queue connections wait for ever.
class DeafServer {
 public:
  DeafServer() : fd_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = (directory_.path() / ".s.PGSQL.5432").string();
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    REQUIRE(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
    REQUIRE(::listen(fd_, 8) == 0);
  }
  ~DeafServer() { ::close(fd_); }
  DeafServer(const DeafServer&) = delete;
  DeafServer& operator=(const DeafServer&) = delete;
  [[nodiscard]] Url::Host host() const { return {directory_.path().string(), std::uint16_t{5432}}; }

 private:
  migrate::test::TempDir directory_;
  int fd_;
};

/// A port of this machine on which nobody listens.
std::uint16_t unused_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  socklen_t length = sizeof(address);
  REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) == 0);
  ::close(fd);
  return ntohs(address.sin_port);
}

/// A server that wants passwords of everybody but its superuser.
class StrictServer {
 public:
  StrictServer() : server_({.settings = {{"max_connections", "8"}, {"superuser_reserved_connections", "2"}}}) {
    auto admin = Connection::connect(config_of(server_.url()));
    const std::string file(*admin.execute("SHOW hba_file").scalar());
    const std::string rules = migrate::base::read_file(file);
    std::FILE* out = std::fopen(file.c_str(), "w");
    REQUIRE(out != nullptr);
    std::fputs(("local all app scram-sha-256\nlocal all barred reject\n" + rules).c_str(), out);
    std::fclose(out);
    const std::optional<std::string> password = k_weird;
    admin.execute("SELECT set_config('test.password', $1, false)", {&password, 1});
    admin.execute(
        "DO $$ BEGIN EXECUTE format('CREATE ROLE app LOGIN PASSWORD %L', current_setting('test.password'));"
        "CREATE ROLE barred LOGIN; END $$");
    admin.execute("SELECT pg_reload_conf(), pg_sleep(0.3)");
  }
  [[nodiscard]] Url url(std::string user, std::optional<std::string> password) const {
    Url url = server_.url();
    url.user = std::move(user);
    url.password = std::move(password);
    return url;
  }

 private:
  migrate::server::ThrowawayServer server_;
};

}  // namespace

TEST_CASE("a server that wants passwords: right, wrong, none, barred, unknown, no database", "[engine][connect]") {
  const StrictServer server;
  CHECK(Connection::connect(config_of(server.url("app", k_weird))).execute("SELECT current_user").scalar() == "app");
  const Url round_trip = Url::parse(server.url("app", k_weird).to_string(Password::shown));
  CHECK(Connection::connect(config_of(round_trip)).alive());

  const auto wrong = failure(config_of(server.url("app", std::string(k_weird) + "x")));
  CHECK(wrong.sqlstate() == "28P01");
  CHECK_FALSE(wrong.transient());
  CHECK(wrong.attempts() == 1);
  CHECK_THAT(wrong.what(), Contains("cannot connect to postgresql://app:***@") &&
                               Contains(": password authentication failed for user \"app\"") && !Contains("LOCATION") &&
                               !Contains("FATAL") && !Contains("\n"));
  CHECK_THAT(wrong.hint(), Contains("PGPASSWORD"));

  const auto none = failure(config_of(server.url("app", std::nullopt)));
  CHECK_FALSE(none.transient());
  CHECK_THAT(none.what(), Contains("wants a password, and none was given"));

  const auto barred = failure(config_of(server.url("barred", k_weird)));
  CHECK(barred.sqlstate() == "28000");
  CHECK_THAT(barred.hint(), Contains("pg_hba.conf"));

  const auto unknown = failure(config_of(server.url("nobody_here", k_weird)));
  CHECK(unknown.sqlstate() == "28000");
  CHECK(unknown.attempts() == 1);

  Url missing = server.url("app", k_weird);
  missing.database = "no_such_database";
  const auto database = failure(config_of(missing));
  CHECK(database.sqlstate() == "3D000");
  CHECK_FALSE(database.transient());
  CHECK_THAT(database.what(), Contains("database \"no_such_database\" does not exist"));
  CHECK_THAT(database.hint(), Contains("createdb"));
}

TEST_CASE("a full server is tried again, and takes us when somebody leaves", "[engine][connect]") {
  const StrictServer server;
  const Url url = server.url("app", k_weird);
  std::vector<Connection> guests;
  while (guests.size() < 6) guests.push_back(Connection::connect(config_of(url)));
  const auto full = failure(config_of(url));
  CHECK(full.sqlstate() == "53300");
  CHECK(full.transient());
  CHECK(full.attempts() == 3);
  CHECK_THAT(full.what(), Contains("(tried 3 times)"));
  std::thread leave([&] {
    std::this_thread::sleep_for(200ms);
    guests.pop_back();
  });
  CHECK(Connection::connect(config_of(url, {1000, 20ms, 50ms})).alive());
  leave.join();
}

TEST_CASE("nobody listening: refused and missing sockets are tried again", "[engine][connect]") {
  Url url;
  url.user = "app";
  url.password = k_weird;
  url.database = "shop";
  url.hosts = {{"127.0.0.1", unused_port()}};
  const auto refused = failure(config_of(url));
  CHECK(refused.transient());
  CHECK(refused.attempts() == 3);
  CHECK(refused.sqlstate().empty());
  CHECK_THAT(refused.what(), Contains(fmt::format("postgresql://app:***@127.0.0.1:{}/shop: ", *url.hosts[0].port)) &&
                                 Contains("Connection refused"));
  CHECK_THAT(refused.hint(), Contains("Is the server running"));

  const migrate::test::TempDir directory;
  url.hosts = {{directory.path().string(), std::nullopt}};
  const auto missing = failure(config_of(url));
  CHECK(missing.transient());
  CHECK_THAT(missing.what(), Contains("No such file or directory") && !Contains("\n"));
}

TEST_CASE("a host name that does not exist is not tried again", "[engine][connect]") {
  Url url;
  url.hosts = {{"no-such-host.invalid", std::nullopt}};
  const auto error = failure(config_of(url));
  // Without any name server the answer is a passing one.
  if (std::string(error.what()).find("Temporary failure") == std::string::npos) {
    CHECK_FALSE(error.transient());
    CHECK(error.attempts() == 1);
  }
  CHECK_THAT(error.what(), Contains("no-such-host.invalid"));
}

TEST_CASE("a server that never answers costs connect_timeout per attempt", "[engine][connect]") {
  const DeafServer deaf;
  Url url;
  url.password = k_weird;
  url.hosts = {deaf.host()};
  const Stopwatch watch;
  const auto error = failure<DatabaseTimeoutError>(config_of(url, {1, 1ms, 1ms}, 150ms));
  CHECK(error.kind() == TimeoutKind::connect);
  CHECK_THAT(error.what(), Contains("no answer within 0.15") && Contains("(tried 2 times)"));
  CHECK(watch.elapsed() >= 290ms);
  CHECK(watch.elapsed() < 5s);
}

TEST_CASE("the caller's deadline bounds all attempts together", "[engine][connect]") {
  const DeafServer deaf;
  Url url;
  url.hosts = {deaf.host()};
  const Stopwatch watch;
  const auto error = failure<DatabaseTimeoutError>(config_of(url, {100, 1ms, 1ms}, 100ms), Deadline::after(250ms));
  CHECK(error.kind() == TimeoutKind::connect);
  CHECK(watch.elapsed() < 8s);
  const Stopwatch late;
  failure<DatabaseTimeoutError>(config_of(url), Deadline::after(-1ms));
  CHECK(late.elapsed() < 4s);
}

TEST_CASE("of several hosts the one that answers is used, behind a dead and a deaf one", "[engine][connect]") {
  const TempDatabase database;
  const DeafServer deaf;
  const migrate::test::TempDir empty;
  Url url = database.url();
  const Url::Host alive = url.hosts.front();
  url.hosts = {{empty.path().string(), std::nullopt}, alive};
  CHECK(Connection::connect(config_of(url)).alive());
  url.hosts = {deaf.host(), alive};
  CHECK(Connection::connect(config_of(url, {1, 1ms, 1ms}, 300ms)).alive());
  url.hosts = {{empty.path().string(), std::nullopt}, {"127.0.0.1", unused_port()}};
  const auto neither = failure(config_of(url, {0, 1ms, 1ms}));
  CHECK_THAT(neither.what(), Contains("No such file or directory; ") && Contains("Connection refused"));
}

TEST_CASE("retries are logged without a password", "[engine][connect]") {
  Url url;
  url.user = "app";
  url.password = k_weird;
  url.hosts = {{"127.0.0.1", unused_port()}};
  std::vector<std::string> lines;
  ConnectionHooks hooks;
  hooks.log = [&](const migrate::base::LogEvent& event) {
    lines.push_back(std::string(event.name) + " " + event.message);
    for (const auto& [name, value] : event.fields) lines.back() += " " + name + "=" + value;
  };
  CHECK_THROWS_AS(Connection::connect(config_of(url), hooks), DatabaseConnectionError);
  REQUIRE(lines.size() == 2);
  CHECK_THAT(lines[0], Contains("connect.retry") && Contains("attempts=1") && !Contains(k_weird) &&
                           !Contains(percent_encode(k_weird)));
}

TEST_CASE("an impossible parameter value is told and not tried again", "[engine][connect]") {
  const TempDatabase database;
  Url url = database.url();
  url.parameters = {{"ssl_min_protocol_version", "TLSv9"}};
  const auto error = failure(config_of(url));
  CHECK_FALSE(error.transient());
  CHECK_THAT(error.what(), Contains("TLSv9"));
}
