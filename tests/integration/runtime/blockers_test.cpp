#include "migrate/runtime/blockers.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "other_session.hpp"

using namespace std::chrono_literals;
using namespace migrate;
using Catch::Contains;
using runtime::blocked_by;
using runtime::blockers_of;
using test::OtherMessage;
using test::TempDatabase;

TEST_CASE("who waits is told for whom and who waits behind", "[runtime][blockers]") {
  const TempDatabase database;
  database.execute("CREATE TABLE t (id int)");
  auto observer = database.connect();
  auto reader = engine::Connection::connect(database.config().with_application_name("shop"));
  reader.execute("BEGIN");
  reader.execute("SELECT id,\n  42 FROM t");
  OtherMessage change(database.config(), "ALTER TABLE t ADD COLUMN n int", "change");
  REQUIRE(test::waits(observer, change.pid()));
  OtherMessage behind(database.config(), "SELECT FROM t", "behind");
  REQUIRE(test::waits(observer, behind.pid()));

  const auto blockers = blockers_of(observer, change.pid());
  REQUIRE(blockers.size() == 1);
  CHECK(blockers[0].pid == reader.backend_pid());
  CHECK(blockers[0].direct);
  CHECK(blockers[0].state == "idle in transaction");
  CHECK(blockers[0].query == "SELECT id, 42 FROM t");
  CHECK(blockers[0].transaction_age >= blockers[0].state_age);
  CHECK_FALSE(blockers[0].waiting);
  CHECK_FALSE(blockers[0].autovacuum);
  CHECK_THAT(describe(blockers[0]), Contains("(shop, postgres, idle in transaction for "));

  const auto first = blocked_by(observer, change.pid());
  REQUIRE(first.size() == 1);
  CHECK(first[0].pid == behind.pid());
  CHECK(first[0].direct);
  CHECK(first[0].waiting);

  const auto root = blockers_of(observer, behind.pid());
  REQUIRE(root.size() == 2);
  CHECK(root[0].pid == reader.backend_pid());
  CHECK_FALSE(root[0].direct);
  CHECK(root[1].pid == change.pid());
  CHECK(root[1].direct);

  const auto all = blocked_by(observer, reader.backend_pid());
  REQUIRE(all.size() == 2);
  CHECK(all[0].pid == change.pid());
  CHECK(all[0].direct);
  CHECK(all[1].pid == behind.pid());
  CHECK_FALSE(all[1].direct);
  CHECK(all[0].blocked_for >= all[1].blocked_for);

  reader.execute("COMMIT");
  CHECK(change.wait().sqlstate.empty());
  CHECK(behind.wait().sqlstate.empty());
  CHECK(blockers_of(observer, change.pid()).empty());
  CHECK(blocked_by(observer, change.pid()).empty());
}

TEST_CASE("nobody is blocked for longer than the one who blocks had a transaction", "[runtime][blockers]") {
  const TempDatabase database;
  database.execute("CREATE TABLE t (id int); INSERT INTO t VALUES (1), (2)");
  auto observer = database.connect();
  auto middle = database.connect();
  const int middle_pid = middle.backend_pid();
  middle.execute("BEGIN; UPDATE t SET id = id WHERE id = 1");
  OtherMessage last(database.config(), "UPDATE t SET id = id WHERE id = 1");
  REQUIRE(test::waits(observer, last.pid()));
  std::this_thread::sleep_for(400ms);
  auto ours = database.connect();
  ours.execute("BEGIN; UPDATE t SET id = id WHERE id = 2");
  {
    const auto waiter = std::async(std::launch::async, [&] { test::ask(middle, "UPDATE t SET id = id WHERE id = 2"); });
    const bool waits = test::waits(observer, middle_pid);
    const auto blocked = blocked_by(observer, ours.backend_pid());
    const auto blockers = blockers_of(observer, last.pid());
    ours.execute("COMMIT");
    REQUIRE(waits);
    REQUIRE(blocked.size() == 2);
    for (const auto& each : blocked) {
      CHECK(each.direct == (each.pid == middle_pid));
      if (each.pid == last.pid()) CHECK(*each.waiting >= each.blocked_for + 350ms);
    }
    REQUIRE(blockers.size() == 2);
    CHECK(blockers[0].pid == ours.backend_pid());
    CHECK(blockers[1].pid == middle_pid);
  }
  middle.execute("COMMIT");
  CHECK(last.wait().sqlstate.empty());
}

TEST_CASE("a role without rights on statistics is told who blocks but not with what", "[runtime][blockers]") {
  const TempDatabase database;
  database.execute("CREATE TABLE t (id int)");
  const test::PlainRole role(database);
  auto observer = database.connect();
  auto asking = engine::Connection::connect(role.config());
  auto reader = engine::Connection::connect(database.config().with_application_name("shop"));
  reader.execute("BEGIN; SELECT 'secret' FROM t");
  OtherMessage change(database.config(), "BEGIN; LOCK TABLE t; COMMIT");
  REQUIRE(test::waits(observer, change.pid()));

  const auto blockers = blockers_of(asking, change.pid());
  REQUIRE(blockers.size() == 1);
  CHECK_FALSE(blockers[0].visible);
  CHECK_FALSE(blockers[0].autovacuum);
  CHECK(blockers[0].query.empty());
  CHECK_FALSE(blockers[0].transaction_age);
  CHECK(describe(blockers[0]) ==
        "pid " + std::to_string(reader.backend_pid()) + " (shop, postgres): query not visible");
  const auto blocked = blocked_by(asking, reader.backend_pid());
  REQUIRE(blocked.size() == 1);
  CHECK(blocked[0].pid == change.pid());
  CHECK(blocked[0].waiting);
  CHECK(blocked[0].blocked_for == blocked[0].waiting);
  reader.execute("COMMIT");
}

TEST_CASE("the deadlock timeout is the server's", "[runtime][blockers]") {
  const TempDatabase database;
  auto connection = database.connect();
  CHECK(runtime::deadlock_timeout(connection) == 1s);
  connection.execute("SET deadlock_timeout = '1min'");
  CHECK(runtime::deadlock_timeout(connection) == 60s);
}
