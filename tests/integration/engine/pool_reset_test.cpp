#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "integration/engine/engine_under_test.hpp"

using namespace migrate;
using namespace migrate::engine;
using namespace std::chrono_literals;
using migrate::test::EngineUnderTest;
using migrate::test::TempDatabase;

namespace {

PoolOptions with_reset(ResetPolicy policy) {
  PoolOptions options;
  options.pool_size = 1;
  options.max_overflow = 0;
  options.reset = policy;
  return options;
}

std::string scalar(Engine& engine, std::string_view sql) {
  const auto lease = engine.connect();
  const Result result = lease->execute(sql);
  return std::string(result.scalar().value_or("<null>"));
}

/// Everything a user may leave.
void litter(Engine& engine) {
  const auto lease = engine.connect();
  lease->execute("SET work_mem = '5MB'");
  lease->execute("SET ROLE pg_monitor");
  lease->execute("LISTEN news");
  lease->execute("CREATE TEMPORARY TABLE scratch (id int)");
  lease->execute("SELECT pg_advisory_lock(7)");
  lease->execute("PREPARE mine AS SELECT 1");
  lease->execute("DECLARE held CURSOR WITH HOLD FOR SELECT 1");
}

std::string left_over(Engine& engine) {
  return scalar(engine, R"(
      SELECT concat_ws(',', CASE WHEN current_setting('work_mem') = '5MB' THEN 'setting' END,
        CASE WHEN current_user = 'pg_monitor' THEN 'role' END,
        (SELECT 'listen' FROM pg_listening_channels()),
        CASE WHEN to_regclass('pg_temp.scratch') IS NOT NULL THEN 'temporary' END,
        (SELECT 'lock' FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()),
        (SELECT 'prepared' FROM pg_prepared_statements WHERE name = 'mine'),
        (SELECT 'cursor' FROM pg_cursors WHERE name = 'held')))");
}

}  // namespace

TEST_CASE("each reset policy leaves what it says", "[engine][pool]") {
  const TempDatabase db;
  const auto [policy, left] = GENERATE(table<ResetPolicy, std::string>({
      {ResetPolicy::rollback, "setting,role,listen,temporary,lock,prepared,cursor"},
      {ResetPolicy::clean, ""},
      {ResetPolicy::discard, ""},
  }));
  EngineUnderTest engine(db, with_reset(policy));
  litter(*engine);
  CHECK(left_over(*engine) == left);
  CHECK(engine->statistics().connects == 1);
  CHECK(engine.leftovers() == "");
}

TEST_CASE("a clean reset of a session that left nothing says nothing to the server", "[engine][pool]") {
  const TempDatabase db;
  EngineUnderTest engine(db, with_reset(ResetPolicy::clean));
  const std::string pid = scalar(*engine, "SELECT pg_backend_pid()");
  CHECK(db.query("SELECT query FROM pg_stat_activity WHERE pid = " + pid) == "SELECT pg_backend_pid()");
  engine->connect()->execute("SET work_mem = '5MB'");
  CHECK_THAT(db.query("SELECT query FROM pg_stat_activity WHERE pid = " + pid), Catch::Contains("RESET ALL"));
}

TEST_CASE("what the connect hook set is not lost by a reset", "[engine][pool]") {
  const TempDatabase db;
  const bool restores = GENERATE(false, true);
  EngineUnderTest engine(db, with_reset(ResetPolicy::clean));
  PoolHooks<Connection> hooks;
  const auto prepare = [](Connection& connection) { connection.execute("SET work_mem = '3MB'"); };
  hooks.connect = prepare;
  if (restores) hooks.reset = prepare;
  engine->set_pool_hooks(hooks);
  for (int i = 0; i < 3; ++i) {
    CHECK(scalar(*engine, "SHOW work_mem") == "3MB");
    engine->connect()->execute("SET work_mem = '9MB'");
  }
  CHECK(engine->statistics().connects == (restores ? 1U : 3U));
  CHECK(engine.leftovers() == "");
}

TEST_CASE("a custom reset may keep a transaction from being rolled back", "[engine][pool]") {
  const TempDatabase db;
  db.execute("CREATE TABLE kept (id int)");
  EngineUnderTest engine(db, with_reset(ResetPolicy::custom));
  PoolHooks<Connection> hooks;
  hooks.reset = [](Connection& connection) {
    if (connection.transaction_status() == TransactionStatus::in_transaction) connection.execute("COMMIT");
  };
  engine->set_pool_hooks(hooks);
  engine->connect()->execute("BEGIN; INSERT INTO kept VALUES (1)");
  CHECK(scalar(*engine, "SELECT count(*) FROM kept") == "1");
  CHECK(engine.leftovers() == "");
}

TEST_CASE("a statement left running is not waited for", "[engine][pool]") {
  const TempDatabase db;
  EngineUnderTest engine(db, with_reset(ResetPolicy::discard));
  const auto start = Deadline::Clock::now();
  {
    const auto lease = engine->connect();
    auto stream = lease->stream("SELECT generate_series(1, 100000000)");
    (void)stream.next();
    // The row source is still open when the lease goes.
    lease->close();
  }
  CHECK(Deadline::Clock::now() - start < 15s);
  CHECK(engine.recovers());
  CHECK(engine->statistics().ended(CloseCause::lost) == 1);
}
