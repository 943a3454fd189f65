#include "migrate/runtime/backfill.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <thread>

#include "cpp_history.hpp"

namespace {

using namespace migrate;
using namespace migrate::schema;
using namespace std::chrono_literals;
using runtime::BackfillProgress;
using runtime::StepFailure;
using test::CppHistory;

constexpr const char* k_cursors = "alembic_version_backfill";

/// t(id, n) with ids 1 to `rows`; touches(id) counts the updates of each row.
void make_table(const CppHistory& history, int rows, const std::string& key_type = "int PRIMARY KEY",
                const std::string& key = "i") {
  history.database().execute(
      fmt::format("CREATE TABLE t (id {}, n int, touches int NOT NULL DEFAULT 0); INSERT INTO t (id) SELECT {} FROM "
                  "generate_series(1, {}) AS i",
                  key_type, key, rows));
}

BackfillOptions count_touches(long long batch_size) {
  return {.set = "n = 1, touches = touches + 1", .batch_size = batch_size};
}

std::string touched_once(const CppHistory& history) {
  return history.query("SELECT count(*) FILTER (WHERE touches = 1) || ' of ' || count(*) FROM t");
}

}  // namespace

TEST_CASE("a backfill goes in batches, each a transaction, and leaves nothing of its own behind",
          "[runtime][backfill]") {
  CppHistory history;
  make_table(history, 25);
  history.add("a1", [](Operations& op) {
    op.add_column("t", column("tx", Text{}));
    op.backfill("t", {.set = "touches = touches + 1, tx = txid_current()::text", .batch_size = 10});
    op.alter_column("t", "tx", {.nullable = false});
  });
  std::vector<BackfillProgress> progress;
  runtime::ExecutorEvents events;
  events.on_backfill = [&](const auto&, const BackfillProgress& now) { progress.push_back(now); };
  history.upgrade({}, events);
  CHECK(touched_once(history) == "25 of 25");
  CHECK(history.query("SELECT count(DISTINCT tx) FROM t") == "3");
  CHECK(history.row() == "a1");
  CHECK_FALSE(history.has_table(k_cursors));
  REQUIRE(progress.size() == 4);
  CHECK(progress[0].rows == 10);
  CHECK(progress[2].rows == 25);
  CHECK(progress[2].batches == 3);
  CHECK_FALSE(progress[2].done);
  CHECK(progress[3].done);
}

TEST_CASE("any key that can be ordered will do", "[runtime][backfill]") {
  const auto [type, key] = GENERATE(table<std::string, std::string>({
      {"bigint PRIMARY KEY", "i * 1000000000000"},
      {"uuid PRIMARY KEY", "md5(i::text)::uuid"},
      {"text PRIMARY KEY", "'it''s \\ ' || i"},
      {"varchar(20) COLLATE \"C\" PRIMARY KEY", "chr(60 + i) || 'Ä'"},
      {"timestamptz PRIMARY KEY", "'2026-02-01 10:00:00.000001+02'::timestamptz + i * interval '1 month 1 us'"},
      {"timestamp PRIMARY KEY", "'2026-02-01'::timestamp + i * interval '33 days'"},
      {"date PRIMARY KEY", "'0002-02-01 BC'::date + i * 100"},
      {"numeric PRIMARY KEY", "i / 7.0"},
      {"float8 PRIMARY KEY", "sqrt(i) * 1e20"},
      {"bytea PRIMARY KEY", "decode(md5(i::text), 'hex')"},
      {"int", "i / 3"},
  }));
  CppHistory history;
  make_table(history, 23, type, key);
  history.add("a1", [](Operations& op) {
    op.execute("SET DateStyle = 'SQL, DMY'; SET TimeZone = 'Asia/Tokyo'; SET bytea_output = 'escape'");
    op.backfill("t", count_touches(4));
  });
  history.upgrade();
  CHECK(touched_once(history) == "23 of 23");
}

TEST_CASE("rows without a key come last, and rows that need nothing are left alone", "[runtime][backfill]") {
  CppHistory history;
  make_table(history, 10, "int", "nullif(i % 5, 0)");
  history.add("a1", [](Operations& op) {
    auto options = count_touches(3);
    options.where = "id IS DISTINCT FROM 2 -- not these";
    op.backfill("t", options);
  });
  history.upgrade();
  CHECK(history.query("SELECT string_agg(DISTINCT coalesce(id::text, '-') || ':' || touches, ' ') FROM t") ==
        "-:1 1:1 2:0 3:1 4:1");
}

