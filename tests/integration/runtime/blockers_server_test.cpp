#include <catch2/catch.hpp>

#include "migrate/runtime/blockers.hpp"
#include "migrate/runtime/lock_ladder.hpp"
#include "migrate/server/private_server.hpp"
#include "other_session.hpp"

using namespace std::chrono_literals;
using namespace migrate;
using Catch::Contains;
using runtime::blockers_of;

namespace {

engine::ConnectionConfig config_of(engine::Url url) {
  engine::ConnectionParts parts;
  parts.url = std::move(url);
  return engine::ConnectionConfig::create(std::move(parts));
}

}  // namespace

TEST_CASE("a prepared transaction is named by its identifier", "[runtime][blockers]") {
  const server::ThrowawayServer server({.settings = {{"max_prepared_transactions", "5"}}});
  const auto config = config_of(server.url());
  auto observer = engine::Connection::connect(config);
  observer.execute("CREATE TABLE t (id int)");
  observer.execute("BEGIN; SELECT FROM t; PREPARE TRANSACTION 'harmless'");
  observer.execute("BEGIN; CREATE TABLE u (); PREPARE TRANSACTION 'elsewhere'");
  observer.execute("BEGIN; INSERT INTO t VALUES (1); PREPARE TRANSACTION 'order-7'");
  test::OtherMessage change(config, "CREATE INDEX ON t (id)");
  REQUIRE(test::waits(observer, change.pid()));
  test::OtherMessage behind(config, "INSERT INTO t VALUES (2)");
  REQUIRE(test::waits(observer, behind.pid()));
  const auto blockers = blockers_of(observer, change.pid());
  const auto root = blockers_of(observer, behind.pid());
  observer.execute("ROLLBACK PREPARED 'order-7'");
  REQUIRE(blockers.size() == 1);
  CHECK(blockers[0].pid == 0);
  CHECK(blockers[0].direct);
  CHECK_THAT(describe(blockers[0]), Contains("the prepared transaction 'order-7' (postgres, prepared "));
  REQUIRE(root.size() == 2);
  CHECK(root[0].application == "order-7");
  CHECK_FALSE(root[0].direct);
  CHECK(root[1].pid == change.pid());
}

TEST_CASE("an autovacuum is told from a client and a ladder gets past it", "[runtime][blockers][lock_ladder]") {
  // It starts soon and takes long.
  const server::ThrowawayServer server({.settings = {{"autovacuum_naptime", "1s"},
                                                     {"autovacuum_vacuum_cost_delay", "100ms"},
                                                     {"autovacuum_vacuum_cost_limit", "1"}}});
  const auto config = config_of(server.url());
  auto observer = engine::Connection::connect(config);
  observer.execute("CREATE TABLE v (id int); INSERT INTO v SELECT generate_series(1, 30000)");
  observer.execute("DELETE FROM v WHERE id % 2 = 0");
  observer.execute("CREATE ROLE plain LOGIN");
  auto plain = engine::Connection::connect(config.with_user("plain"));
  REQUIRE(
      test::comes_true(observer, "SELECT count(*) > 0 FROM pg_stat_progress_vacuum WHERE relid = 'v'::regclass", 15s));
  test::OtherMessage change(config, "SET lock_timeout = '400ms'; ALTER TABLE v ADD COLUMN n int");
  REQUIRE(test::waits(observer, change.pid()));
  const auto blockers = blockers_of(observer, change.pid());
  const auto seen = blockers_of(plain, change.pid());
  REQUIRE(blockers.size() == 1);
  CHECK(blockers[0].autovacuum);
  CHECK_FALSE(blockers[0].wraparound);
  CHECK_THAT(describe(blockers[0]), Contains(" (autovacuum, active for ") && Contains("public.v"));
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].autovacuum);
  CHECK(describe(seen[0]) == "pid " + std::to_string(blockers[0].pid) + " (autovacuum): query not visible");
  CHECK(change.wait().sqlstate == "55P03");

  runtime::LockLadder ladder({}, 1);
  std::string sqlstate = "none";
  for (auto next = ladder.next(); next && !sqlstate.empty(); next = ladder.next()) {
    if (next->number < 3) continue;  // as short as what has just failed
    observer.execute("SET lock_timeout = " + std::to_string(next->lock_timeout->count()));
    sqlstate = test::ask(observer, "ALTER TABLE v ADD COLUMN n int").sqlstate;
  }
  CHECK(sqlstate.empty());
}
