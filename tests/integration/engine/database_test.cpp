#include "migrate/engine/database.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "integration/engine/async_run.hpp"
#include "integration/engine/engine_under_test.hpp"
#include "support/temp_database.hpp"

using namespace migrate::engine;
using namespace std::chrono_literals;
using Catch::Contains;
using migrate::test::comes_true;
using migrate::test::TempDatabase;

namespace {

struct Fixture {
  explicit Fixture(NestedSession nested = NestedSession::savepoint) : database(temporary.config(), {.nested = nested}) {
    temporary.execute("CREATE TABLE t (a int)");
  }
  [[nodiscard]] std::string rows() const {
    return temporary.query("SELECT string_agg(a::text, ',' ORDER BY a) FROM t");
  }

  TempDatabase temporary;
  Database database;
};

constexpr auto k_insert = "INSERT INTO t VALUES ($1)";

}  // namespace

TEST_CASE("a database does nothing until its first session", "[engine][database]") {
  const TempDatabase temporary;
  Database database(temporary.config().with_database("no_such_database"));
  CHECK(database.engine().statistics().connects == 0);
  CHECK_THROWS_AS(database.session([](Session& session) { session.execute("SELECT 1"); }), DatabaseConnectionError);
}

TEST_CASE("a database's session commits on return and rolls back on a throw", "[engine][database]") {
  Fixture fixture;
  CHECK(fixture.database.session([](Session& session) { return session.execute(k_insert, 1).affected_rows(); }) == 1);
  CHECK_THROWS_AS(fixture.database.session([](Session& session) {
    session.execute(k_insert, 2);
    throw std::runtime_error("no");
  }),
                  std::runtime_error);
  CHECK(fixture.rows() == "1");
  CHECK(fixture.database.engine() == fixture.database.session_factory().engine());
}

TEST_CASE("a session inside of a session is a savepoint of it", "[engine][database]") {
  Fixture fixture;
  fixture.database.session([&](Session& outer) {
    outer.execute(k_insert, 1);
    fixture.database.session([&](Session& inner) {
      CHECK(&inner == &outer);
      inner.execute(k_insert, 2);
    });
    CHECK_THROWS_AS(fixture.database.session([](Session& inner) {
      inner.execute(k_insert, 3);
      throw std::runtime_error("no");
    }),
                    std::runtime_error);
    CHECK(fixture.database.engine().statistics().leased == 1);
  });
  CHECK(fixture.rows() == "1,2");
}

TEST_CASE("what the outer session rolls back, the inner one did not keep", "[engine][database]") {
  Fixture fixture;
  CHECK_THROWS_AS(fixture.database.session([&](Session&) {
    fixture.database.session([](Session& inner) { inner.execute(k_insert, 1); });
    throw std::runtime_error("no");
  }),
                  std::runtime_error);
  CHECK(fixture.rows().empty());
}

TEST_CASE("nesting can be an error, or a session of its own", "[engine][database]") {
  Fixture strict(NestedSession::error);
  CHECK_THROWS_WITH(
      strict.database.session([&](Session&) { strict.database.session([](Session&) { FAIL("it ran"); }); }),
      Contains("a session inside of a session"));
  CHECK_NOTHROW(strict.database.session([](Session&) {}));

  Fixture separate(NestedSession::separate);
  CHECK_THROWS_AS(separate.database.session([&](Session& outer) {
    outer.execute(k_insert, 1);
    separate.database.session([](Session& inner) { inner.execute(k_insert, 2); });
    throw std::runtime_error("no");
  }),
                  std::runtime_error);
  CHECK(separate.rows() == "2");
}

TEST_CASE("sessions of other databases and of other threads do not nest", "[engine][database]") {
  Fixture one(NestedSession::error);
  Fixture two(NestedSession::error);
  one.database.session([&](Session&) {
    two.database.session([](Session& session) { session.execute(k_insert, 1); });
    std::thread([&] { one.database.session([](Session& session) { session.execute(k_insert, 2); }); }).join();
  });
  CHECK(one.rows() == "2");
  CHECK(two.rows() == "1");
}

TEST_CASE("close waits for sessions that run, and lets no more begin", "[engine][database]") {
  Fixture fixture;
  std::atomic<bool> running = false;
  std::thread worker([&] {
    fixture.database.session([&](Session& session) {
      session.execute(k_insert, 1);
      running = true;
      session.execute("SELECT pg_sleep(0.2)");
    });
  });
  CHECK(comes_true([&] { return running.load(); }));
  CHECK(fixture.database.close(Deadline::after(20s)));
  worker.join();
  CHECK(fixture.rows() == "1");
  CHECK_THROWS_WITH(fixture.database.session([](Session& session) { session.execute("SELECT 1"); }),
                    Contains("closed"));
  CHECK(migrate::test::sessions_become(fixture.temporary, 0));
}

TEST_CASE("a database can stand on an engine that others use", "[engine][database]") {
  Fixture fixture;
  const Engine engine(fixture.temporary.config());
  Database one(engine);
  Database two(engine, {.nested = NestedSession::error});
  one.session([&](Session& session) {
    session.execute(k_insert, 1);
    two.session([](Session& other) { other.execute(k_insert, 2); });
  });
  CHECK(fixture.rows() == "1,2");
  CHECK(one.engine() == two.engine());
  CHECK_FALSE(one.engine() == fixture.database.engine());
}
