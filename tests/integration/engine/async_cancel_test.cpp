#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/strand.hpp>
#include <catch2/catch.hpp>
#include <csignal>

#include "integration/engine/async_run.hpp"
#include "migrate/engine/async_copy.hpp"
#include "migrate/engine/async_engine.hpp"
#include "migrate/engine/async_row_stream.hpp"
#include "migrate/engine/async_transaction.hpp"

namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using asio::awaitable;
using Catch::Matchers::Contains;
using migrate::engine::AsyncConnection;
using migrate::engine::AsyncEngine;
using migrate::engine::AsyncLease;
using migrate::engine::AsyncTransaction;
using migrate::engine::ConnectionConfig;
using migrate::engine::ConnectionParts;
using migrate::engine::DatabaseConnectionError;
using migrate::engine::DatabaseInterrupted;
using migrate::engine::DatabaseTimeoutError;
using migrate::engine::Deadline;
using migrate::engine::PoolOptions;
using migrate::engine::TransactionStatus;
using migrate::test::message_of;
using migrate::test::pause;
using migrate::test::run_async;
using migrate::test::run_threads;
using migrate::test::scalar;
using migrate::test::sessions_become;
using migrate::test::TempDatabase;

PoolOptions sized(int pool_size, int max_overflow) {
  PoolOptions options;
  options.pool_size = pool_size;
  options.max_overflow = max_overflow;
  return options;
}

/// A server that takes connections and never says a word.
class SilentServer {
 public:
  SilentServer() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(socket_, 64) == 0);
    REQUIRE(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
  }
  ~SilentServer() { ::close(socket_); }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;

  [[nodiscard]] ConnectionConfig config() const {
    return ConnectionConfig::from_url("postgresql://nobody@127.0.0.1:" + std::to_string(port_) + "/x?sslmode=disable");
  }

 private:
  int socket_;
  int port_ = 0;
};

/// A backend that has stopped without closing its socket; goes on at the end of the scope.
class StoppedBackend {
 public:
  explicit StoppedBackend(int pid) : pid_(pid) { REQUIRE(::kill(pid_, SIGSTOP) == 0); }
  ~StoppedBackend() { ::kill(pid_, SIGCONT); }
  StoppedBackend(const StoppedBackend&) = delete;
  StoppedBackend& operator=(const StoppedBackend&) = delete;

 private:
  int pid_;
};

}  // namespace

TEST_CASE("a cancelled coroutine leaves a connection that goes on", "[engine][async][cancel]") {
  const TempDatabase database;
  run_async([&]() -> awaitable<void> {
    auto connection = co_await AsyncConnection::connect(database.config());
    const int pid = connection.backend_pid();
    for (int round = 0; round < 5; ++round) {
      const auto begun = std::chrono::steady_clock::now();
      const auto winner = co_await (scalar(connection, "SELECT pg_sleep(30)") || pause(30ms));
      CHECK(winner.index() == 1);
      CHECK(std::chrono::steady_clock::now() - begun < 5s);
      const std::string answer = co_await scalar(connection, "SELECT 'fit'");
      CHECK(answer == "fit");
    }
    CHECK(connection.backend_pid() == pid);
  });
}

TEST_CASE("a cancelled statement is told as an interruption, and fails its transaction", "[engine][async][cancel]") {
  const TempDatabase database;
  asio::io_context context(1);
  asio::cancellation_signal signal;
  std::string told;
  TransactionStatus status = TransactionStatus::unknown;
  const auto work = [&]() -> awaitable<void> {
    auto connection = co_await AsyncConnection::connect(database.config());
    AsyncTransaction transaction = co_await connection.begin();
    try {
      co_await transaction.execute("SELECT pg_sleep(30)");
    } catch (const DatabaseInterrupted& error) {
      told = error.what();
      status = connection.transaction_status();
    }
  };
  asio::co_spawn(context, work(), asio::bind_cancellation_slot(signal.slot(), asio::detached));
  asio::steady_timer timer(context, 200ms);
  timer.async_wait([&](const asio::error_code&) { signal.emit(asio::cancellation_type::terminal); });
  context.run();
  CHECK_THAT(told, Contains("was cancelled"));
  CHECK(status == TransactionStatus::in_error);
}

