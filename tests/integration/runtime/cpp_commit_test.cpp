// C++ revisions that leave their transaction, wait for locks, or are interrupted.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <thread>

#include "cpp_history.hpp"
#include "migrate/base/text.hpp"

namespace {

using namespace migrate;
using namespace migrate::schema;
using namespace std::chrono_literals;
using runtime::StepFailure;
using test::CppHistory;

runtime::ExecutorOptions shared() {
  return {.transaction_per_migration = false};
}

/// Holds a lock on a table until it is told, or the scope ends.
class LockHolder {
 public:
  LockHolder(const test::TempDatabase& database, const std::string& table) : connection_(database.connect()) {
    connection_.execute("BEGIN; LOCK TABLE " + table);
  }
  void let_go() { connection_.rollback_if_open(); }

 private:
  engine::Connection connection_;
};

}  // namespace

TEST_CASE("an autocommit block commits what came before and a transaction follows it", "[runtime][cpp]") {
  CppHistory history;
  history.add("a1", [](Operations& op) {
    op.create_table("t", column("id", Integer{}));
    {
      auto block = op.autocommit_block();
      op.create_index("ix_t", "t", {"id"}, {.concurrently = true});
    }
    op.add_column("t", column("x", Integer{}));
    op.add_column("t", column("y", Integer{}));
  });
  history.upgrade();
  CHECK(history.row() == "a1");
  CHECK(history.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_t'::regclass") == "t");
  const auto last = history.sent_with("ADD COLUMN x");
  REQUIRE(last.size() == 1);
  CHECK_THAT(last[0], Catch::StartsWith("BEGIN;") && Catch::Contains("ADD COLUMN y") && Catch::Contains("COMMIT"));
}

TEST_CASE("after an autocommit block a failure tells what stays", "[runtime][cpp]") {
  const bool live = GENERATE(false, true);
  CppHistory history;
  history.add("a1", [](Operations& op) { op.create_table("before", column("id", Integer{})); });
  history.add("b2", [&](Operations& op) {
    if (live) op.get_bind().execute("SELECT 1");
    op.create_table("t", column("id", Integer{}));
    {
      auto block = op.autocommit_block();
      op.execute("CREATE TABLE u ()");
    }
    op.execute("CREATE TABLE v ()");
    op.execute("SELECT 1 / 0");
  });
  const auto facts = history.failure();
  CHECK(facts.cause == StepFailure::sql);
  CHECK(facts.state == "The database stands at a1; 2 statements sent before are committed and stay.");
  CHECK(history.has_table("t"));
  CHECK(history.has_table("u"));
  CHECK_FALSE(history.has_table("v"));
  CHECK(history.row() == "a1");
}

TEST_CASE("an autocommit block commits the steps before it in a shared transaction", "[runtime][cpp]") {
  CppHistory history;
  history.add("a1", [](Operations& op) { op.create_table("a", column("id", Integer{})); });
  history.add_sql("b2", "CREATE TABLE b (id int);");
  history.add("c3", [](Operations& op) {
    op.create_table("c", column("id", Integer{}));
    auto block = op.autocommit_block();
    op.create_index("ix_b", "b", {"id"}, {.concurrently = true});
  });
  history.add_sql("d4", "CREATE TABLE d (); SELECT 1 / 0;");
  const auto facts = history.failure(shared());
  CHECK(facts.step.revision == "d4");
  CHECK(history.row() == "b2");
  CHECK(facts.rows == std::vector<std::string>{"b2"});
  for (const auto* table : {"a", "b", "c", "ix_b"}) CHECK(history.has_table(table));
  CHECK_FALSE(history.has_table("d"));
}

TEST_CASE("a block whose deferred constraint fails at the commit before it stops there", "[runtime][cpp]") {
  CppHistory history;
  history.add("a1", [](Operations& op) {
    op.execute("CREATE TABLE t (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
    op.execute("INSERT INTO t VALUES (1), (1)");
    auto block = op.autocommit_block();
    op.execute("CREATE TABLE u ()");
  });
  const auto facts = history.failure();
  CHECK(facts.statement == "COMMIT");
  CHECK_THAT(facts.state, Catch::Contains("nothing of this step remains"));
  CHECK_FALSE(history.has_table("u"));
}

TEST_CASE("a revision outside transactions goes statement by statement, and its BEGIN needs its COMMIT",
          "[runtime][cpp]") {
  CppHistory history;
  history.add(
      "a1",
      [](Operations& op) {
        op.execute("CREATE TYPE mood AS ENUM ('ok'); ALTER TYPE mood ADD VALUE 'happy'");
        op.execute("CREATE TABLE t (m mood DEFAULT 'happy')");
        CHECK(op.get_bind().execute("INSERT INTO t DEFAULT VALUES").affected_rows() == 1);
        op.execute("SET default_transaction_read_only = on");
      },
      {}, false);
  history.upgrade();
  CHECK(history.row() == "a1");
  history.add(
      "b2", [](Operations& op) { op.execute("BEGIN; CREATE TABLE u ()"); }, {}, false);
  const auto facts = history.failure();
  CHECK_THAT(facts.message, Catch::Contains("transaction still open"));
  CHECK_FALSE(history.has_table("u"));
  CHECK(history.row() == "a1");
}

TEST_CASE("a role that a revision takes before its block does not own the version table", "[runtime][cpp]") {
  CppHistory history;
  const std::string role = "r_" + history.database().name();
  history.add("a1", [&](Operations& op) {
    auto block = op.autocommit_block();
    op.execute("CREATE ROLE " + role);
    op.execute("SET ROLE " + role);
  });
  history.upgrade();
  CHECK(history.row() == "a1");
  CHECK(history.query("SELECT tableowner FROM pg_tables WHERE tablename = 'alembic_version'") == "postgres");
  history.database().execute("DROP ROLE " + role);
}

TEST_CASE("a missed lock is tried again: sent as it was, or run anew when answers were wanted", "[runtime][cpp]") {
  const bool live = GENERATE(false, true);
  const bool share = GENERATE(false, true);
  CppHistory history;
  history.database().execute("CREATE TABLE busy (id int)");
  LockHolder holder(history.database(), "busy");
  int calls = 0;
  history.add("a1", [](Operations& op) { op.create_table("a", column("id", Integer{})); });
  history.add("b2", [&](Operations& op) {
    ++calls;
    if (live) op.get_bind().execute("CREATE TABLE found AS SELECT 1");
    op.add_column("busy", column("x", Integer{}));
  });
  runtime::ExecutorEvents events;
  int retries = 0;
  events.on_retry = [&](const auto&, int, const std::string&) {
    if (++retries == 2) holder.let_go();
  };
  history.upgrade({.transaction_per_migration = !share, .lock_timeout = "50ms"}, events);
  CHECK(retries == 2);
  CHECK(calls == (live ? 3 : 1));
  CHECK(history.row() == "b2");
}

TEST_CASE("a missed lock after a commit is not tried again", "[runtime][cpp]") {
  CppHistory history;
  history.database().execute("CREATE TABLE busy (id int)");
  const LockHolder holder(history.database(), "busy");
  int calls = 0;
  history.add("a1", [&](Operations& op) {
    ++calls;
    {
      auto block = op.autocommit_block();
      op.execute("CREATE TABLE u ()");
    }
    op.add_column("busy", column("x", Integer{}));
  });
  const auto facts = history.failure({.lock_timeout = "50ms"});
  CHECK(facts.cause == StepFailure::timeout);
  CHECK(calls == 1);
  CHECK_THAT(facts.state, Catch::Contains("1 statement sent before is committed and stays."));
}

TEST_CASE("what follows a commit waits for its locks as long as it may", "[runtime][cpp]") {
  CppHistory history;
  history.database().execute("CREATE TABLE busy (id int)");
  LockHolder holder(history.database(), "busy");
  // Longer than the first try of a step that could be tried again.
  const std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(600));
    holder.let_go();
  });
  history.add("a1", [](Operations& op) {
    {
      auto block = op.autocommit_block();
      op.execute("CREATE TABLE u ()");
    }
    op.add_column("busy", column("x", Integer{}));
  });
  history.upgrade({.lock_timeout = "5s"});
  CHECK(history.row() == "a1");
}

