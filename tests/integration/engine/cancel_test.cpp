#include <sys/types.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>

#include "migrate/base/clock.hpp"
#include "migrate/engine/connection.hpp"
#include "support/temp_database.hpp"

using namespace migrate::engine;
using namespace std::chrono_literals;
using Catch::Contains;
using migrate::base::Stopwatch;
using migrate::test::TempDatabase;

namespace {

/// What a signal handler writes to.
class Interrupt {
 public:
  Interrupt() { REQUIRE(::pipe(ends_.data()) == 0); }
  ~Interrupt() {
    if (thread_.joinable()) thread_.join();
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  void ring() { REQUIRE(::write(ends_[1], "!", 1) == 1); }
  void ring_after(std::chrono::milliseconds time) {
    thread_ = std::thread([this, time] {
      std::this_thread::sleep_for(time);
      (void)!::write(ends_[1], "!", 1);
    });
  }
  [[nodiscard]] ConnectionHooks hooks() const {
    ConnectionHooks hooks;
    hooks.interrupt_fd = ends_[0];
    return hooks;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
  std::thread thread_;
};

/// A process that stands still until the end of the scope.
class Stopped {
 public:
  explicit Stopped(pid_t pid) : pid_(pid) { REQUIRE(::kill(pid_, SIGSTOP) == 0); }
  ~Stopped() { ::kill(pid_, SIGCONT); }
  Stopped(const Stopped&) = delete;
  Stopped& operator=(const Stopped&) = delete;

 private:
  pid_t pid_;
};

Connection connect_with_limit(const TempDatabase& database, std::chrono::milliseconds limit) {
  auto parts = database.config().parts();
  parts.command_timeout = limit;
  return Connection::connect(ConnectionConfig::create(parts));
}

}  // namespace

TEST_CASE("a statement over command_timeout is cancelled and the connection goes on", "[engine][cancel]") {
  const TempDatabase database;
  auto connection = connect_with_limit(database, 200ms);
  const Stopwatch watch;
  try {
    connection.execute("SELECT pg_sleep(60)");
    FAIL("it was not cancelled");
  } catch (const DatabaseTimeoutError& error) {
    CHECK(error.kind() == TimeoutKind::command);
    CHECK(error.sqlstate() == "57014");
    CHECK_THAT(error.what(), Contains("command_timeout (0.2 s)"));
  }
  CHECK(watch.elapsed() < 20s);
  CHECK(connection.alive());
  CHECK(connection.transaction_status() == TransactionStatus::idle);
  for (int i = 0; i < 20; ++i) CHECK(connection.execute("SELECT 1").scalar() == "1");
}

TEST_CASE("command_timeout counts a message as a whole, as the server answers it", "[engine][cancel]") {
  const TempDatabase database;
  auto connection = connect_with_limit(database, 500ms);
  CHECK_THROWS_AS(connection.script("SELECT pg_sleep(0.3); SELECT pg_sleep(0.3); SELECT pg_sleep(60)"),
                  DatabaseTimeoutError);
  CHECK(connection.script("SELECT pg_sleep(0.3)") == 1);
  CHECK(connection.script("SELECT pg_sleep(0.3)") == 1);
}

TEST_CASE("a cancel that comes too late never hits the next statement", "[engine][cancel]") {
  const TempDatabase database;
  auto connection = connect_with_limit(database, 10ms);
  // A cancel that hit a statement we did not cut would be a SqlError, which nothing here catches.
  const auto run = [&](const std::string& sql) {
    try {
      if (!connection.alive()) connection = connect_with_limit(database, 10ms);
      connection.execute(sql);
    } catch (const DatabaseTimeoutError&) {
      return 1;
    }
    return 0;
  };
  int cut = 0;
  for (int i = 0; i < 60; ++i) {
    // Around the limit, so that the request meets the statement in every stage of its end; the last ones are cut for
    // certain, however slow the machine is at sending it.
    cut += run("SELECT pg_sleep(" + std::to_string(0.0085 + 0.00005 * i + (i < 57 ? 0.0 : 0.5)) + ")");
    run("SELECT 1");
  }
  CHECK(cut > 0);
}

TEST_CASE("a timeout of the server's own is a statement's error", "[engine][cancel]") {
  const TempDatabase database;
  auto connection = connect_with_limit(database, 30s);
  connection.execute("SET statement_timeout = '50ms'");
  try {
    connection.execute("SELECT pg_sleep(60)");
    FAIL("it was not cancelled");
  } catch (const SqlError& error) {
    CHECK(error.sqlstate() == "57014");
    CHECK(error.is_timeout());
  }
  connection.execute("SET statement_timeout = 0; SET lock_timeout = '50ms'; CREATE TABLE t ()");
  auto holder = database.connect();
  holder.execute("BEGIN; LOCK TABLE t");
  try {
    connection.execute("DROP TABLE t");
    FAIL("it got the lock");
  } catch (const SqlError& error) {
    CHECK(error.sqlstate() == "55P03");
    CHECK(error.is_timeout());
  }
}

TEST_CASE("an interrupt cancels the running statement and leaves the transaction to its owner", "[engine][cancel]") {
  const TempDatabase database;
  Interrupt interrupt;
  auto connection = Connection::connect(database.config(), interrupt.hooks());
  connection.execute("BEGIN; CREATE TABLE t ()");
  interrupt.ring_after(200ms);
  const Stopwatch watch;
  CHECK_THROWS_AS(connection.execute("SELECT pg_sleep(60)"), DatabaseInterrupted);
  CHECK(watch.elapsed() < 20s);
  CHECK(connection.transaction_status() == TransactionStatus::in_error);
  CHECK(connection.rollback_if_open());
  CHECK(connection.transaction_status() == TransactionStatus::idle);
  connection.set_hooks({});
  CHECK(connection.execute("SELECT to_regclass('t') IS NULL").scalar() == "t");
}

TEST_CASE("an interrupt that is there already keeps a statement from being sent", "[engine][cancel]") {
  const TempDatabase database;
  Interrupt interrupt;
  auto connection = Connection::connect(database.config(), interrupt.hooks());
  interrupt.ring();
  CHECK_THROWS_AS(connection.execute("CREATE TABLE t ()"), DatabaseInterrupted);
  CHECK(database.query("SELECT to_regclass('t') IS NULL") == "t");
  CHECK(connection.alive());
}

TEST_CASE("an interrupt ends the wait for a connection and the pause between attempts", "[engine][cancel]") {
  Interrupt interrupt;
  interrupt.ring_after(200ms);
  ConnectionParts parts;
  parts.url = Url::parse("postgresql://app@%2Fnowhere/shop");
  parts.retry = {1000, 10s, 10s};
  const Stopwatch watch;
  CHECK_THROWS_WITH(Connection::connect(ConnectionConfig::create(parts), interrupt.hooks()),
                    Contains("interrupted while connecting to postgresql://app@%2Fnowhere"));
  CHECK(watch.elapsed() < 20s);
}

TEST_CASE("an interrupt descriptor that was closed is no interrupt", "[engine][cancel]") {
  const TempDatabase database;
  ConnectionHooks hooks;
  {
    const Interrupt interrupt;
    hooks = interrupt.hooks();
  }
  auto connection = Connection::connect(database.config(), hooks);
  CHECK(connection.execute("SELECT pg_sleep(0.1), 1").text(0, 1) == "1");
}

TEST_CASE("an interrupt during COPY stops the data", "[engine][cancel]") {
  const TempDatabase database;
  Interrupt interrupt;
  auto connection = Connection::connect(database.config(), interrupt.hooks());
  connection.execute("CREATE TABLE t (a text)");
  connection.execute(
      "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.01); RETURN NEW; END $$;"
      "CREATE TRIGGER slow BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION slow()");
  std::string data;
  for (int i = 0; i < 20000; ++i) data += std::string(400, 'x') + "\n";
  ScriptOptions options;
  options.copy_data = [&](std::size_t) { return std::string_view(data); };
  interrupt.ring_after(300ms);
  const Stopwatch watch;
  CHECK_THROWS_AS(connection.script("COPY t FROM stdin", options), DatabaseInterrupted);
  CHECK(watch.elapsed() < 20s);
  connection.set_hooks({});
  if (connection.alive()) CHECK(connection.execute("SELECT count(*) FROM t").scalar() == "0");
}

TEST_CASE("a silent server costs the connection after the grace period", "[engine][cancel]") {
  const TempDatabase database;
  auto connection = connect_with_limit(database, 100ms);
  const Stopped backend(connection.backend_pid());
  const Stopwatch watch;
  try {
    connection.execute("SELECT 1");
    FAIL("a stopped process answered");
  } catch (const DatabaseTimeoutError& error) {
    CHECK(error.kind() == TimeoutKind::command);
    CHECK_THAT(error.what(), Contains("did not answer the cancel request"));
  }
  CHECK(watch.elapsed() < 30s);
  CHECK_FALSE(connection.alive());
  CHECK_THROWS_AS(connection.execute("SELECT 1"), DatabaseConnectionError);
}

TEST_CASE("a ping of a silent server ends at its deadline", "[engine][cancel]") {
  const TempDatabase database;
  auto connection = database.connect();
  const Stopped backend(connection.backend_pid());
  const Stopwatch watch;
  CHECK_FALSE(connection.ping(Deadline::after(100ms)));
  CHECK(watch.elapsed() < 3s);
  CHECK_FALSE(connection.alive());
}

TEST_CASE("the destructor does not wait for a silent server", "[engine][cancel]") {
  const TempDatabase database;
  auto connection = std::make_unique<Connection>(database.connect());
  const Stopped backend(connection->backend_pid());
  const Stopwatch watch;
  connection.reset();
  CHECK(watch.elapsed() < 4s);
}
