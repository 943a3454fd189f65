// Dry runs of C++ revisions: what they commit or run outside transactions must stay undone.
#include <catch2/catch.hpp>

#include "cpp_history.hpp"

using namespace migrate;
using namespace migrate::schema;
using Catch::Contains;
using test::CppHistory;

namespace {

struct Told {
  std::vector<std::string> done, untried;

  runtime::ExecutorEvents events() {
    runtime::ExecutorEvents events;
    events.on_done = [this](const runtime::PreparedStep& step, double) { done.push_back(step.step.revision); };
    events.on_untried = [this](const runtime::PreparedStep& step, runtime::Untried how_much, const std::string& why) {
      untried.push_back(step.step.revision + (how_much == runtime::Untried::all ? ": " : " in part: ") + why);
    };
    return events;
  }
};

const runtime::ExecutorOptions k_dry{.dry_run = true};

void make_table(Operations& op) {
  op.create_table("t", column("id", Integer{}, primary_key), column("v", Integer{}, nullable));
  op.execute("INSERT INTO t (id) SELECT generate_series(1, 10)");
}

bool is_empty(const CppHistory& history) {
  return history.query("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace") == "0";
}

}  // namespace

TEST_CASE("a block outside transactions is passed over and the rest of the revision tried", "[runtime][cpp][dry_run]") {
  CppHistory history;
  history.add("a1", [](Operations& op) {
    make_table(op);
    {
      auto block = op.autocommit_block();
      op.execute("CREATE INDEX CONCURRENTLY i ON t (v)");
      op.get_bind().execute("VACUUM t");
    }
    op.execute("ALTER TABLE t ADD w int");
  });
  Told told;
  history.upgrade(k_dry, told.events());
  CHECK(told.done == std::vector<std::string>{"a1"});
  REQUIRE(told.untried.size() == 2);
  CHECK_THAT(told.untried[0], Contains("a1 in part: the block at ") && Contains("runs outside transactions"));
  CHECK_THAT(told.untried[1], Contains("a1 in part: the statement at "));
  CHECK_THAT(history.sent_with("ALTER TABLE t ADD w int"), Catch::VectorContains(history.sent_with("ADD w int").at(0)));
  CHECK(history.sent_with("CONCURRENTLY").empty());
  CHECK(is_empty(history));
}

TEST_CASE("a backfill is tried as one statement", "[runtime][cpp][dry_run]") {
  CppHistory history;
  history.add("a1", [](Operations& op) {
    make_table(op);
    op.backfill("t", {.set = "v = id * 2", .key = "id", .batch_size = 3});
    if (op.get_bind().scalar("SELECT sum(v) FROM t") != "110") throw std::runtime_error("the backfill was not tried");
  });
  history.upgrade(k_dry);
  CHECK(history.sent_with("COMMIT").empty());
  CHECK(is_empty(history));
}

TEST_CASE("a revision that runs outside transactions is not called", "[runtime][cpp][dry_run]") {
  CppHistory history;
  bool called = false;
  history.add(
      "a1", [&](Operations&) { called = true; }, {}, false);
  history.add("b2", [](Operations& op) { op.execute("CREATE TABLE later ()"); });
  Told told;
  history.upgrade(k_dry, told.events());
  CHECK_FALSE(called);
  CHECK(told.untried == std::vector<std::string>{"a1: it runs outside transactions"});
  CHECK(told.done == std::vector<std::string>{"a1", "b2"});
  CHECK(is_empty(history));
}

TEST_CASE("what fails in a dry run says so and is rolled back", "[runtime][cpp][dry_run]") {
  CppHistory history;
  history.add("a1", make_table);
  history.add("b2", [](Operations& op) {
    op.get_bind().execute("UPDATE t SET v = 1");
    throw std::runtime_error("no");
  });
  const auto facts = history.failure(k_dry);
  CHECK(facts.dry_run);
  CHECK(facts.rows.empty());
  CHECK(facts.rows_certain);
  CHECK_THAT(facts.message, Contains("the revision threw std::runtime_error: no"));
  CHECK(facts.state == "This was a dry run: nothing is changed, the database stands at base (no revision applied).");
  CHECK(is_empty(history));
}
