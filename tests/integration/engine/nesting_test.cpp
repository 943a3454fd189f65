#include <catch2/catch.hpp>
#include <optional>
#include <stdexcept>
#include <string>

#include "integration/engine/both_sides.hpp"
#include "migrate/engine/sql_error.hpp"
#include "support/temp_database.hpp"

// What holds of savepoints and nested sessions, for threads and for coroutines alike: each body is run for both.

using namespace migrate::engine;
using asio::awaitable;
using Catch::Contains;
using migrate::test::message_of;
using migrate::test::run_async;
using migrate::test::TempDatabase;

namespace {

/// A database with an empty table t (a int unique), and an engine of one side on it.
template <typename Side>
struct Fixture {
  Fixture() { database.execute("CREATE TABLE t (a int UNIQUE)"); }
  [[nodiscard]] std::string rows() const { return database.query("SELECT string_agg(a::text, ',' ORDER BY a) FROM t"); }
  template <typename Make>
  void run(Make make) {
    run_async(context, std::move(make));
  }

  TempDatabase database;
  asio::io_context context;
  typename Side::Engine engine = Side::engine(database.config(), context);
  typename Side::Factory factory{engine};
};

template <typename Side>
awaitable<void> insert(typename Side::Session& session, int value) {
  co_await Side::execute(session, "INSERT INTO t VALUES (" + std::to_string(value) + ")");
}

}  // namespace

TEST_CASE("a nested function keeps its work when it returns and loses it when it throws", "[engine][session][nested]") {
  const auto body = []<typename Side>(Side /*side*/) {
    using Session = typename Side::Session;
    Fixture<Side> fixture;
    fixture.run([&]() -> awaitable<void> {
      Session session = fixture.factory();
      co_await insert<Side>(session, 1);
      auto keep = [](Session& inner) -> awaitable<void> { co_await insert<Side>(inner, 2); };
      co_await Side::nested(session, keep);
      auto lose = [](Session& inner) -> awaitable<void> {
        co_await insert<Side>(inner, 3);
        throw std::runtime_error("undo me");
      };
      const auto losing = [&] { return Side::nested(session, lose); };
      const std::string told = co_await message_of<std::runtime_error>(losing);
      CHECK(told == "undo me");
      auto twice = [&](Session& inner) -> awaitable<void> {
        co_await insert<Side>(inner, 4);
        const auto deeper = [&] { return Side::nested(inner, lose); };
        const std::string deep = co_await message_of<std::runtime_error>(deeper);
        CHECK(deep == "undo me");
      };
      co_await Side::nested(session, twice);
      co_await insert<Side>(session, 5);
      co_await Side::commit(session);
    });
    CHECK(fixture.rows() == "1,2,4,5");
  };
  MIGRATE_ON_BOTH_SIDES(body);
}

TEST_CASE("a nested function cannot end the session it stands in, and what it did is undone when it tries",
          "[engine][session][nested]") {
  const auto body = []<typename Side>(Side /*side*/) {
    using Session = typename Side::Session;
    Fixture<Side> fixture;
    fixture.run([&]() -> awaitable<void> {
      Session session = fixture.factory();
      co_await insert<Side>(session, 1);
      for (const int way : {0, 1, 2, 3}) {
        auto meddle = [way](Session& inner) -> awaitable<void> {
          co_await insert<Side>(inner, 2);
          if (way == 0) co_await Side::commit(inner);
          if (way == 1) co_await Side::rollback(inner);
          if (way == 2) co_await Side::close(inner);
          if (way == 3) co_await Side::execute_and_commit(inner, "SELECT 1");
        };
        const auto meddling = [&] { return Side::nested(session, meddle); };
        const std::string told = co_await message_of<DatabaseArgumentError>(meddling);
        CHECK_THAT(told, Contains("inside of a nested session"));
        CHECK(session.in_transaction());
      }
      co_await insert<Side>(session, 3);
      co_await Side::commit(session);
    });
    CHECK(fixture.rows() == "1,3");
  };
  MIGRATE_ON_BOTH_SIDES(body);
}

TEST_CASE("an error that a nested function swallows undoes it all the same", "[engine][session][nested]") {
  const auto body = []<typename Side>(Side /*side*/) {
    using Session = typename Side::Session;
    Fixture<Side> fixture;
    fixture.run([&]() -> awaitable<void> {
      Session session = fixture.factory();
      co_await insert<Side>(session, 1);
      auto swallow = [](Session& inner) -> awaitable<void> {
        co_await insert<Side>(inner, 2);
        const auto failing = [&] { return insert<Side>(inner, 1); };
        const std::string told = co_await message_of<UniqueViolation>(failing);
        CHECK_FALSE(told.empty());
      };
      const auto swallowing = [&] { return Side::nested(session, swallow); };
      const std::string told = co_await message_of<SqlError>(swallowing);
      CHECK_THAT(told, Contains("current transaction is aborted"));
      co_await insert<Side>(session, 3);
      co_await Side::commit(session);
    });
    CHECK(fixture.rows() == "1,3");
  };
  MIGRATE_ON_BOTH_SIDES(body);
}

