#include <asio/cancellation_signal.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <catch2/catch.hpp>

#include "integration/engine/async_run.hpp"
#include "migrate/engine/async_connection.hpp"
#include "support/temp_database.hpp"

namespace {

using namespace std::chrono_literals;
using asio::awaitable;
using Catch::Matchers::Contains;
using migrate::engine::AsyncConnection;
using migrate::engine::ConnectionConfig;
using migrate::engine::ConnectionHooks;
using migrate::engine::DatabaseArgumentError;
using migrate::engine::DatabaseConnectionError;
using migrate::engine::Deadline;
using migrate::engine::Notice;
using migrate::engine::Result;
using migrate::engine::ScriptOptions;
using migrate::engine::SqlError;
using migrate::engine::TransactionStatus;
using migrate::test::message_of;
using migrate::test::run_async;
using migrate::test::scalar;
using migrate::test::TempDatabase;

}  // namespace

TEST_CASE("a coroutine runs statements on a connection of its own", "[engine][async]") {
  const TempDatabase database;
  run_async([&]() -> awaitable<void> {
    auto connection = co_await AsyncConnection::connect(database.config());
    CHECK(connection.alive());
    CHECK(connection.backend_pid() > 0);
    CHECK(connection.server_version() >= 100000);
    CHECK(connection.parameter("client_encoding") == "UTF8");
    const auto answer_1 = co_await scalar(connection, "SELECT 40 + 2");
    CHECK(answer_1 == "42");

    const Result row = co_await connection.execute("SELECT $1::text, $2::text, 'x'", "it's", std::nullopt);
    CHECK(row.text(0, 0) == "it's");
    CHECK_FALSE(row.get(0, 1));
    const auto answer_2 =
        co_await scalar(connection, "CREATE TABLE a (n int); INSERT INTO a VALUES (1), (2); SELECT sum(n) FROM a");
    CHECK(answer_2 == "3");
    const auto answer_3 = co_await connection.ping(Deadline::after(5s));
    CHECK(answer_3);
    CHECK(connection.probe());
  });
}

TEST_CASE("a statement that fails tells a coroutine what it would tell a thread", "[engine][async]") {
  const TempDatabase database;
  run_async([&]() -> awaitable<void> {
    auto connection = co_await AsyncConnection::connect(database.config());
    try {
      co_await connection.execute("SELECT 1; SELECT nothing; SELECT 3");
      FAIL("no error");
    } catch (const SqlError& error) {
      CHECK(error.sqlstate() == "42703");
      CHECK(error.fields().position == 18);
    }
    const auto zero = [&]() -> awaitable<void> { co_await connection.execute(std::string("SELECT '\0'", 10)); };
    const auto answer_4 = co_await message_of<DatabaseArgumentError>(zero);
    CHECK_THAT(answer_4, Contains("zero byte"));
    const auto answer_5 = co_await scalar(connection, "SELECT 'still fit'");
    CHECK(answer_5 == "still fit");
  });
}

TEST_CASE("a script of a coroutine copies data and reports each statement", "[engine][async]") {
  const TempDatabase database;
  run_async([&]() -> awaitable<void> {
    std::vector<std::string> notices;
    ConnectionHooks hooks;
    hooks.on_notice = [&](const Notice& notice) { notices.push_back(notice.message); };
    auto connection = co_await AsyncConnection::connect(database.config(), std::move(hooks));
    std::string data;
    for (int n = 0; n < 200000; ++n) data += std::to_string(n) + "\tsome text to fill the buffers of the socket\n";
    std::size_t seen = 0;
    ScriptOptions options;
    options.copy_data = [&](std::size_t) { return std::string_view(data); };
    options.on_statement = [&](std::size_t index, const Result&) { seen = index + 1; };
    const std::size_t done = co_await connection.script(
        "CREATE TABLE t (n int, s text); COPY t FROM stdin; COPY t TO stdout; DO $$BEGIN RAISE NOTICE 'hello'; END$$",
        options);
    CHECK(done == 4);
    CHECK(seen == 4);
    CHECK(notices == std::vector<std::string>{"hello"});
    const auto answer_6 = co_await scalar(connection, "SELECT count(*) FROM t");
    CHECK(answer_6 == "200000");
  });
}

TEST_CASE("what is larger than all buffers goes both ways at once", "[engine][async]") {
  const TempDatabase database;
  run_async([&]() -> awaitable<void> {
    auto connection = co_await AsyncConnection::connect(database.config());
    // The server answers each statement before it has read the next ones, and blocks until somebody reads.
    std::string sql;
    for (int n = 0; n < 40; ++n) sql += "SELECT '" + std::string(400000, 'x') + "';";
    const Result result = co_await connection.execute(std::move(sql));
    CHECK(result.text(0, 0).size() == 400000);
    const std::string text(20'000'000, 'y');
    const Result echoed = co_await connection.execute("SELECT $1::text", text);
    CHECK(echoed.text(0, 0).size() == 20'000'000);
  });
}