TEST_CASE("command_timeout of a coroutine cancels, and the connection goes on", "[engine][async][cancel]") {
  const TempDatabase database;
  ConnectionParts parts = database.config().parts();
  parts.command_timeout = 100ms;
  const auto config = ConnectionConfig::create(parts);
  run_async([&]() -> awaitable<void> {
    auto connection = co_await AsyncConnection::connect(config);
    const auto sleep = [&]() -> awaitable<void> { co_await connection.execute("SELECT pg_sleep(30)"); };
    const std::string told = co_await message_of<DatabaseTimeoutError>(sleep);
    CHECK_THAT(told, Contains("command_timeout"));
    const std::string answer = co_await scalar(connection, "SELECT 'fit'");
    CHECK(answer == "fit");
  });
}

TEST_CASE("a backend that does not even hear the cancel request is left after a grace period",
          "[engine][async][cancel]") {
  const TempDatabase database;
  ConnectionParts parts = database.config().parts();
  parts.command_timeout = 100ms;
  const auto config = ConnectionConfig::create(parts);
  run_async([&]() -> awaitable<void> {
    auto connection = co_await AsyncConnection::connect(config);
    const StoppedBackend stopped(connection.backend_pid());
    const auto ask = [&]() -> awaitable<void> { co_await connection.execute("SELECT 1"); };
    const auto begun = std::chrono::steady_clock::now();
    int ticks = 0;
    const auto tick = [&]() -> awaitable<void> {
      // The thread is free meanwhile.
      for (; std::chrono::steady_clock::now() - begun < 1s; ++ticks) co_await pause(10ms);
    };
    const std::string told = co_await (message_of<DatabaseTimeoutError>(ask) && tick());
    CHECK_THAT(told, Contains("did not answer the cancel request"));
    CHECK(std::chrono::steady_clock::now() - begun < 10s);
    CHECK(ticks > 20);
    CHECK_FALSE(connection.alive());
  });
}

TEST_CASE("a connect to a silent server can be cancelled, and keeps no thread of the loop", "[engine][async][cancel]") {
  const SilentServer silent;
  run_async([&]() -> awaitable<void> {
    const auto begun = std::chrono::steady_clock::now();
    const auto connect = [&]() -> awaitable<void> { co_await AsyncConnection::connect(silent.config()); };
    const auto winner = co_await (connect() || pause(50ms));
    CHECK(winner.index() == 1);
    const auto bounded = [&]() -> awaitable<void> {
      co_await AsyncConnection::connect(silent.config(), {}, Deadline::after(100ms));
    };
    const std::string told = co_await message_of<DatabaseTimeoutError>(bounded);
    CHECK_THAT(told, Contains("no answer within"));
    CHECK(std::chrono::steady_clock::now() - begun < 5s);
  });
}

TEST_CASE("a coroutine cancelled in the queue of a pool leaves it", "[engine][async][cancel]") {
  const TempDatabase database;
  asio::io_context context(1);
  AsyncEngine engine(database.config().with_pool(sized(1, 0)), context.get_executor());
  run_async(context, [&]() -> awaitable<void> {
    const AsyncLease held = co_await engine.connect();
    const auto ask = [&]() -> awaitable<void> { const AsyncLease none = co_await engine.connect(); };
    const auto winner = co_await (ask() || pause(30ms));
    CHECK(winner.index() == 1);
    CHECK(engine.statistics().waiting == 0);
  });
  CHECK(engine.statistics().idle == 1);
}