TEST_CASE("a savepoint ends once, by commit, rollback, its scope or the end of what it stands in",
          "[engine][session][nested]") {
  const auto body = []<typename Side>(Side /*side*/) {
    using Session = typename Side::Session;
    using Savepoint = typename Side::Savepoint;
    Fixture<Side> fixture;
    fixture.run([&]() -> awaitable<void> {
      Session session = fixture.factory();
      Savepoint first = co_await Side::begin_nested(session);
      co_await insert<Side>(session, 1);
      co_await Side::commit(first);
      CHECK_FALSE(first.open());
      const auto again = [&] { return Side::commit(first); };
      const std::string told = co_await message_of<DatabaseArgumentError>(again);
      CHECK_THAT(told, Contains("savepoint that has ended already"));
      co_await Side::rollback(first);

      Savepoint second = co_await Side::begin_nested(session);
      co_await insert<Side>(session, 2);
      co_await Side::rollback(second);
      co_await Side::rollback(second);
      CHECK_FALSE(second.open());
      {
        const Savepoint third = co_await Side::begin_nested(session);
        co_await insert<Side>(session, 3);
      }
      Savepoint outer = co_await Side::begin_nested(session);
      Savepoint inner = co_await Side::savepoint(outer);
      co_await insert<Side>(session, 4);
      co_await Side::commit(inner);
      co_await Side::commit(outer);
      Savepoint last = co_await Side::begin_nested(session);
      co_await insert<Side>(session, 5);
      co_await Side::commit(session);
      co_await Side::rollback(last);
      co_await insert<Side>(session, 6);
      co_await Side::commit(session);
    });
    CHECK(fixture.rows() == "1,4,5,6");
    CHECK(fixture.engine.statistics().leased == 0);
  };
  MIGRATE_ON_BOTH_SIDES(body);
}

TEST_CASE("a savepoint of a lost connection says so, and its session begins anew", "[engine][session][nested]") {
  const auto body = []<typename Side>(Side /*side*/) {
    using Session = typename Side::Session;
    Fixture<Side> fixture;
    fixture.run([&]() -> awaitable<void> {
      Session session = fixture.factory();
      auto lose = [&](Session& inner) -> awaitable<void> {
        co_await insert<Side>(inner, 1);
        fixture.database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
            "pg_backend_pid()");
      };
      const auto losing = [&] { return Side::nested(session, lose); };
      const std::string told = co_await message_of<DatabaseConnectionError>(losing);
      CHECK_THAT(told, Contains("terminating connection"));
      co_await Side::rollback(session);
      co_await insert<Side>(session, 2);
      co_await Side::commit(session);
    });
    CHECK(fixture.rows() == "2");
  };
  MIGRATE_ON_BOTH_SIDES(body);
}

TEST_CASE("what was refused before it was sent has not used up the BEGIN of a lazy transaction",
          "[engine][transaction][nested]") {
  const auto body = []<typename Side>(Side /*side*/) {
    using Transaction = typename Side::Transaction;
    Fixture<Side> fixture;
    fixture.run([&]() -> awaitable<void> {
      typename Side::Lease lease = co_await Side::connect(fixture.engine);
      Transaction transaction = co_await Side::begin_lazily(lease);
      {
        const auto rows = co_await Side::stream(lease, "SELECT * FROM generate_series(1, 3)");
        const auto nesting = [&]() -> awaitable<void> { const auto none = co_await Side::savepoint(transaction); };
        const std::string refusal = co_await message_of<DatabaseArgumentError>(nesting);
        CHECK_THAT(refusal, Contains("busy"));
        const auto stating = [&]() -> awaitable<void> { co_await Side::execute(transaction, "SELECT 1"); };
        const std::string refused = co_await message_of<DatabaseArgumentError>(stating);
        CHECK_THAT(refused, Contains("busy"));
      }
      co_await Side::execute(transaction, "INSERT INTO t VALUES (1)");
      CHECK(lease->transaction_status() == TransactionStatus::in_transaction);
      co_await Side::rollback(transaction);
      lease.release();
    });
    CHECK(fixture.rows().empty());
  };
  MIGRATE_ON_BOTH_SIDES(body);
}
