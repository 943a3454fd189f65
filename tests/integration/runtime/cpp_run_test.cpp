#include "migrate/runtime/cpp_run.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "cpp_history.hpp"
#include "migrate/script/error.hpp"

namespace {

using namespace migrate;
using namespace migrate::schema;
using runtime::StepFailure;
using test::CppHistory;

std::string here(const std::string& revision, unsigned line) {
  // The compiler knows the test's file; a revision's own would be its path.
  return fmt::format("{}:{}", revision.empty() ? __FILE__ : revision, line);
}

}  // namespace

TEST_CASE("a C++ revision that asks nothing is one message with its row change and COMMIT", "[runtime][cpp]") {
  CppHistory history;
  history.add("a1", [](Operations& op) {
    op.create_table("users", column("id", BigInteger{}, primary_key), column("name", Text{}));
    op.create_index("ix_users_name", "users", {"name"});
    op.execute("INSERT INTO users VALUES (1, 'x;'); INSERT INTO users VALUES (2, 'y')");
  });
  history.upgrade({.lock_timeout = ""});
  REQUIRE(history.sent().size() == 1);
  const auto& message = history.sent().front();
  CHECK(message.starts_with("BEGIN;\nCREATE TABLE public.alembic_version"));
  CHECK_THAT(message, Catch::Contains("CREATE INDEX ix_users_name") && Catch::Contains("COMMIT"));
  CHECK(history.row() == "a1");
  CHECK(history.query("SELECT count(*) FROM users") == "2");
}

TEST_CASE("plain DDL of a C++ revision resets nothing, and further ones go on so", "[runtime][cpp]") {
  CppHistory history;
  for (const auto* id : {"a1", "b2", "c3"}) {
    history.add(
        id, [id](Operations& op) { op.create_table(id, column("id", Integer{})); },
        [id](Operations& op) { op.drop_table(id); });
  }
  history.upgrade({.lock_timeout = ""});
  CHECK(history.sent().size() == 3);
  CHECK(history.sent_with("RESET ALL").empty());
  history.downgrade({.lock_timeout = ""});
  CHECK(history.sent().size() == 3);
  CHECK(history.row().empty());
  CHECK_FALSE(history.has_table("a1"));
}

TEST_CASE("an operation that PostgreSQL refuses is told with its line and its text, and nothing stays",
          "[runtime][cpp]") {
  CppHistory history;
  unsigned line = 0;
  history.add("a1", [&](Operations& op) {
    op.create_table("t", column("id", Integer{}));
    line = __LINE__ + 1;
    op.add_column("missing", column("x", Integer{}));
    op.create_table("u", column("id", Integer{}));
  });
  const auto facts = history.failure();
  CHECK(facts.cause == StepFailure::sql);
  CHECK(facts.place == here("", line));
  CHECK_THAT(facts.statement, Catch::StartsWith("ALTER TABLE missing ADD COLUMN x"));
  CHECK_THAT(facts.message, Catch::Contains("\"missing\" does not exist"));
  CHECK_THAT(facts.state, Catch::Contains("nothing of this step remains"));
  CHECK_FALSE(history.has_table("t"));
  CHECK(history.row().empty());
}

TEST_CASE("the file of a revision is named as migrate knows it, others as the compiler does", "[runtime][cpp]") {
  CHECK(runtime::cpp_place("/home/me/versions/ab.cpp", "versions/ab.cpp", 12) == "/home/me/versions/ab.cpp:12");
  CHECK(runtime::cpp_place("/home/me/versions/ab.cpp", "include/common.hpp", 3) == "include/common.hpp:3");
  CHECK(runtime::cpp_place("versions/ab.cpp", "", 0) == "versions/ab.cpp");
}

