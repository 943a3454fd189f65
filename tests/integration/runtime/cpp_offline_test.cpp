#include <catch2/catch.hpp>

#include "cpp_history.hpp"
#include "migrate/base/process.hpp"
#include "migrate/base/text.hpp"
#include "migrate/runtime/cpp_script.hpp"
#include "migrate/script/error.hpp"

namespace {

using namespace migrate;
using namespace migrate::schema;
using test::CppHistory;

std::string run(const std::vector<std::string>& command, const std::string& input = {}) {
  base::ProcessOptions options;
  options.input = input;
  const auto result = base::run_process(command, options);
  INFO(result.errors);
  REQUIRE(result.exit_code == 0);
  return result.output;
}

std::string dump(const CppHistory& history) {
  std::string text;
  const std::string dumped = run({"pg_dump", "-d", history.database().uri()});
  for (const auto line : base::split(dumped, '\n')) {
    if (!line.starts_with("\\restrict") && !line.starts_with("\\unrestrict")) text.append(line).append("\n");
  }
  return text;
}

void add_revisions(CppHistory& history) {
  history.add("a1", [](Operations& op) {
    op.create_table("items", column("id", Integer{}, primary_key), column("name", Text{}), column("size", Integer{}));
    op.bulk_insert("items", {"id", "name"}, {{1, "one; two"}, {2, nullptr}, {3, "it's"}});
    op.execute("SET search_path = ''");
  });
  history.add("b2", [](Operations& op) {
    op.add_column("items", column("note", Text{}));
    {
      auto block = op.autocommit_block();
      op.create_index("ix_items_name", "items", {"name"}, {.concurrently = true});
    }
    op.backfill("items", {.set = "size = char_length(name)", .where = "name IS NOT NULL", .batch_size = 2});
    op.create_index("ix_items_size", "items", {"size"});
  });
  history.add_sql("c3", "CREATE VIEW sizes AS SELECT size FROM items;");
  history.add(
      "d4",
      [](Operations& op) {
        op.create_index("ix_items_note", "items", {"note"}, {.concurrently = true});
        op.execute("COPY items FROM stdin;\n7\tseven\t\\N\t\\N\n\\.\n");
      },
      {}, false);
}

}  // namespace

TEST_CASE("a script of C++ revisions leaves what the online run leaves", "[runtime][cpp][offline]") {
  const bool each = GENERATE(true, false);
  CppHistory online, offline;
  add_revisions(online);
  add_revisions(offline);
  online.upgrade({.transaction_per_migration = each});
  run({"psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", offline.database().uri(), "-f", "-"}, offline.script(each));
  CHECK(dump(offline) == dump(online));
  CHECK(online.row() == "d4");
}

TEST_CASE("the statements of a script are those that were sent", "[runtime][cpp][offline]") {
  CppHistory history;
  history.add("a1", [](Operations& op) {
    op.create_table("t", column("id", Integer{}, primary_key), column("name", String{20}, not_null));
    op.create_index("ix_t_name", "t", {"name"}, {.unique = true});
    op.execute("INSERT INTO t VALUES ($1, $2)", {1, "it's $1"});
  });
  const auto steps = history.prepared(script::Direction::upgrade);
  const auto statements = runtime::offline_statements(steps[0], {}, {});
  const std::string script = history.script();
  history.upgrade({.lock_timeout = ""});
  const auto sent = history.sent_with("ix_t_name");
  REQUIRE(sent.size() == 1);
  REQUIRE(statements.size() == 3);
  for (const auto& statement : statements) {
    CHECK_THAT(sent[0], Catch::Contains(statement.sql + ";\n"));
    CHECK_THAT(script, Catch::Contains(statement.sql + ";\n"));
  }
}

TEST_CASE("a script stands around blocks outside transactions", "[runtime][cpp][offline]") {
  CppHistory history;
  history.add("a1", [](Operations& op) {
    op.execute("SELECT 1");
    {
      auto block = op.autocommit_block();
      op.execute("SELECT 2");
    }
    op.execute("SELECT 3");
  });
  const std::string script = history.script();
  std::vector<std::string> order;
  for (const auto line : base::split(script, '\n')) {
    if (line == "BEGIN;" || line == "COMMIT;" || line.starts_with("SELECT")) order.emplace_back(line);
  }
  CHECK(order ==
        std::vector<std::string>{"BEGIN;", "SELECT 1;", "COMMIT;", "SELECT 2;", "BEGIN;", "SELECT 3;", "COMMIT;"});
}

TEST_CASE("a question that only a live database can answer is refused with revision and line",
          "[runtime][cpp][offline]") {
  CppHistory history;
  unsigned line = 0;
  history.add("a1", [&](Operations& op) {
    op.create_table("t", column("id", Integer{}));
    line = __LINE__ + 1;
    if (!op.inspect().has_table("u")) op.create_table("u", column("id", Integer{}));
  });
  try {
    static_cast<void>(history.script());
    FAIL("there is no database to ask");
  } catch (const script::RevisionError& error) {
    CHECK_THAT(error.what(), Catch::Contains(std::string(__FILE__) + ":" + std::to_string(line)) &&
                                 Catch::Contains("a1") && Catch::Contains("live database"));
    CHECK_THAT(error.hint(), Catch::Contains("is_offline"));
  }
}

TEST_CASE("a revision can do without answers in a script", "[runtime][cpp][offline]") {
  CppHistory history;
  history.add("a1", [](Operations& op) {
    if (op.is_offline() || !op.inspect().has_table("t")) op.execute("CREATE TABLE IF NOT EXISTS t ()");
    op.execute("SELECT 'before'");
    try {
      op.get_bind().execute("SELECT 1");
    } catch (const OfflineError&) {
      op.execute("SELECT 'offline'");
    }
  });
  const auto script = history.script();
  CHECK_THAT(script, Catch::Contains("SELECT 'before';") && Catch::Contains("SELECT 'offline';"));
  history.upgrade();
  CHECK(history.has_table("t"));
}

TEST_CASE("what throws or cannot be makes no script", "[runtime][cpp][offline]") {
  const auto [function, words] = GENERATE(table<test::Function, std::string>({
      {[](Operations&) { throw std::runtime_error("no"); },
       "versions/a1.cpp: the revision threw std::runtime_error: no"},
      {[](Operations& op) { op.execute("COMMIT"); }, "COMMIT in a revision"},
      {[](Operations& op) { op.backfill("t", {.set = ""}); }, "nothing to set"},
  }));
  CppHistory history;
  history.add("a1", function);
  CHECK_THROWS_WITH(history.script(), Catch::Contains(words));
}
