#include <catch2/catch.hpp>
#include <chrono>

#include "integration/engine/engine_under_test.hpp"
#include "migrate/engine/pooler.hpp"
#include "support/pgbouncer.hpp"

using namespace migrate;
using namespace migrate::engine;
using namespace std::chrono_literals;
using migrate::test::comes_true;
using migrate::test::EngineUnderTest;
using migrate::test::PgBouncer;
using migrate::test::TempDatabase;

namespace {

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
  const auto lease = pooled->connect();
  CHECK(server_pid(*lease) != lease->backend_pid());
}

TEST_CASE("a pooler that lends sessions to others is told from one that does not", "[engine][pool]") {
  const TempDatabase db;
  const PgBouncer lends(db.url());
  const PgBouncer keeps(db.url(), PgBouncer::Mode::session);
  const auto shared = ConnectionConfig::from_url(lends.url().to_string());
  auto first = Connection::connect(shared);
  CHECK(shares_sessions(first, shared));
  const auto own = ConnectionConfig::from_url(keeps.url().to_string());
  auto second = Connection::connect(own);
  CHECK(behind_pooler(second));
  CHECK_FALSE(shares_sessions(second, own));
}

TEST_CASE("a pooler with one session only, which it keeps for us, is no danger", "[engine][pool]") {
  const TempDatabase db;
  const PgBouncer keeps(db.url(), PgBouncer::Mode::session, 1);
  const auto own = ConnectionConfig::from_url(keeps.url().to_string());
  auto connection = Connection::connect(own);
  CHECK_FALSE(shares_sessions(connection, own));
  CHECK(connection.execute("SELECT 1").scalar() == "1");
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