TEST_CASE("a revision that throws is rolled back and its exception told", "[runtime][cpp]") {
  CppHistory history;
  const bool live = GENERATE(false, true);
  history.add("a1", [&](Operations& op) {
    op.create_table("t", column("id", Integer{}));
    if (live) op.get_bind().execute("INSERT INTO t VALUES (1)");
    throw std::runtime_error("no such tariff");
  });
  const auto facts = history.failure();
  CHECK(facts.cause == StepFailure::revision);
  CHECK(facts.message == "the revision threw std::runtime_error: no such tariff");
  CHECK(facts.place == "versions/a1.cpp");
  CHECK_FALSE(history.has_table("t"));
  CHECK(history.row().empty());
}

TEST_CASE("what is no exception can be thrown too", "[runtime][cpp]") {
  CppHistory history;
  history.add("a1", [](Operations&) { throw 42; });
  CHECK(history.failure().message == "the revision threw int");
}

TEST_CASE("BEGIN, COMMIT and what PostgreSQL refuses in a transaction are refused with a way out", "[runtime][cpp]") {
  const auto [sql, words] = GENERATE(table<std::string, std::string>({
      {"COMMIT", "COMMIT in a revision"},
      {"SELECT 1; ROLLBACK", "ROLLBACK in a revision"},
      {"CREATE INDEX CONCURRENTLY i ON t (id)", "PostgreSQL refuses this CREATE INDEX inside a transaction"},
      {"SELECT 'open", "never closed"},
  }));
  const bool live = GENERATE(false, true);
  CppHistory history;
  history.add("a1", [&, sql = sql](Operations& op) {
    op.create_table("t", column("id", Integer{}));
    live ? static_cast<void>(op.get_bind().execute(sql)) : op.execute(sql);
  });
  const auto facts = history.failure();
  CHECK(facts.cause == StepFailure::revision);
  CHECK_THAT(facts.message, Catch::Contains(words));
  CHECK_THAT(facts.place, Catch::StartsWith(__FILE__));
  CHECK_FALSE(history.has_table("t"));
}

TEST_CASE("an operation that makes no sense is refused before anything is sent", "[runtime][cpp]") {
  CppHistory history;
  history.add("a1", [](Operations& op) {
    op.create_table("t", column("id", Integer{}));
    op.alter_column("t", "id", {.using_ = "id::int"});
  });
  const auto facts = history.failure({.lock_timeout = ""});
  CHECK(facts.cause == StepFailure::revision);
  CHECK(history.sent().empty());
}

TEST_CASE("live answers see what the revision has done, in the one transaction", "[runtime][cpp]") {
  CppHistory history;
  std::string before, after, found;
  std::vector<std::string> columns;
  history.add("a1", [&](Operations& op) {
    before = op.get_bind().scalar("SELECT txid_current()").value_or("");
    op.create_table("t", column("id", Integer{}), column("note", Text{}));
    op.bulk_insert("t", {"id", "note"}, {{1, "it's"}, {2, nullptr}});
    const auto rows = op.get_bind().execute("SELECT id, note FROM t WHERE id >= $1 ORDER BY id", {1});
    columns = rows.columns();
    found = fmt::format("{} {} {}", rows.size(), rows[0].at(1).value_or("?"), rows[1].at(1).value_or("NULL"));
    CHECK(op.inspect().has_column("t", "note"));
    CHECK_FALSE(op.inspect().has_table("u"));
    after = op.get_bind().scalar("SELECT txid_current()").value_or("");
    CHECK(op.get_bind().execute("UPDATE t SET note = $1", {"n"}).affected_rows() == 2);
  });
  history.upgrade();
  CHECK(before == after);
  CHECK(columns == std::vector<std::string>{"id", "note"});
  CHECK(found == "2 it's NULL");
  CHECK(history.query("SELECT count(*) FROM t WHERE note = 'n'") == "2");
  CHECK(history.row() == "a1");
}

