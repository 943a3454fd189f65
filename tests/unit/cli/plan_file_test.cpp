#include "migrate/cli/plan_file.hpp"

#include <catch2/catch.hpp>

#include "migrate/base/text.hpp"
#include "migrate/cli/json.hpp"

using namespace migrate;

namespace {

command::Plan sample() {
  command::Plan plan;
  plan.target = "head";
  plan.rows_before = {"a1"};
  plan.rows_after = {"b2"};
  plan.transaction_per_migration = false;
  auto& step = plan.steps.emplace_back();
  step.step.revision = "b2";
  step.step.from = {"a1"};
  step.step.to = {"b2"};
  step.step.rows = {{"a1", "b2"}, {"", "c3"}};
  step.step.rows_after = {"b2"};
  step.path = "versions/b2.sql";
  step.checksum = "s1:00";
  step.rows_transaction = 2;
  auto& statement = step.statements.emplace_back();
  statement.file = "versions/b2.sql";
  statement.line = 7;
  statement.sql = "SELECT '\xC3\xA4', $$\n\"x\"$$";
  statement.copy_bytes = 12;
  statement.effect.loses = "everything";
  step.statements.emplace_back().transaction = 2;
  return plan;
}

std::string fault_of(const std::string& text) {
  try {
    (void)cli::parse_plan(text, "p.json");
  } catch (const command::UsageError& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("a plan that is written is read again as far as it counts", "[plan_file]") {
  const auto written = sample();
  const auto read = cli::parse_plan(cli::json::plan(written), "p.json");
  CHECK(read.direction == written.direction);
  CHECK(read.target == written.target);
  CHECK(read.rows_before == written.rows_before);
  CHECK(read.rows_after == written.rows_after);
  CHECK(read.transaction_per_migration == written.transaction_per_migration);
  REQUIRE(read.steps.size() == 1);
  const auto& step = read.steps[0];
  CHECK(step.step.revision == "b2");
  CHECK(step.step.rows == written.steps[0].step.rows);
  CHECK(step.step.rows_after == written.steps[0].step.rows_after);
  CHECK(step.checksum == "s1:00");
  CHECK(step.rows_transaction == 2);
  REQUIRE(step.statements.size() == 2);
  CHECK(step.statements[0].sql == written.steps[0].statements[0].sql);
  CHECK(step.statements[0].place() == "versions/b2.sql:7");
  CHECK(step.statements[0].copy_bytes == 12);
  CHECK_FALSE(step.statements[0].transaction);
  CHECK(step.statements[1].transaction == 2U);
}

TEST_CASE("a plan that is cut or changed anywhere is refused and never crashes", "[plan_file]") {
  const auto text = cli::json::plan(sample());
  for (std::size_t length = 0; length < text.size(); ++length) {
    CHECK(fault_of(text.substr(0, length)) == "p.json: this is not a plan: it is not JSON");
  }
  for (const std::string name : {"direction", "target", "rows_before", "rows_after", "steps", "revision", "from", "to",
                                 "row_changes", "checksum", "rows_transaction", "statements", "sql", "file", "line"}) {
    INFO(name);
    CHECK(fault_of(base::replace_all(text, "\"" + name + "\":", "\"other\":")) ==
          "p.json: this is not a plan: \"" + name + "\" is missing");
    CHECK_FALSE(fault_of(base::replace_all(text, "\"" + name + "\": ", "\"" + name + "\": {}, \"other\": ")).empty());
  }
  CHECK(fault_of("[]") == "p.json: this is not a plan: \"version\" is missing");
  CHECK(fault_of("{\"version\": \"1\"}") == "p.json: this is not a plan: \"version\" is not what it should be");
  CHECK_THAT(fault_of("{\"version\": 9}"), Catch::Contains("a plan of version 9"));
  CHECK(fault_of(std::string(100'000, '[')) == "p.json: this is not a plan: it is not JSON");
}
