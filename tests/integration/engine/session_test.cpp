#include "migrate/engine/session.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <thread>

#include "migrate/engine/session_factory.hpp"
#include "migrate/engine/sql_error.hpp"
#include "support/temp_database.hpp"

using namespace migrate::engine;
using namespace std::chrono_literals;
using Catch::Contains;
using migrate::test::TempDatabase;

namespace {

/// A database with an empty table t (a int unique), and one engine on it.
struct Fixture {
  Fixture() { database.execute("CREATE TABLE t (a int UNIQUE)"); }
  [[nodiscard]] std::string rows() const { return database.query("SELECT string_agg(a::text, ',' ORDER BY a) FROM t"); }

  TempDatabase database;
  Engine engine{database.config()};
  SessionFactory factory{engine};
};

constexpr auto k_insert = "INSERT INTO t VALUES ($1)";

/// Statements the server has seen on the connection that `engine` keeps idle. Counts round trips by their messages.
std::vector<std::string> statements_of(const TempDatabase& database, const std::function<void(SessionFactory&)>& work) {
  std::vector<std::string> seen;
  ConnectionHooks hooks;
  hooks.log = [&](const migrate::base::LogEvent& event) {
    if (event.name == "statement") seen.push_back(event.message);
  };
  SessionFactory factory{Engine(database.config().with({.echo = true}), hooks)};
  work(factory);
  return seen;
}

}  // namespace

TEST_CASE("a session leases and begins with its first statement, and ends with commit", "[engine][session]") {
  Fixture fixture;
  Session session = fixture.factory();
  CHECK(fixture.engine.statistics().leases == 0);
  CHECK_FALSE(session.in_transaction());
  session.execute(k_insert, 1);
  CHECK(session.in_transaction());
  CHECK(fixture.engine.statistics().leased == 1);
  CHECK(fixture.rows().empty());
  session.commit();
  CHECK_FALSE(session.in_transaction());
  CHECK(fixture.engine.statistics().leased == 0);
  CHECK(fixture.rows() == "1");
  session.execute(k_insert, 2);
  session.commit();
  session.commit();
  CHECK(fixture.rows() == "1,2");
}

TEST_CASE("what a session does not commit is rolled back", "[engine][session]") {
  Fixture fixture;
  {
    Session session = fixture.factory();
    session.execute(k_insert, 1);
  }
  Session session = fixture.factory();
  session.execute(k_insert, 2);
  session.rollback();
  session.rollback();
  session.execute(k_insert, 3);
  session.close();
  session.close();
  CHECK_THROWS_WITH(session.execute("SELECT 1"), Contains("session that is closed"));
  CHECK(fixture.rows().empty());
  CHECK(fixture.engine.statistics().leased == 0);
}

TEST_CASE("a moved session takes its transaction along", "[engine][session]") {
  Fixture fixture;
  Session first = fixture.factory();
  first.execute(k_insert, 1);
  Session second = std::move(first);
  second.execute(k_insert, 2);
  second.commit();
  CHECK(fixture.rows() == "1,2");
  CHECK_THROWS_AS(first.execute("SELECT 1"), DatabaseArgumentError);  // NOLINT: the moved-from one is the matter
}

TEST_CASE("sessions read scalars, rows and structs", "[engine][session]") {
  Fixture fixture;
  Session session = fixture.factory();
  session.execute("INSERT INTO t SELECT generate_series(1, 3)");
  CHECK(session.scalar<int>("SELECT 1") == 1);
  CHECK(session.scalar_or_none<int>("SELECT a FROM t WHERE a > $1", 3) == std::nullopt);
  CHECK(session.query<int>("SELECT a FROM t ORDER BY a DESC LIMIT $1", 2) == std::vector{3, 2});
  CHECK(session.one<std::pair<int, std::string>>("SELECT a, 'x' || a FROM t WHERE a = $1", 2) ==
        std::pair(2, std::string("x2")));
  CHECK_FALSE(session.one_or_none<int>("SELECT a FROM t WHERE a = 9"));
}

TEST_CASE("results outlive session, commit and engine", "[engine][session]") {
  const TempDatabase database;
  const Result result = [&] { return SessionFactory(Engine(database.config())).execute("SELECT 'kept' AS word"); }();
  CHECK(result.scalar<std::string>() == "kept");
}