TEST_CASE("a connection object may move while its coroutine waits", "[engine][async]") {
  const TempDatabase database;
  run_async([&]() -> awaitable<void> {
    auto connection = std::make_unique<AsyncConnection>(co_await AsyncConnection::connect(database.config()));
    std::optional<AsyncConnection> elsewhere;
    awaitable<Result> waiting = connection->execute("SELECT pg_sleep(0.1), 7");
    const auto move = [&]() -> awaitable<void> {
      co_await migrate::test::pause(20ms);
      elsewhere.emplace(std::move(*connection));
      connection.reset();
    };
    using namespace asio::experimental::awaitable_operators;
    const Result result = co_await (std::move(waiting) && move());
    CHECK(result.text(0, 1) == "7");
    const auto answer_7 = co_await scalar(*elsewhere, "SELECT 8");
    CHECK(answer_7 == "8");
  });
}

TEST_CASE("one connection serves one coroutine at a time, and says so", "[engine][async]") {
  const TempDatabase database;
  run_async([&]() -> awaitable<void> {
    auto connection = co_await AsyncConnection::connect(database.config());
    const auto second = [&]() -> awaitable<std::string> {
      co_await migrate::test::pause(20ms);
      const auto intrude = [&]() -> awaitable<void> { co_await connection.execute("SELECT 2"); };
      co_return co_await message_of<DatabaseArgumentError>(intrude);
    };
    using namespace asio::experimental::awaitable_operators;
    const auto [first, told] = co_await (scalar(connection, "SELECT 1 FROM pg_sleep(0.1)") && second());
    CHECK(first == "1");
    CHECK_THAT(told, Contains("already in progress"));
  });
}

TEST_CASE("a coroutine learns why it could not connect", "[engine][async]") {
  const TempDatabase database;
  run_async([&]() -> awaitable<void> {
    const auto absent = [&]() -> awaitable<void> {
      co_await AsyncConnection::connect(database.config().with_database("no_such_database"));
    };
    const auto answer_8 = co_await message_of<DatabaseConnectionError>(absent);
    CHECK_THAT(answer_8, Contains("no_such_database"));
    const auto config = ConnectionConfig::from_url("postgresql://nobody@no-such-host.invalid/x?connect_timeout=5");
    const auto nowhere = [&]() -> awaitable<void> { co_await AsyncConnection::connect(config); };
    const auto answer_9 = co_await message_of<DatabaseConnectionError>(nowhere);
    CHECK_THAT(answer_9, Contains("no-such-host.invalid"));
  });
}

TEST_CASE("a backend that is terminated under a coroutine is told with the server's reason", "[engine][async]") {
  const TempDatabase database;
  run_async([&]() -> awaitable<void> {
    auto connection = co_await AsyncConnection::connect(database.config());
    const int pid = connection.backend_pid();
    const auto kill = [&]() -> awaitable<void> {
      co_await migrate::test::pause(50ms);
      auto other = co_await AsyncConnection::connect(database.config());
      co_await other.execute("SELECT pg_terminate_backend(" + std::to_string(pid) + ")");
    };
    const auto sleep = [&]() -> awaitable<void> { co_await connection.execute("SELECT pg_sleep(30)"); };
    using namespace asio::experimental::awaitable_operators;
    const auto answer_10 = co_await (message_of<DatabaseConnectionError>(sleep) && kill());
    CHECK_THAT(answer_10, Contains("terminating connection"));
    CHECK_FALSE(connection.alive());
    CHECK(connection.transaction_status() == TransactionStatus::unknown);
    const auto answer_11 = co_await message_of<DatabaseConnectionError>(sleep);
    CHECK_THAT(answer_11, Contains("was lost before"));
  });
}

TEST_CASE("a connection cut from elsewhere fails its waiter at once", "[engine][async]") {
  const TempDatabase database;
  run_async([&]() -> awaitable<void> {
    auto connection = co_await AsyncConnection::connect(database.config());
    const auto cut = [&]() -> awaitable<void> {
      co_await migrate::test::pause(50ms);
      connection.abort();
    };
    const auto sleep = [&]() -> awaitable<void> { co_await connection.execute("SELECT pg_sleep(30)"); };
    const auto begun = std::chrono::steady_clock::now();
    using namespace asio::experimental::awaitable_operators;
    const auto answer_12 = co_await (message_of<DatabaseConnectionError>(sleep) && cut());
    CHECK_THAT(answer_12, Contains("was lost"));
    CHECK(std::chrono::steady_clock::now() - begun < 3s);
    CHECK_FALSE(connection.alive());
  });
}

TEST_CASE("coroutines on connections of their own share four threads", "[engine][async]") {
  const TempDatabase database;
  std::atomic<int> sum{0};
  asio::io_context context(4);
  for (int n = 0; n < 8; ++n) {
    const auto work = [](const TempDatabase& where, std::atomic<int>& total) -> awaitable<void> {
      auto connection = co_await AsyncConnection::connect(where.config());
      for (int round = 0; round < 100; ++round) total += std::stoi(co_await scalar(connection, "SELECT 1"));
    };
    asio::co_spawn(context, work(database, sum), asio::detached);
  }
  migrate::test::run_threads(context, 4);
  CHECK(sum == 800);
}