TEST_CASE("a refused statement can be caught behind a savepoint", "[runtime][cpp]") {
  CppHistory history;
  std::string code;
  history.add("a1", [&](Operations& op) {
    op.create_table("t", column("id", Integer{}));
    op.execute("SAVEPOINT before");
    try {
      op.get_bind().execute("SELECT * FROM missing");
    } catch (const StatementError& error) {
      code = error.sqlstate();
      op.execute("ROLLBACK TO SAVEPOINT before");
    }
    op.add_column("t", column("x", Integer{}));
  });
  history.upgrade();
  CHECK(code == "42P01");
  CHECK(history.row() == "a1");
}

TEST_CASE("a refused statement that nobody catches is reported itself, at its line", "[runtime][cpp]") {
  CppHistory history;
  unsigned line = 0;
  history.add("a1", [&](Operations& op) {
    line = __LINE__ + 1;
    op.get_bind().execute("SELECT missing FROM pg_class WHERE oid = $1", {1});
  });
  const auto facts = history.failure();
  CHECK(facts.cause == StepFailure::sql);
  CHECK(facts.place == here("", line));
  CHECK(facts.message == "column \"missing\" does not exist");
  CHECK(facts.statement == "SELECT missing FROM pg_class WHERE oid = $1");
  REQUIRE(facts.fields);
  CHECK(facts.fields->sqlstate == "42703");
}

TEST_CASE("a caught refusal whose transaction is lost is reported, not its consequence", "[runtime][cpp]") {
  CppHistory history;
  const bool block = GENERATE(false, true);
  history.add("a1", [&](Operations& op) {
    op.create_table("t", column("id", Integer{}));
    try {
      op.get_bind().execute("SELECT * FROM missing");
    } catch (const StatementError&) {
    }
    if (!block) return;
    auto outside = op.autocommit_block();
    op.execute("CREATE TABLE u ()");
  });
  const auto facts = history.failure();
  CHECK(facts.cause == StepFailure::sql);
  CHECK_THAT(facts.message, Catch::Contains("\"missing\" does not exist"));
  CHECK_THAT(facts.hint, Catch::Contains("savepoint"));
  CHECK_FALSE(history.has_table("t"));
  CHECK_FALSE(history.has_table("u"));
}

TEST_CASE("another exception after a refusal tells of both", "[runtime][cpp]") {
  CppHistory history;
  history.add("a1", [](Operations& op) {
    try {
      op.get_bind().execute("SELECT * FROM missing");
    } catch (const StatementError&) {
      throw std::logic_error("gave up");
    }
  });
  const auto facts = history.failure();
  CHECK(facts.message == "the revision threw std::logic_error: gave up");
  CHECK_THAT(facts.hint, Catch::Contains("\"missing\" does not exist"));
}

TEST_CASE("what a C++ revision sets does not reach the next one, live or not", "[runtime][cpp]") {
  const bool live = GENERATE(false, true);
  const bool shared = GENERATE(false, true);
  CppHistory history;
  history.add("a1", [&](Operations& op) {
    const std::string_view sql = "SELECT set_config('search_path', 'nowhere', false)";
    live ? static_cast<void>(op.get_bind().execute(sql)) : op.execute(sql);
    op.execute("PREPARE left_over AS SELECT 1");
  });
  std::string path, prepared;
  history.add("b2", [&](Operations& op) {
    path = op.get_bind().scalar("SHOW search_path").value_or("");
    prepared = op.get_bind().scalar("SELECT count(*) FROM pg_prepared_statements").value_or("");
    op.create_table("t", column("id", Integer{}));
  });
  history.upgrade({.transaction_per_migration = !shared});
  CHECK(path == "\"$user\", public");
  CHECK(prepared == "0");
  CHECK(history.has_table("t"));
  CHECK(history.row() == "b2");
}

TEST_CASE("a version row that a C++ revision takes away is missed", "[runtime][cpp]") {
  const bool live = GENERATE(false, true);
  CppHistory history;
  history.add("a1", [](Operations&) {});
  history.add("b2", [&](Operations& op) {
    op.create_table("t", column("id", Integer{}));
    live ? static_cast<void>(op.get_bind().execute("DELETE FROM alembic_version"))
         : op.execute("DELETE FROM alembic_version");
  });
  const auto facts = history.failure();
  CHECK(facts.cause == StepFailure::version_row);
  CHECK(history.row() == "a1");
  CHECK_FALSE(history.has_table("t"));
}