TEST_CASE("BEGIN rides with the first statement, COMMIT with the last one that says so", "[engine][session]") {
  const TempDatabase database;
  // What goes out together is echoed as one statement; BEGIN and COMMIT of their own would stand between.
  CHECK(statements_of(database, [](SessionFactory& factory) { factory.execute("SELECT 1"); }) ==
        std::vector<std::string>{"SELECT 1"});
  CHECK(statements_of(database, [](SessionFactory& factory) {
          factory.with([](Session& session) {
            session.execute("SELECT 1");
            session.execute("SELECT 2");
          });
        }) == std::vector<std::string>{"SELECT 1", "SELECT 2", "COMMIT"});
  CHECK(statements_of(database, [](SessionFactory& factory) { factory.with([](Session&) {}); }).empty());
}

TEST_CASE("execute_and_commit commits, and its failure leaves nothing", "[engine][session]") {
  Fixture fixture;
  Session session = fixture.factory();
  session.execute(k_insert, 1);
  session.execute_and_commit(k_insert, 2);
  CHECK(fixture.rows() == "1,2");
  CHECK(fixture.engine.statistics().leased == 0);
  session.execute(k_insert, 3);
  CHECK_THROWS_AS(session.execute_and_commit(k_insert, 1), UniqueViolation);
  CHECK(fixture.rows() == "1,2");
  CHECK(fixture.engine.statistics().leased == 0);
}

TEST_CASE("with() commits what its function did and returns its value", "[engine][session]") {
  Fixture fixture;
  const int count = fixture.factory.with([](Session& session) {
    session.execute(k_insert, 7);
    return session.scalar<int>("SELECT count(*) FROM t");
  });
  CHECK(count == 1);
  CHECK(fixture.rows() == "7");
}

TEST_CASE("with() rolls back when its function throws, and passes the exception on", "[engine][session]") {
  Fixture fixture;
  const auto failing = [](Session& session) {
    session.execute(k_insert, 1);
    throw std::logic_error("mine");
  };
  CHECK_THROWS_WITH(fixture.factory.with(failing), "mine");
  CHECK(fixture.rows().empty());
  CHECK(fixture.engine.statistics().leased == 0);
}

TEST_CASE("an error that a function swallows does not look committed", "[engine][session]") {
  Fixture fixture;
  const auto swallowing = [](Session& session) {
    session.execute(k_insert, 1);
    try {
      session.execute("nonsense");
    } catch (const SqlError&) {
    }
  };
  try {
    fixture.factory.with(swallowing);
    FAIL("it looked committed");
  } catch (const SqlError& error) {
    CHECK(error.sqlstate() == "25P02");
    CHECK(error.phase() == FailurePhase::commit);
  }
  CHECK(fixture.rows().empty());
}

TEST_CASE("begin_nested undoes a part and lets the rest go on", "[engine][session]") {
  Fixture fixture;
  fixture.factory.with([](Session& session) {
    session.execute(k_insert, 1);
    {
      Savepoint savepoint = session.begin_nested();
      CHECK_THROWS_AS(session.execute(k_insert, 1), UniqueViolation);
    }
    Savepoint savepoint = session.begin_nested();
    session.execute(k_insert, 2);
    savepoint.commit();
  });
  CHECK(fixture.rows() == "1,2");
}

TEST_CASE("a savepoint may be the first thing in a session", "[engine][session]") {
  Fixture fixture;
  Session session = fixture.factory();
  auto savepoint = session.begin_nested();
  session.execute(k_insert, 1);
  savepoint.commit();
  session.commit();
  CHECK(fixture.rows() == "1");
}

TEST_CASE("nested() keeps or undoes, and does not let its function end the outer transaction", "[engine][session]") {
  Fixture fixture;
  fixture.factory.with([](Session& session) {
    session.execute(k_insert, 1);
    CHECK(session.nested([](Session& inner) { return inner.execute(k_insert, 2).affected_rows(); }) == 1);
    CHECK_THROWS_WITH(session.nested([](Session& inner) {
      inner.execute(k_insert, 3);
      throw std::runtime_error("undo me");
    }),
                      "undo me");
    CHECK_THROWS_WITH(session.nested([](Session& inner) { inner.commit(); }), Contains("nested session"));
    CHECK_THROWS_WITH(session.nested([](Session& inner) { inner.rollback(); }), Contains("nested session"));
  });
  CHECK(fixture.rows() == "1,2");
}

