#include <csignal>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "migrate/engine/engine.hpp"
#include "migrate/engine/transaction.hpp"
#include "support/temp_database.hpp"

using namespace migrate;
using namespace migrate::engine;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using migrate::test::TempDatabase;

namespace {

ConnectionConfig pooled(const TempDatabase& db, int pool_size, int max_overflow,
                        std::chrono::milliseconds pool_timeout = 30s) {
  PoolOptions options;
  options.pool_size = pool_size;
  options.max_overflow = max_overflow;
  options.pool_timeout = pool_timeout;
  return db.config().with_application_name("pool_test").with_pool(options);
}

/// Backends of the pool under test, seen from outside.
std::string backends(const TempDatabase& db) {
  return db.query("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pool_test' AND datname = '" +
                  db.name() + "'");
}

/// A backend takes a moment to go after its client has.
bool backends_become(const TempDatabase& db, const std::string& count) {
  for (int i = 0; i < 500; ++i) {
    if (backends(db) == count) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

void kill_backends(const TempDatabase& db) {
  db.execute(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pool_test' AND "
      "datname = '" +
      db.name() + "'");
  REQUIRE(backends_become(db, "0"));
}

void fill(Engine& engine, int count) {
  std::vector<Lease<Connection>> leases;
  for (int i = 0; i < count; ++i) leases.push_back(engine.connect());
}

std::string scalar(Connection& connection, std::string_view sql) {
  const Result result = connection.execute(sql);
  return std::string(result.scalar().value_or(""));
}

/// A backend that has stopped without closing its socket; goes on at the end of the scope.
class StoppedBackend {
 public:
  explicit StoppedBackend(int pid) : pid_(pid) { REQUIRE(kill(pid_, SIGSTOP) == 0); }
  ~StoppedBackend() { kill(pid_, SIGCONT); }
  StoppedBackend(const StoppedBackend&) = delete;
  StoppedBackend& operator=(const StoppedBackend&) = delete;

 private:
  int pid_;
};

}  // namespace

TEST_CASE("an engine connects when it is first asked, and again only when it must", "[engine][pool]") {
  const TempDatabase db;
  Engine engine(pooled(db, 2, 0));
  CHECK(engine.statistics().open == 0);
  const int pid = engine.connect()->backend_pid();
  CHECK(scalar(*engine.connect(), "SELECT pg_backend_pid()") == std::to_string(pid));
  CHECK(engine.statistics().connects == 1);
}

TEST_CASE("backends terminated while idle are replaced before anyone notices", "[engine][pool]") {
  const TempDatabase db;
  Engine engine(pooled(db, 3, 0));
  fill(engine, 3);
  CHECK(backends(db) == "3");
  kill_backends(db);
  for (int i = 0; i < 3; ++i) CHECK(scalar(*engine.connect(), "SELECT 1") == "1");
  CHECK(engine.statistics().generation == 1);
  CHECK(engine.statistics().open == 1);
  CHECK(backends(db) == "1");
}

TEST_CASE("a backend terminated under its user fails that user alone", "[engine][pool]") {
  const TempDatabase db;
  Engine engine(pooled(db, 2, 0));
  {
    const auto lease = engine.connect();
    kill_backends(db);
    CHECK_THROWS_AS(lease->execute("SELECT 1"), DatabaseConnectionError);
  }
  CHECK(engine.statistics().open == 0);
  CHECK(engine.statistics().generation == 1);
  CHECK(scalar(*engine.connect(), "SELECT 1") == "1");
}

TEST_CASE("a backend that no longer answers is replaced within the ping's limit", "[engine][pool]") {
  const TempDatabase db;
  PoolOptions options;
  options.ping_after_idle = 0ms;
  Engine engine(db.config().with_pool(options));
  const int pid = engine.connect()->backend_pid();
  const StoppedBackend stopped(pid);
  const auto start = Deadline::Clock::now();
  const auto lease = engine.connect();
  CHECK(lease->backend_pid() != pid);
  CHECK(scalar(*lease, "SELECT 1") == "1");
  CHECK(Deadline::Clock::now() - start < 20s);
  CHECK(engine.statistics().generation == 1);
}

TEST_CASE("what a user left open is rolled back, and the connection serves the next one", "[engine][pool]") {
  const TempDatabase db;
  Engine engine(pooled(db, 1, 0));
  int pid = 0;
  {
    const auto lease = engine.connect();
    pid = lease->backend_pid();
    lease->execute("CREATE TABLE kept (id int)");
    lease->execute("BEGIN; INSERT INTO kept VALUES (1)");
    const bool failed = GENERATE(false, true);
    if (failed) CHECK_THROWS_AS(lease->execute("SELECT 1 / 0"), SqlError);
  }
  const auto lease = engine.connect();
  CHECK(lease->backend_pid() == pid);
  CHECK(lease->transaction_status() == TransactionStatus::idle);
  CHECK(scalar(*lease, "SELECT count(*) FROM kept") == "0");
}

TEST_CASE("an error outside a transaction leaves the connection as good as before", "[engine][pool]") {
  const TempDatabase db;
  Engine engine(pooled(db, 1, 0));
  const int pid = engine.connect()->backend_pid();
  for (int i = 0; i < 3; ++i) CHECK_THROWS_AS(engine.connect()->execute("SELECT missing"), SqlError);
  CHECK(engine.connect()->backend_pid() == pid);
  CHECK(engine.statistics().discards == 0);
}

TEST_CASE("the callbacks of one user are not those of the next", "[engine][pool]") {
  const TempDatabase db;
  int own = 0;
  ConnectionHooks hooks;
  hooks.on_notice = [&own](const Notice&) { ++own; };
  Engine engine(pooled(db, 1, 0), hooks);
  int users = 0;
  {
    const auto lease = engine.connect();
    ConnectionHooks mine;
    mine.on_notice = [&users](const Notice&) { ++users; };
    lease->set_hooks(mine);
    lease->execute("DO $$ BEGIN RAISE NOTICE 'one'; END $$");
  }
  engine.connect()->execute("DO $$ BEGIN RAISE NOTICE 'two'; END $$");
  CHECK(users == 1);
  CHECK(own == 1);
}

TEST_CASE("an exhausted engine names its numbers, its database and its holder, and no password", "[engine][pool]") {
  const TempDatabase db;
  const ConnectionConfig base = pooled(db, 1, 1, 100ms);
  ConnectionParts parts = base.parts();
  parts.url.password = "s3cret";  // the test server does not ask for one
  Engine engine(ConnectionConfig::create(parts));
  const auto first = engine.connect();
  const auto second = engine.connect();
  try {
    (void)engine.connect();
    FAIL("nothing was free");
  } catch (const DatabaseTimeoutError& error) {
    CHECK(error.kind() == TimeoutKind::pool);
    CHECK_THAT(error.what(), Contains(db.name()) && Contains("pool_size 1, max_overflow 1") && Contains("2 leased") &&
                                 Contains("already holds 2 of the 2"));
    CHECK_THAT(std::string(error.what()) + error.hint(), !Contains("s3cret"));
    CHECK_FALSE(error.hint().empty());
  }
}

TEST_CASE("a connect that fails is reported, remembered, and leaves the place free", "[engine][pool]") {
  const TempDatabase db;
  Engine engine(pooled(db, 1, 0).with_database("no_such_database_of_the_pool_test"));
  for (int i = 0; i < 3; ++i) CHECK_THROWS_AS(engine.connect(), DatabaseConnectionError);
  CHECK(engine.statistics().open == 0);
  CHECK_THAT(engine.statistics().last_connect_error, Contains("no_such_database_of_the_pool_test"));
}

TEST_CASE("a connect hook prepares each new connection, one that fails leaves no backend", "[engine][pool]") {
  const TempDatabase db;
  Engine engine(pooled(db, 2, 0));
  std::string prepare = "SET search_path TO nowhere; SET statement_timeout = nonsense";
  PoolHooks<Connection> hooks;
  hooks.connect = [&prepare](Connection& connection) { connection.execute(prepare); };
  engine.set_pool_hooks(hooks);
  CHECK_THROWS_AS(engine.connect(), SqlError);
  CHECK(backends_become(db, "0"));
  prepare = "SET search_path TO nowhere";
  CHECK(scalar(*engine.connect(), "SHOW search_path") == "nowhere");
}

TEST_CASE("more threads than connections share what there is", "[engine][pool]") {
  const TempDatabase db;
  Engine engine(pooled(db, 2, 1));
  std::atomic<int> done{0};
  std::vector<std::set<std::string>> seen(8);
  std::vector<std::thread> threads;
  for (auto& mine : seen) {
    threads.emplace_back([&engine, &done, &mine] {
      for (int i = 0; i < 40; ++i) {
        mine.insert(scalar(*engine.connect(), "SELECT pg_backend_pid()"));
        ++done;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(done == 320);
  const PoolStatistics now = engine.statistics();
  CHECK(now.consistent());
  CHECK(now.leases == 320);
  CHECK(now.leased == 0);
  CHECK(now.idle <= 2);
  CHECK(backends_become(db, std::to_string(now.idle)));
}

TEST_CASE("close leaves no backend behind", "[engine][pool]") {
  const TempDatabase db;
  Engine engine(pooled(db, 3, 0));
  fill(engine, 3);
  auto lease = engine.connect();
  CHECK_FALSE(engine.close(Deadline::after(10ms)));
  CHECK(backends_become(db, "1"));
  CHECK(scalar(*lease, "SELECT 1") == "1");
  lease.release();
  CHECK(engine.close());
  CHECK(backends_become(db, "0"));
  CHECK_THROWS_AS(engine.connect(), DatabaseArgumentError);
}

TEST_CASE("dispose and the end of an engine close what they own", "[engine][pool]") {
  const TempDatabase db;
  {
    Engine engine(pooled(db, 3, 0));
    fill(engine, 3);
    const auto lease = engine.connect();
    engine.dispose();
    CHECK(backends_become(db, "1"));
    const auto fresh = engine.connect();
    CHECK(fresh->backend_pid() != lease->backend_pid());
  }
  CHECK(backends_become(db, "0"));
}