TEST_CASE("COPY data of a C++ revision goes along", "[runtime][cpp]") {
  CppHistory history;
  history.add("a1", [](Operations& op) {
    op.execute("CREATE TABLE t (id int, note text)");
    op.execute("COPY t FROM stdin;\n1\ta\n2\tb\n\\.\n");
    op.execute("COPY t FROM stdin;\n3\tc\n\\.\n");
  });
  history.upgrade();
  CHECK(history.query("SELECT string_agg(id || note, ',' ORDER BY id) FROM t") == "1a,2b,3c");
}

TEST_CASE("a revision is told who it is and what -x says, and can tell its user", "[runtime][cpp]") {
  CppHistory history;
  std::vector<std::string> told;
  history.add("a1", [](Operations& op) { op.log(op.revision() + " " + op.x("size", "?") + op.x("none", "!")); });
  runtime::ExecutorOptions options;
  options.inputs.x = {{"size", "big"}};
  runtime::ExecutorEvents events;
  events.on_log = [&](const auto&, const std::string& text) { told.push_back(text); };
  history.upgrade(options, events);
  CHECK(told == std::vector<std::string>{"a1 big!"});
}

TEST_CASE("unnamed constraints of a run are named by its convention", "[runtime][cpp]") {
  CppHistory history;
  history.add("a1", [](Operations& op) {
    op.create_table("t", column("id", Integer{}));
    op.create_unique_constraint(nullptr, "t", {"id"});
  });
  runtime::ExecutorOptions options;
  options.inputs.naming.uq = "uq_{table_name}_{column_0_name}";
  history.upgrade(options);
  CHECK(history.query("SELECT conname FROM pg_constraint WHERE conrelid = 't'::regclass") == "uq_t_id");
}

TEST_CASE("a missing function is refused before anything runs", "[runtime][cpp]") {
  CppHistory history;
  history.add("a1", [](Operations& op) { op.create_table("t", column("id", Integer{})); });
  history.upgrade();
  CHECK_THROWS_AS(history.downgrade(), script::IrreversibleError);
  CHECK(history.row() == "a1");
  history.add("b2", {});
  CHECK_THROWS_AS(history.upgrade(), script::RevisionError);
}

TEST_CASE("a revision whose bytes make no sense, or that just ends, is a failed step", "[runtime][cpp]") {
  test::TempDatabase database;
  auto connection = database.connect();
  runtime::PreparedStep step;
  step.step.revision = "a1";
  step.step.rows = {{"", "a1"}};
  step.path = "versions/a1.cpp";
  SECTION("bytes") {
    step.cpp_body = [](std::string_view, const script::Serve& serve) {
      serve("\x01\xff\xff");
      return true;
    };
  }
  SECTION("silence") {
    step.cpp_body = [](std::string_view, const script::Serve&) { return true; };
  }
  SECTION("a crash in the midst") {
    step.cpp_body = [](std::string_view, const script::Serve& serve) -> bool {
      Request request;
      request.kind = RequestKind::operations;
      request.operations.push_back({"versions/a1.cpp", 3, Execute{"CREATE TABLE t ()", {}}});
      serve(encode(request));
      throw script::ModuleCrash("versions/a1.cpp: the revision crashed (signal 11)", 11, 0);
    };
  }
  const auto table = runtime::VersionTable::locate(connection, "", "alembic_version");
  try {
    runtime::Executor(connection, table, {}, {}).run({&step, 1});
    FAIL("the step cannot go through");
  } catch (const runtime::StepError& error) {
    CHECK(error.facts().cause == StepFailure::revision);
    CHECK_THAT(error.facts().state, Catch::Contains("nothing of this step remains"));
  }
  CHECK(connection.transaction_status() == engine::TransactionStatus::idle);
  CHECK(database.query("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == "0");
}