TEST_CASE("a connection made for a cancelled coroutine serves the next one", "[engine][async][cancel]") {
  const TempDatabase database;
  asio::io_context context(1);
  AsyncEngine engine(database.config().with_pool(sized(1, 0)), context.get_executor());
  run_async(context, [&]() -> awaitable<void> {
    const auto ask = [&]() -> awaitable<void> { const AsyncLease lease = co_await engine.connect(); };
    // Cancelled before the helper thread can be done.
    const auto winner = co_await (ask() || pause(0ms));
    const bool early = winner.index() == 1;
    const AsyncLease lease = co_await engine.connect();
    CHECK(lease->alive());
    if (early) CHECK(engine.statistics().connects == 1);
  });
}

TEST_CASE("streams and copies of cancelled coroutines are cleared up before the next statement",
          "[engine][async][cancel]") {
  const TempDatabase database;
  database.execute("CREATE TABLE t (n int)");
  run_async([&]() -> awaitable<void> {
    auto connection = co_await AsyncConnection::connect(database.config());
    const auto read = [&]() -> awaitable<void> {
      auto rows = co_await connection.stream("SELECT n, pg_sleep(0.01) FROM generate_series(1, 100000) n");
      for (;;) {
        const auto row = co_await rows.next();
        if (!row) break;
      }
    };
    auto winner = co_await (read() || pause(50ms));
    CHECK(winner.index() == 1);
    std::string answer = co_await scalar(connection, "SELECT 'fit'");
    CHECK(answer == "fit");
    const auto write = [&]() -> awaitable<void> {
      auto copy = co_await connection.copy_in("COPY t FROM stdin");
      co_await copy.row(1);
      co_await pause(30s);
    };
    winner = co_await (write() || pause(50ms));
    CHECK(winner.index() == 1);
    answer = co_await scalar(connection, "SELECT count(*) FROM t");
    CHECK(answer == "0");
  });
}

TEST_CASE("a coroutine may be cancelled at any moment, and the pool stays whole", "[engine][async][cancel]") {
  const TempDatabase database;
  database.execute("CREATE TABLE t (n int)");
  asio::io_context context(4);
  AsyncEngine engine(database.config().with_pool(sized(3, 1)), context.get_executor());
  const auto work = [](AsyncEngine with) -> awaitable<void> {
    const AsyncLease lease = co_await with.connect();
    AsyncTransaction transaction = co_await lease->begin();
    co_await transaction.execute("INSERT INTO t VALUES ($1)", 1);
    auto savepoint = co_await transaction.savepoint();
    co_await savepoint.execute("SELECT pg_sleep(0.001)");
    co_await savepoint.commit();
    {
      auto rows = co_await lease->stream("SELECT * FROM generate_series(1, 1000)");
      for (int n = 0; n < 500; ++n) co_await rows.next();
    }
    // The stream that ended early has failed the transaction.
    co_await transaction.rollback();
    co_await lease->execute("INSERT INTO t VALUES (2)");
  };
  const auto limited = [](AsyncEngine with, auto task, std::chrono::microseconds limit) -> awaitable<void> {
    asio::steady_timer timer(co_await asio::this_coro::executor, limit);
    co_await (task(std::move(with)) || timer.async_wait(asio::use_awaitable));
  };
  for (int n = 0; n < 200; ++n) {
    // Operators of awaitables want a strand when there is more than one thread.
    asio::co_spawn(asio::make_strand(context), limited(engine, work, std::chrono::microseconds(n * 150)),
                   asio::detached);
  }
  run_threads(context, 4);
  const auto statistics = engine.statistics();
  CHECK(statistics.leased == 0);
  CHECK(statistics.waiting == 0);
  CHECK(statistics.connecting == 0);
  CHECK(statistics.open == statistics.idle);
  CHECK(statistics.open <= 4);
  CHECK(database.query("SELECT count(*) FROM t WHERE n = 1") == "0");
  CHECK(database.query("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' "
                       "AND pid <> pg_backend_pid()") == "0");
}