TEST_CASE("a missed lock in a later step of a shared run leaves committed steps alone", "[runtime][cpp]") {
  CppHistory history;
  history.database().execute("CREATE TABLE busy (id int)");
  LockHolder holder(history.database(), "busy");
  history.add("a1", [](Operations& op) { op.create_table("a", column("id", Integer{})); });
  history.add("b2", [](Operations& op) {
    auto block = op.autocommit_block();  // nothing in it: commits a1 alone
    op.get_bind().execute("SELECT 1");
  });
  history.add("c3", [](Operations& op) { op.add_column("busy", column("x", Integer{})); });
  runtime::ExecutorEvents events;
  std::vector<std::string> started;
  events.on_start = [&](const auto& step) { started.push_back(step.step.revision); };
  events.on_retry = [&](const auto&, int, const std::string&) { holder.let_go(); };
  auto options = shared();
  options.lock_timeout = "50ms";
  history.upgrade(options, events);
  CHECK(started == std::vector<std::string>{"a1", "b2", "c3", "b2", "c3"});
  CHECK(history.row() == "c3");
}

TEST_CASE("an interrupt during a live statement rolls the revision back", "[runtime][cpp]") {
  CppHistory history;
  const test::Interrupt interrupt;
  history.set_interrupt(interrupt.fd());
  history.add("a1", [&](Operations& op) {
    op.create_table("t", column("id", Integer{}));
    const std::jthread later([&] {
      std::this_thread::sleep_for(200ms);
      interrupt.raise();
    });
    op.get_bind().execute("SELECT pg_sleep(30)");
  });
  const auto facts = history.failure();
  CHECK(facts.cause == StepFailure::interrupted);
  CHECK_THAT(facts.state, Catch::Contains("nothing of this step remains"));
  CHECK_FALSE(history.has_table("t"));
}