TEST_CASE("names of a backfill are quoted where they must be, and schemas honoured", "[runtime][backfill]") {
  CppHistory history;
  history.database().execute(
      "CREATE SCHEMA \"My App\"; CREATE TABLE \"My App\".\"Order\" (\"Key\" int PRIMARY KEY, n int);"
      "INSERT INTO \"My App\".\"Order\" SELECT i FROM generate_series(1, 7) i");
  history.add("a1", [](Operations& op) {
    op.backfill("Order", {.set = "n = \"Order\".\"Key\" * 2", .key = "Key", .batch_size = 2, .schema = "My App"});
  });
  history.upgrade();
  CHECK(history.query("SELECT sum(n) FROM \"My App\".\"Order\"") == "56");
}

TEST_CASE("a backfill of a partitioned table or of none at all goes through", "[runtime][backfill]") {
  CppHistory history;
  history.database().execute(
      "CREATE TABLE t (id int PRIMARY KEY, n int, touches int NOT NULL DEFAULT 0) PARTITION BY RANGE (id);"
      "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);"
      "CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (10) TO (100); INSERT INTO t SELECT generate_series(1, 20)");
  history.database().execute("CREATE TABLE none (id int PRIMARY KEY, n int, touches int)");
  history.add("a1", [](Operations& op) {
    op.backfill("t", count_touches(6));
    op.backfill("none", count_touches(6));
  });
  history.upgrade();
  CHECK(touched_once(history) == "20 of 20");
  CHECK_FALSE(history.has_table(k_cursors));
}

TEST_CASE("a backfill that cannot be is refused, and nothing of its revision stays", "[runtime][backfill]") {
  const auto [options, target, words] = GENERATE(table<BackfillOptions, std::string, std::string>({
      {{.set = " "}, "t", "nothing to set"},
      {{.set = "n = 1", .key = "nope"}, "t", "no column nope"},
      {{.set = "n = 1"}, "nope", "no table nope"},
      {{.set = "n = 1", .batch_size = 0}, "t", "batch_size"},
      {{.set = "n = 1", .pause_ms = -1}, "t", "pause_ms"},
  }));
  CppHistory history;
  make_table(history, 1);
  history.add("a1", [&, options = options, target = target](Operations& op) {
    op.execute("CREATE TABLE before ()");
    op.backfill(target, options);
  });
  const auto facts = history.failure();
  CHECK(facts.cause == StepFailure::revision);
  CHECK_THAT(facts.message, Catch::Contains(words));
  CHECK_THAT(facts.place, Catch::StartsWith(__FILE__));
  CHECK_FALSE(history.has_table("before"));
  CHECK_FALSE(history.has_table(k_cursors));
}

TEST_CASE("a batch that fails leaves the ones before it, and the next run goes on behind them", "[runtime][backfill]") {
  CppHistory history;
  make_table(history, 20);
  history.database().execute("ALTER TABLE t ADD CHECK (touches = 0 OR id <> 13) NOT VALID");
  history.add("a1", [](Operations& op) {
    op.execute("CREATE TABLE before ()");
    op.backfill("t", count_touches(5));
    op.execute("CREATE TABLE after ()");
  });
  const auto facts = history.failure();
  CHECK(facts.cause == StepFailure::sql);
  CHECK_THAT(facts.statement, Catch::Contains("UPDATE t SET n = 1"));
  CHECK(facts.state ==
        "The database stands at base (no revision applied); the backfill of t has changed 10 rows so far, which stay:"
        " the next run goes on behind them. 1 statement sent before is committed and stays.");
  CHECK(history.row().empty());
  CHECK(history.query(fmt::format("SELECT cursor || '/' || rows FROM {}", k_cursors)) == "10/10");

  history.database().execute("ALTER TABLE t DROP CONSTRAINT t_check");
  std::vector<BackfillProgress> progress;
  runtime::ExecutorEvents events;
  events.on_backfill = [&](const auto&, const BackfillProgress& now) { progress.push_back(now); };
  history.upgrade({}, events);
  CHECK(touched_once(history) == "20 of 20");
  CHECK(history.has_table("after"));
  REQUIRE_FALSE(progress.empty());
  CHECK(progress.front().resumed);
  CHECK(progress.front().rows == 10);
  CHECK_FALSE(history.has_table(k_cursors));
}

TEST_CASE("a backfill that is done is not repeated when what follows it failed", "[runtime][backfill]") {
  CppHistory history;
  make_table(history, 12);
  bool broken = true;
  history.add("a1", [&](Operations& op) {
    op.execute("CREATE TABLE first ()");
    op.backfill("t", count_touches(5));
    op.execute("CREATE TABLE second ()");
    op.backfill("t", {.set = "n = 2", .batch_size = 100});
    if (broken) op.execute("SELECT 1 / 0");
  });
  CHECK(history.failure().cause == StepFailure::sql);
  broken = false;
  history.upgrade();
  CHECK(touched_once(history) == "12 of 12");
  CHECK(history.query("SELECT count(*) FROM t WHERE n = 2") == "12");
  CHECK(history.row() == "a1");
}

