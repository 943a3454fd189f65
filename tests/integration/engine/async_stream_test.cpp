#include <asio/experimental/awaitable_operators.hpp>
#include <catch2/catch.hpp>

#include "integration/engine/async_run.hpp"
#include "migrate/engine/async_copy.hpp"
#include "migrate/engine/async_row_stream.hpp"
#include "migrate/engine/async_transaction.hpp"

namespace {

using namespace std::chrono_literals;
using asio::awaitable;
using Catch::Matchers::Contains;
using migrate::engine::AsyncConnection;
using migrate::engine::AsyncTransaction;
using migrate::engine::Batch;
using migrate::engine::Deadline;
using migrate::engine::Result;
using migrate::engine::SqlError;
using migrate::engine::TransactionOptions;
using migrate::engine::TransactionStatus;
using migrate::test::message_of;
using migrate::test::run_async;
using migrate::test::scalar;
using migrate::test::TempDatabase;

}  // namespace

TEST_CASE("a coroutine reads rows one by one, and may stop", "[engine][async]") {
  const TempDatabase database;
  run_async([&]() -> awaitable<void> {
    auto connection = co_await AsyncConnection::connect(database.config());
    long sum = 0;
    {
      auto rows = co_await connection.stream("SELECT n FROM generate_series(1, $1::int) n", 10000);
      for (;;) {
        const auto row = co_await rows.next();
        if (!row) break;
        sum += row->get<long>(0);
      }
      const auto beyond = co_await rows.next();
      CHECK_FALSE(beyond);
    }
    CHECK(sum == 50005000);
    auto stopped = co_await connection.stream("SELECT n FROM generate_series(1, 10000000) n");
    co_await stopped.next();
    const bool fit = co_await stopped.stop();
    CHECK(fit);
    {
      auto left = co_await connection.stream("SELECT n FROM generate_series(1, 10000000) n");
      co_await left.next();
    }
    const std::string answer = co_await scalar(connection, "SELECT 'fit'");
    CHECK(answer == "fit");
    auto failing = co_await connection.stream("SELECT 1 / (3 - n) FROM generate_series(1, 5) n");
    const auto read = [&]() -> awaitable<void> {
      for (int n = 0; n < 5; ++n) co_await failing.next();
    };
    const std::string told = co_await message_of<SqlError>(read);
    CHECK_THAT(told, Contains("division by zero"));
  });
}

TEST_CASE("a coroutine copies rows in and out", "[engine][async]") {
  const TempDatabase database;
  database.execute("CREATE TABLE t (n int, s text)");
  run_async([&]() -> awaitable<void> {
    auto connection = co_await AsyncConnection::connect(database.config());
    auto writer = co_await connection.copy_in("COPY t FROM stdin");
    for (int n = 0; n < 50000; ++n) co_await writer.row(n, n % 7 == 0 ? std::nullopt : std::optional("tab\tand \\"));
    const long taken = co_await writer.finish();
    CHECK(taken == 50000);
    auto reader = co_await connection.copy_out("COPY (SELECT * FROM t ORDER BY n) TO stdout");
    int rows = 0;
    for (;;) {
      const auto fields = co_await reader.next_row();
      if (!fields) break;
      CHECK((*fields)[0] == std::to_string(rows));
      CHECK((*fields)[1] == (rows % 7 == 0 ? std::nullopt : std::optional<std::string>("tab\tand \\")));
      ++rows;
    }
    CHECK(rows == 50000);
    auto wrong = co_await connection.copy_in("COPY t FROM stdin");
    co_await wrong.write("1\tx\nnot a number\ty\n");
    const auto finish = [&]() -> awaitable<void> { co_await wrong.finish(); };
    const std::string told = co_await message_of<SqlError>(finish);
    CHECK_THAT(told, Contains("not a number"));
    auto cancelled = co_await connection.copy_in("COPY t FROM stdin");
    co_await cancelled.row(1, "x");
    const bool fit = co_await cancelled.cancel();
    CHECK(fit);
    const std::string count = co_await scalar(connection, "SELECT count(*) FROM t");
    CHECK(count == "50000");
  });
}

TEST_CASE("a coroutine sends batches and prepared statements", "[engine][async]") {
  const TempDatabase database;
  run_async([&]() -> awaitable<void> {
    auto connection = co_await AsyncConnection::connect(database.config());
    const auto statement = co_await connection.prepare("SELECT $1::int * 2");
    for (int n = 0; n < 3; ++n) {
      const Result doubled = co_await connection.execute(statement, n);
      CHECK(doubled.text(0, 0) == std::to_string(2 * n));
    }
    Batch batch;
    for (int n = 0; n < 1000; ++n) batch.add("SELECT $1::int", n);
    batch.sync();
    batch.add("SELECT nothing");
    const auto outcomes = co_await connection.run(batch);
    CHECK(outcomes.size() == 1001);
    CHECK(outcomes[999].result().text(0, 0) == "999");
    CHECK(outcomes[1000].error() != nullptr);
  });
}

TEST_CASE("a coroutine waits for notifications", "[engine][async]") {
  const TempDatabase database;
  run_async([&]() -> awaitable<void> {
    auto connection = co_await AsyncConnection::connect(database.config());
    co_await connection.execute("LISTEN news");
    const auto none = co_await connection.wait_notification(Deadline::after(30ms));
    CHECK_FALSE(none);
    const auto tell = [&]() -> awaitable<void> {
      co_await migrate::test::pause(30ms);
      database.execute("NOTIFY news, 'today'");
    };
    using namespace asio::experimental::awaitable_operators;
    const auto heard = co_await (connection.wait_notification(Deadline::after(5s)) && tell());
    REQUIRE(heard);
    CHECK(heard->payload == "today");
    CHECK(connection.session_marks().listening);
    const auto winner = co_await (connection.wait_notification(Deadline::never()) || migrate::test::pause(30ms));
    CHECK(winner.index() == 1);
    const std::string answer = co_await scalar(connection, "SELECT 'fit'");
    CHECK(answer == "fit");
  });
}

TEST_CASE("a lazy transaction of a coroutine begins with its first statement", "[engine][async]") {
  const TempDatabase database;
  run_async([&]() -> awaitable<void> {
    auto connection = co_await AsyncConnection::connect(database.config());
    TransactionOptions options;
    options.lazy = true;
    options.read_only = true;
    {
      const AsyncTransaction unused = co_await connection.begin(options);
      CHECK(connection.transaction_status() == TransactionStatus::idle);
    }
    AsyncTransaction transaction = co_await connection.begin(options);
    const Result mode = co_await transaction.execute("SHOW transaction_read_only");
    CHECK(mode.text(0, 0) == "on");
    CHECK(connection.transaction_status() == TransactionStatus::in_transaction);
    co_await transaction.commit();
    CHECK(connection.transaction_status() == TransactionStatus::idle);
  });
}