TEST_CASE("a runner that is interrupted in the revision's own code rolls back too", "[runtime][cpp]") {
  CppHistory history;
  history.add("a1", [](Operations& op) { op.create_table("t", column("id", Integer{})); });
  auto steps = history.prepared(script::Direction::upgrade);
  const auto whole = steps[0].cpp_body;
  steps[0].cpp_body = [&](std::string_view, const script::Serve& serve) -> bool {
    Request request;
    request.kind = RequestKind::operations;
    request.operations.push_back({"versions/a1.cpp", 3, Execute{"CREATE TABLE half ()", {}}});
    serve(encode(request));
    throw script::Interrupted("interrupted");
  };
  auto connection = history.database().connect();
  const auto table = runtime::VersionTable::locate(connection, "", "alembic_version");
  runtime::ExecutorEvents events;
  events.read_rows_again = [](const runtime::FailureNote&) { return std::vector<std::string>{}; };
  try {
    runtime::Executor(connection, table, {}, {}, events).run(steps);
    FAIL("it was interrupted");
  } catch (const runtime::StepError& error) {
    CHECK(error.facts().cause == StepFailure::interrupted);
  }
  CHECK_FALSE(history.has_table("half"));
}

TEST_CASE("hooks run in the last message of a C++ revision", "[runtime][cpp]") {
  CppHistory history;
  history.database().execute("CREATE TABLE told (what text)");
  history.add("a1", [](Operations& op) {
    op.get_bind().execute("SELECT 1");
    op.create_table("t", column("id", Integer{}));
  });
  runtime::ExecutorOptions options;
  options.on_version_apply =
      runtime::VersionApplyHooks({{"INSERT INTO told VALUES (:'revision' || :'direction')", {}, {}, "alembic.toml:3"}});
  history.upgrade(options);
  CHECK(history.query("SELECT what FROM told") == "a1upgrade");
}