TEST_CASE("a backfill killed in the midst is resumed: no row twice, none forgotten", "[runtime][backfill]") {
  CppHistory history;
  make_table(history, 400);
  history.add("a1", [](Operations& op) {
    op.add_column("t", column("extra", Integer{}));
    auto options = count_touches(10);
    options.pause_ms = 5;
    op.backfill("t", options);
    op.create_index("ix_extra", "t", {"extra"});
  });
  int kills = 0;
  for (; kills < 3; ++kills) {
    const std::string before = history.query("SELECT count(*) FROM t WHERE touches > 0");
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      try {
        history.upgrade();
      } catch (...) {
      }
      ::_exit(0);
    }
    for (int i = 0; i < 400; ++i) {
      std::this_thread::sleep_for(5ms);
      if (std::stoi(history.query("SELECT count(*) FROM t WHERE touches > 0")) > std::stoi(before) + 20) break;
    }
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));
  }
  const int left = std::stoi(history.query("SELECT count(*) FROM t WHERE touches = 0"));
  CHECK(left > 0);
  history.upgrade();
  CHECK(touched_once(history) == "400 of 400");
  CHECK(history.has_table("ix_extra"));
  CHECK(history.row() == "a1");
  CHECK_FALSE(history.has_table(k_cursors));
}

TEST_CASE("an interrupt between two batches says how to go on", "[runtime][backfill]") {
  CppHistory history;
  make_table(history, 50);
  const test::Interrupt interrupt;
  history.set_interrupt(interrupt.fd());
  history.add("a1", [](Operations& op) {
    auto options = count_touches(10);
    options.pause_ms = 20'000;
    op.backfill("t", options);
  });
  runtime::ExecutorEvents events;
  events.on_backfill = [&](const auto&, const auto&) { interrupt.raise(); };
  const auto facts = history.failure({}, events);
  CHECK(facts.cause == StepFailure::interrupted);
  CHECK_THAT(facts.state, Catch::Contains("has changed 10 rows so far, which stay: the next run goes on behind them"));
  CHECK(history.query("SELECT count(*) FROM t WHERE touches = 1") == "10");
}

TEST_CASE("a batch whose rows are locked is tried again by itself", "[runtime][backfill]") {
  CppHistory history;
  make_table(history, 30);
  auto other = history.database().connect();
  other.execute("BEGIN; UPDATE t SET n = 7 WHERE id = 15");
  history.add("a1", [](Operations& op) { op.backfill("t", count_touches(10)); });
  runtime::ExecutorEvents events;
  int retries = 0;
  events.on_retry = [&](const auto&, int, const std::string&) {
    ++retries;
    other.rollback_if_open();
  };
  history.upgrade({.lock_timeout = "50ms"}, events);
  CHECK(retries == 1);
  CHECK(touched_once(history) == "30 of 30");
}

TEST_CASE("a backfill commits the steps before it, and steps outside transactions may have one",
          "[runtime][backfill]") {
  const bool transaction = GENERATE(true, false);
  CppHistory history;
  make_table(history, 15);
  history.add_sql("a1", "CREATE TABLE a (id int);");
  history.add(
      "b2",
      [](Operations& op) {
        op.execute("CREATE TABLE b ()");
        op.backfill("t", count_touches(10));
        op.execute("SELECT 1 / 0");
      },
      {}, transaction);
  const auto facts = history.failure({.transaction_per_migration = false});
  CHECK(history.row() == "a1");
  CHECK(history.has_table("b"));
  CHECK_THAT(facts.state, Catch::Contains("the backfill of t is done and stays"));
  CHECK(touched_once(history) == "15 of 15");
}

TEST_CASE("the table of cursors stands beside the version table, whatever that is called", "[runtime][backfill]") {
  CHECK(runtime::VersionTable("app", "v", true).sibling("_backfill") == "app.v_backfill");
  const runtime::VersionTable longest("app", std::string(62, 'v') + "w", true);
  CHECK(longest.sibling("_backfill") == "app." + std::string(54, 'v') + "_backfill");
  const runtime::VersionTable umlauts("", std::string(53, 'v') + "ää", true);
  CHECK(umlauts.sibling("_backfill") == std::string(53, 'v') + "_backfill");
}