TEST_CASE("the options of a factory are those of its transactions", "[engine][session]") {
  Fixture fixture;
  const auto reading =
      fixture.factory.with_options({.transaction = {.isolation = Isolation::repeatable_read, .read_only = true}});
  reading.with([](Session& session) {
    CHECK(session.scalar<std::string>("SHOW transaction_isolation") == "repeatable read");
    CHECK(session.scalar<std::string>("SHOW transaction_read_only") == "on");
  });
  CHECK_THROWS_AS(reading.execute(k_insert, 1), SqlError);
  fixture.factory.execute(k_insert, 1);
  CHECK(fixture.rows() == "1");
}

TEST_CASE("the connection of a session takes part in its transaction", "[engine][session]") {
  Fixture fixture;
  Session session = fixture.factory();
  auto copy = session.connection().copy_in("COPY t FROM STDIN");
  copy.write("5\n6\n");
  copy.finish();
  CHECK(fixture.rows().empty());
  session.commit();
  CHECK(fixture.rows() == "5,6");
}

TEST_CASE("a session whose connection was lost begins anew after rollback", "[engine][session]") {
  Fixture fixture;
  Session session = fixture.factory();
  const int pid = session.scalar<int>("SELECT pg_backend_pid()");
  fixture.database.execute("SELECT pg_terminate_backend(" + std::to_string(pid) + ")");
  CHECK_THROWS_AS(session.execute("SELECT 1"), DatabaseConnectionError);
  CHECK_THROWS_AS(session.execute("SELECT 1"), DatabaseConnectionError);
  session.rollback();
  CHECK(session.scalar<int>("SELECT pg_backend_pid()") != pid);
}

TEST_CASE("a transaction refused by serialization is run again where that was asked for", "[engine][session][retry]") {
  Fixture fixture;
  fixture.factory.execute("INSERT INTO t VALUES (0)");
  std::vector<std::string> told;
  int runs = 0;
  SessionOptions options{.transaction = {.isolation = Isolation::serializable}, .retry = {.retries = 3}};
  options.log = [&](const migrate::base::LogEvent& event) { told.emplace_back(event.name); };
  options.seams.chance = [] { return 0.0; };
  const auto body = [&](Session& session) {
    ++runs;
    const int before = session.scalar<int>("SELECT max(a) FROM t");
    if (runs == 1) fixture.factory.execute("UPDATE t SET a = a + 10");
    session.execute("UPDATE t SET a = $1", before + 1);
  };
  fixture.factory.with_options(options).with(body);
  CHECK(runs == 2);
  CHECK(fixture.rows() == "11");
  CHECK(told == std::vector<std::string>{"transaction.retry"});

  runs = 0;
  options.retry.retries = 0;
  CHECK_THROWS_AS(fixture.factory.with_options(options).with(body), SerializationError);
}

TEST_CASE("of two transactions in each other's way one is a deadlock error, and its retry succeeds",
          "[engine][session][retry]") {
  Fixture fixture;
  fixture.factory.execute("INSERT INTO t VALUES (1), (2)");
  fixture.database.execute("ALTER DATABASE " + fixture.database.name() + " SET deadlock_timeout = '20ms'");
  std::atomic<int> arrived = 0;
  std::atomic<int> runs = 0;
  const auto lock_both = [&](int first, int second) {
    fixture.factory.with_options({.retry = {.retries = 5}}).with([&](Session& session) {
      ++runs;
      session.execute("SELECT FROM t WHERE a = $1 FOR UPDATE", first);
      ++arrived;
      // Only the first time: the second run must find the way free.
      for (int n = 0; n < 1000 && arrived < 2; ++n) std::this_thread::sleep_for(1ms);
      session.execute("SELECT FROM t WHERE a = $1 FOR UPDATE", second);
    });
  };
  std::thread other([&] { lock_both(1, 2); });
  lock_both(2, 1);
  other.join();
  CHECK(runs >= 3);
}

TEST_CASE("a deferred constraint that refuses COMMIT is told as what it is", "[engine][session]") {
  Fixture fixture;
  fixture.database.execute("ALTER TABLE t ADD CONSTRAINT later UNIQUE (a) DEFERRABLE INITIALLY DEFERRED");
  fixture.database.execute("ALTER TABLE t DROP CONSTRAINT t_a_key");
  try {
    fixture.factory.with([](Session& session) { session.execute("INSERT INTO t VALUES (1), (1)"); });
    FAIL("it looked committed");
  } catch (const UniqueViolation& error) {
    CHECK(error.phase() == FailurePhase::commit);
    CHECK(error.fields().constraint == "later");
  }
}
