#include <pwd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>

#include "integration/engine/engine_under_test.hpp"
#include "migrate/engine/pooler.hpp"
#include "support/temp_dir.hpp"

using namespace migrate;
using namespace migrate::engine;
using namespace std::chrono_literals;
using migrate::test::comes_true;
using migrate::test::EngineUnderTest;
using migrate::test::TempDatabase;

namespace {

constexpr int k_port = 6432;

/// PgBouncer in transaction mode with two server connections, in front of the test server. Ended with the scope.
class PgBouncer {
 public:
  explicit PgBouncer(const Url& server) {
    const auto& host = server.hosts.at(0);
    const std::string folder = directory_.path().string();
    directory_.write("users", "\"" + server.user + "\" \"\"\n");
    const auto config = directory_.write(
        "pgbouncer.ini", "[databases]\n* = host=" + host.name + " port=" + std::to_string(host.port.value_or(5432)) +
                             "\n[pgbouncer]\npool_mode = transaction\ndefault_pool_size = 2\nlisten_addr =\n"
                             "listen_port = " +
                             std::to_string(k_port) + "\nunix_socket_dir = " + folder + "\nauth_type = trust\n" +
                             "auth_file = " + folder + "/users\nlogfile = " + folder + "/log\npidfile =\n");
    if (geteuid() == 0) give_away(folder);
    process_ = fork();
    if (process_ == 0) {
      // Debian keeps it where only root looks for programs.
      for (const char* program : {"pgbouncer", "/usr/sbin/pgbouncer"}) {
        if (geteuid() == 0) execlp(program, "pgbouncer", "-q", "-u", "postgres", config.c_str(), nullptr);
        execlp(program, "pgbouncer", "-q", config.c_str(), nullptr);
      }
      _exit(127);
    }
    url_ = server;
    url_.hosts.at(0).name = folder;
    url_.hosts.at(0).port = k_port;
    REQUIRE(comes_true([&] { return std::filesystem::exists(folder + "/.s.PGSQL." + std::to_string(k_port)); }));
  }
  ~PgBouncer() {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
  PgBouncer(const PgBouncer&) = delete;
  PgBouncer& operator=(const PgBouncer&) = delete;

  [[nodiscard]] const Url& url() const { return url_; }

 private:
  /// It will not run as root.
  static void give_away(const std::string& folder) {
    const passwd* user = getpwnam("postgres");
    REQUIRE(user != nullptr);
    REQUIRE(chown(folder.c_str(), user->pw_uid, user->pw_gid) == 0);
  }

  test::TempDir directory_;
  Url url_;
  pid_t process_ = -1;
};

PoolOptions small() {
  PoolOptions options;
  options.pool_size = 4;
  options.max_overflow = 0;
  return options;
}

}  // namespace

TEST_CASE("a pooler between us and the server is noticed", "[engine][pool]") {
  const TempDatabase db;
  const PgBouncer pooler(db.url());
  EngineUnderTest direct(db, small());
  CHECK_FALSE(behind_pooler(*direct->connect()));
  EngineUnderTest pooled(db, small(), &pooler.url());
  CHECK(behind_pooler(*pooled->connect()));
}

TEST_CASE("a pool over a pooler shares few backends, and no session state is told to be reset", "[engine][pool]") {
  const TempDatabase db;
  const PgBouncer pooler(db.url());
  auto options = small();
  options.reset = ResetPolicy::clean;
  EngineUnderTest engine(db, options, &pooler.url());
  std::vector<Lease<Connection>> leases;
  for (int i = 0; i < 4; ++i) leases.push_back(engine->connect());
  for (int round = 0; round < 5; ++round) {
    for (auto& lease : leases) CHECK(lease->execute("SELECT $1::int + 1", 41).scalar() == "42");
  }
  CHECK(db.query("SELECT count(*) <= 2 FROM pg_stat_activity WHERE datname = '" + db.name() +
                 "' AND pid <> pg_backend_pid()") == "t");
  leases.clear();
  CHECK(engine.failures(4) == 0);
  CHECK(engine->close());
}

TEST_CASE("an engine recovers when its pooler's server sessions are ended", "[engine][pool]") {
  const TempDatabase db;
  const PgBouncer pooler(db.url());
  EngineUnderTest engine(db, small(), &pooler.url());
  engine.fill(3);
  db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + db.name() +
             "' AND pid <> pg_backend_pid()");
  CHECK(engine.recovers());
  CHECK(engine.failures(5) == 0);
  CHECK(engine->close());
}
